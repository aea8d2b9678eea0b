import { nodesOf, type Source } from "../graph/wire.ts";
import { NdArray } from "../value/ndarray.ts";
import { Table } from "../value/table.ts";
import type { Value } from "../value/value.ts";
import { indexIn, type Plan } from "./plan.ts";

/** What is held, and how long. */
export interface LiveOptions {
  readonly keep: "outputs" | "all";
  readonly limitBytes: number;
  /** Whether the store has the result of a node. */
  readonly canReadBack: (index: number) => boolean;
  /** Whether a node has ended before the run begins, so that it reads nothing. */
  readonly isSettled: (index: number) => boolean;
}

/**
 * Results in memory, counted by reference: a result goes when the last node that reads it has ended, unless the run
 * returns it. When more than the limit is held, results that the store has go early and are read back when needed.
 */
export class LiveResults {
  private readonly held: (Readonly<Record<string, Value>> | undefined)[];
  private readonly sizes: Float64Array;
  private readonly readers: Int32Array;
  private readonly limitBytes: number;
  private readonly canReadBack: (index: number) => boolean;
  private readonly firstOf: Int32Array;
  private heldBytes = 0;
  /** Before this index nothing is held that can be read back. */
  private oldest = 0;
  /** Most that was held at one time, in bytes. */
  peakBytes = 0;

  /** Of a plan that is settled whole nothing is ever held. */
  constructor(plan: Plan, { keep, limitBytes, canReadBack, isSettled }: LiveOptions) {
    const nodes = plan.nodes.every(({ index }) => isSettled(index)) ? [] : plan.nodes;
    const count = nodes.length;
    this.held = new Array<Readonly<Record<string, Value>> | undefined>(count).fill(undefined);
    this.sizes = new Float64Array(count);
    this.readers = new Int32Array(count);
    this.limitBytes = limitBytes;
    this.canReadBack = canReadBack;
    this.firstOf = new Int32Array(count);
    for (const { index, first, dependencies } of nodes) {
      this.firstOf[index] = first;
      if (!isSettled(index)) for (const dependency of dependencies) this.count(dependency, 1);
    }
    if (keep === "all") for (let index = 0; index < count; index++) this.count(index, 1);
    for (const one of count === 0 ? [] : plan.cases) {
      for (const source of Object.values(one.graph.sources)) {
        for (const id of nodesOf(source as Source)) this.count(indexIn(plan, one, id), 1);
      }
    }
  }

  get(index: number): Readonly<Record<string, Value>> | undefined {
    return this.held[index];
  }

  /** Holds a fresh result as long as somebody will read it. */
  hold(index: number, outputs: Readonly<Record<string, Value>>): void {
    if ((this.readers[index] as number) <= 0) return;
    const bytes = sizeOf(outputs);
    this.held[index] = outputs;
    this.sizes[index] = bytes;
    this.heldBytes += bytes;
    if (index < this.oldest) this.oldest = index;
    if (this.heldBytes > this.peakBytes) this.peakBytes = this.heldBytes;
  }

  /** Holds a result that was read back, as long as there is room. */
  holdAgain(index: number, outputs: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
    if (this.held[index] === undefined) {
      this.hold(index, outputs);
      this.makeRoom();
    }
    return outputs;
  }

  /** One reader of each of these has ended. */
  release(indices: readonly number[]): void {
    for (const index of indices) {
      const first = this.firstOf[index] as number;
      this.readers[first] = (this.readers[first] as number) - 1;
      if ((this.readers[first] as number) <= 0) this.drop(first);
    }
  }

  /** Lets go of the oldest results that can be read back, until the limit is kept. */
  makeRoom(): void {
    if (this.heldBytes <= this.limitBytes) return;
    for (; this.oldest < this.held.length && this.heldBytes > this.limitBytes; this.oldest++) {
      if (this.held[this.oldest] !== undefined && this.canReadBack(this.oldest)) this.drop(this.oldest);
    }
  }

  private count(index: number, readers: number): void {
    const first = this.firstOf[index] as number;
    this.readers[first] = (this.readers[first] as number) + readers;
  }

  private drop(index: number): void {
    if (this.held[index] === undefined) return;
    this.held[index] = undefined;
    this.heldBytes -= this.sizes[index] as number;
  }
}

/** Bytes of the arrays in a value; the tree around them is not counted. */
function sizeOf(value: Value): number {
  if (typeof value !== "object" || value === null) return 8;
  if (value instanceof NdArray || value instanceof Uint8Array) return value.byteLength;
  let bytes = 0;
  if (value instanceof Table) for (const column of Object.values(value.columns)) bytes += column.byteLength;
  else if (Array.isArray(value))
    bytes =
      typeof value[0] === "object"
        ? value.reduce((sum: number, item: Value) => sum + sizeOf(item), 0)
        : 8 * value.length;
  else for (const key in value) bytes += sizeOf((value as Readonly<Record<string, Value>>)[key] as Value);
  return bytes;
}
