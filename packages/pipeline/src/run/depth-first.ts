import type { Dependents } from "./dependents.ts";

/**
 * The order of execution: what a node makes is used as soon as it can be, before unrelated nodes make more. A graph of
 * many branches then holds the results of one branch at a time, not of a whole level. The order depends on the graph alone.
 *
 * Answers the rank of each node. Cost: linear, two integers per node.
 */
export function depthFirstRanks({ starts, targets }: Dependents, dependencyCounts: Int32Array): Int32Array {
  const waitingFor = dependencyCounts.slice();
  const ranks = new Int32Array(waitingFor.length);
  const stack: number[] = [];
  for (let index = waitingFor.length - 1; index >= 0; index--) if (waitingFor[index] === 0) stack.push(index);
  let rank = 0;
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    ranks[index] = rank++;
    for (let at = (starts[index + 1] as number) - 1; at >= (starts[index] as number); at--) {
      const dependent = targets[at] as number;
      const left = (waitingFor[dependent] as number) - 1;
      waitingFor[dependent] = left;
      if (left === 0) stack.push(dependent);
    }
  }
  return ranks;
}
