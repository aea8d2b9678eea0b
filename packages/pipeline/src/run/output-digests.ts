import type { Entry } from "../store/entry.ts";
import type { Digest } from "../value/digest.ts";
import { digestOf } from "../value/encode.ts";
import type { Value } from "../value/value.ts";
import { type OutputSummary, summarise } from "./output-summary.ts";

type ByPort = Readonly<Record<string, Digest>>;

/** Digests of the outputs of nodes, by index and port, as far as they are known. Those of stored results are read when asked for. */
export class OutputDigests {
  private readonly known: (ByPort | undefined)[];
  private readonly entries: (Entry | undefined)[];
  /** Of results that no store keeps: they are gone when somebody asks what they were. */
  private readonly unkept = new Map<number, Readonly<Record<string, OutputSummary>>>();

  constructor(count: number) {
    this.known = new Array<ByPort | undefined>(count).fill(undefined);
    this.entries = new Array<Entry | undefined>(count).fill(undefined);
  }

  at(index: number, port: string): Digest | undefined {
    const known = this.known[index] ?? this.read(index);
    return known?.[port];
  }

  note(index: number, digests: ByPort): void {
    this.known[index] = digests;
  }

  /** Takes note of outputs that no store keeps. */
  noteUnkept(index: number, outputs: Readonly<Record<string, Value>>): void {
    const digests: Record<string, Digest> = {};
    const summaries: Record<string, OutputSummary> = {};
    for (const port in outputs) {
      const value = outputs[port] as Value;
      const digest = digestOf(value);
      digests[port] = digest;
      summaries[port] = summarise(value, digest);
    }
    this.note(index, digests);
    this.unkept.set(index, summaries);
  }

  /** What an output was that no store keeps, as far as it is known. */
  unkeptAt(index: number, port: string): OutputSummary | undefined {
    return this.unkept.get(index)?.[port];
  }

  noteEntry(index: number, entry: Entry): void {
    this.known[index] = undefined;
    this.entries[index] = entry;
  }

  /** A node takes over what is known of another. */
  share(index: number, from: number): void {
    this.known[index] = this.known[from];
    this.entries[index] = this.entries[from];
  }

  private read(index: number): ByPort | undefined {
    const entry = this.entries[index];
    if (entry === undefined) return undefined;
    const digests: Record<string, Digest> = {};
    for (const { port, digest } of entry.outputs) digests[port] = digest;
    this.known[index] = digests;
    return digests;
  }
}
