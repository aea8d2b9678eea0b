import type { Dependents } from "../graph/dependents.ts";
import { depthFirstRanks } from "./depth-first.ts";
import type { PlannedNode } from "./plan.ts";
import { ReadyQueue } from "./ready-queue.ts";
import type { Urgencies } from "./urgency.ts";

/**
 * Which nodes may start: those of which all that they wait for has ended. Among them branches are followed to their end,
 * the most urgent first. Nodes that were settled before are left out, and nobody waits for them.
 */
export class Readiness {
  private readonly dependents: Dependents;
  private readonly waitingFor: Int32Array;
  /** Order of execution: rank by index, and index by rank. */
  private readonly rankOf: Int32Array;
  private readonly atRank: Int32Array;
  private readonly queue = new ReadyQueue();

  constructor(
    nodes: readonly PlannedNode[],
    dependents: Dependents,
    urgencies: Urgencies,
    isSettled: (index: number) => boolean,
  ) {
    this.dependents = dependents;
    this.waitingFor = new Int32Array(nodes.length);
    for (const { index, dependencies } of nodes)
      for (const needed of dependencies)
        if (!isSettled(needed)) this.waitingFor[index] = (this.waitingFor[index] as number) + 1;
    this.rankOf = depthFirstRanks(dependents, this.waitingFor, urgencies);
    this.atRank = new Int32Array(nodes.length);
    for (let index = 0; index < nodes.length; index++) {
      if (isSettled(index)) continue;
      this.atRank[this.rankOf[index] as number] = index;
      if (this.waitingFor[index] === 0) this.queue.push(this.rankOf[index] as number);
    }
  }

  get isEmpty(): boolean {
    return this.queue.size === 0;
  }

  /** Takes the next node that may start. */
  next(): number | undefined {
    const rank = this.queue.pop();
    return rank === undefined ? undefined : this.atRank[rank];
  }

  /** A node has ended: what waited for it alone may start. */
  release(index: number): void {
    const { starts, targets } = this.dependents;
    for (let at = starts[index] as number; at < (starts[index + 1] as number); at++) {
      const dependent = targets[at] as number;
      const left = (this.waitingFor[dependent] as number) - 1;
      this.waitingFor[dependent] = left;
      if (left === 0) this.queue.push(this.rankOf[dependent] as number);
    }
  }

  /** A node and all that comes of it. */
  downstreamOf(index: number): Iterable<number> {
    const { starts, targets } = this.dependents;
    const found = new Set([index]);
    for (const one of found)
      for (const dependent of targets.subarray(starts[one], starts[one + 1])) found.add(dependent);
    return found;
  }
}
