import { dependentsOf } from "./dependents.ts";

/** A graph as adjacency by index: `dependencies[i]` are the nodes that node i waits for. */
export interface Adjacency {
  readonly ids: readonly string[];
  readonly dependencies: readonly (readonly number[])[];
}

/** Either an order in which every node comes after what it waits for, or the circle that prevents one. */
export type Ordering =
  | { readonly order: readonly number[]; readonly cycle?: never }
  | { readonly cycle: readonly string[]; readonly order?: never };

/**
 * Kahn's algorithm, first in first out, with ties broken by id: the order depends on ids and edges only, not on the order
 * in which nodes were listed. Cost: linear, plus sorting the dependents of each node.
 */
export function topologicalOrder({ ids, dependencies }: Adjacency): Ordering {
  const { starts, targets } = dependentsOf(dependencies);
  const waitingFor = new Int32Array(ids.length);
  for (let node = 0; node < ids.length; node++) waitingFor[node] = (dependencies[node] as readonly number[]).length;
  const byId = (a: number, b: number): number => (a === b ? 0 : (ids[a] as string) < (ids[b] as string) ? -1 : 1);
  const order: number[] = [];
  for (let node = 0; node < ids.length; node++) if (waitingFor[node] === 0) order.push(node);
  order.sort(byId);
  for (let next = 0; next < order.length; next++) {
    const start = starts[order[next] as number] as number;
    const end = starts[(order[next] as number) + 1] as number;
    if (end - start > 1) targets.subarray(start, end).sort(byId);
    for (let at = start; at < end; at++) {
      const dependent = targets[at] as number;
      waitingFor[dependent] = (waitingFor[dependent] as number) - 1;
      if (waitingFor[dependent] === 0) order.push(dependent);
    }
  }
  return order.length === ids.length ? { order } : { cycle: findCycle(ids, dependencies, waitingFor) };
}

/** Walks backwards among the nodes that were never released until one comes up twice. The least id begins and ends it. */
function findCycle(ids: readonly string[], dependencies: Adjacency["dependencies"], waitingFor: Int32Array): string[] {
  const start = waitingFor.findIndex((count) => count > 0);
  const path: number[] = [];
  const seenAt = new Map<number, number>();
  let node = start;
  while (!seenAt.has(node)) {
    seenAt.set(node, path.length);
    path.push(node);
    node = (dependencies[node] as readonly number[]).find((one) => (waitingFor[one] as number) > 0) ?? start;
  }
  const circle = path
    .slice(seenAt.get(node))
    .reverse()
    .map((one) => ids[one] as string);
  const first = circle.reduce((least, id, at) => (id < (circle[least] as string) ? at : least), 0);
  return [...circle.slice(first), ...circle.slice(0, first + 1)];
}
