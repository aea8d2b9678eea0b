import type { Entry } from "../store/entry.ts";
import type { Digest } from "../value/digest.ts";

type ByPort = Readonly<Record<string, Digest>>;

/** Digests of the outputs of nodes, by index and port, as far as they are known. Those of stored results are read when asked for. */
export class OutputDigests {
  private readonly known: (ByPort | undefined)[];
  private readonly entries: (Entry | undefined)[];

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
