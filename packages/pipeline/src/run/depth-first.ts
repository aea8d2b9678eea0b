import type { Dependents } from "../graph/dependents.ts";
import type { Urgencies } from "./urgency.ts";

/**
 * The order of execution: what a node makes is used as soon as it can be, before unrelated nodes make more. A graph of
 * many branches then holds the results of one branch at a time, not of a whole level. Of several branches the most urgent
 * comes first, and of equally urgent ones the first of the graph. Priorities go before all of this.
 *
 * Answers the rank of each node. Cost: linear, two integers per node, and sorting where urgencies differ.
 */
export function depthFirstRanks(
  { starts, targets }: Dependents,
  dependencyCounts: Int32Array,
  { urgencies, priorities }: Urgencies,
): Int32Array {
  const waitingFor = dependencyCounts.slice();
  const ranks = new Int32Array(waitingFor.length);
  const stack: number[] = [];
  for (let index = waitingFor.length - 1; index >= 0; index--) if (waitingFor[index] === 0) stack.push(index);
  sortFrom(stack, 0, urgencies);
  let rank = 0;
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    ranks[index] = rank++;
    const released = stack.length;
    for (let at = (starts[index + 1] as number) - 1; at >= (starts[index] as number); at--) {
      const dependent = targets[at] as number;
      const left = (waitingFor[dependent] as number) - 1;
      waitingFor[dependent] = left;
      if (left === 0) stack.push(dependent);
    }
    if (stack.length - released > 1) sortFrom(stack, released, urgencies);
  }
  return priorities === undefined ? ranks : byPriority(ranks, priorities);
}

/** The same order within each priority, the highest first. */
function byPriority(ranks: Int32Array, priorities: Float64Array): Int32Array {
  const order = [...ranks.keys()].sort(
    (a, b) => (priorities[b] as number) - (priorities[a] as number) || (ranks[a] as number) - (ranks[b] as number),
  );
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank] as number] = rank;
  return ranks;
}

/** Sorts the end of a stack so that the most urgent is on top; equally urgent ones stay as they are. */
function sortFrom(stack: number[], start: number, urgencies: Float64Array): void {
  let isSorted = true;
  for (let at = start + 1; at < stack.length && isSorted; at++)
    isSorted = (urgencies[stack[at - 1] as number] as number) <= (urgencies[stack[at] as number] as number);
  if (isSorted) return;
  const sorted = stack.splice(start).sort((a, b) => (urgencies[a] as number) - (urgencies[b] as number));
  for (const index of sorted) stack.push(index);
}
