/**
 * Which of the nodes that may start should: those whose priority is highest, then those with the longest way to the end of
 * the graph, in expected time. On several slots this is what keeps a long chain from being left for last.
 */
import type { Dependents } from "../graph/dependents.ts";
import type { StageTimings } from "./forecast.ts";
import type { PlannedNode } from "./plan.ts";

/** How urgent each node is, by index, and its priority where nodes differ in it. */
export interface Urgencies {
  readonly urgencies: Float64Array;
  readonly priorities: Float64Array | undefined;
}

/**
 * The urgency of each node: its priority, or the highest of those that wait for it, and within a priority the longest sum
 * of expected times from its start to the end of the graph, its own included. Results that are there take no time. A stage
 * that was never timed counts as the mean of those that were; when none was, every node counts as 1.
 *
 * Cost: linear.
 */
export function urgenciesOf(
  nodes: readonly PlannedNode[],
  { starts, targets }: Dependents,
  timings: StageTimings = () => undefined,
): Urgencies {
  const urgencies = expectedTimes(nodes, timings);
  const priorities = new Float64Array(nodes.length);
  let longest = 0;
  // What waits for a node stands behind it.
  for (let index = nodes.length - 1; index >= 0; index--) {
    let rest = 0;
    let priority = (nodes[index] as PlannedNode).node.priority ?? 0;
    for (let at = starts[index] as number; at < (starts[index + 1] as number); at++) {
      const dependent = targets[at] as number;
      rest = Math.max(rest, urgencies[dependent] as number);
      priority = Math.max(priority, priorities[dependent] as number);
    }
    urgencies[index] = (urgencies[index] as number) + rest;
    priorities[index] = priority;
    longest = Math.max(longest, urgencies[index] as number);
  }
  const tiers = [...new Set(priorities)].sort((a, b) => a - b);
  if (tiers.length === 1) return { urgencies, priorities: undefined };
  const tierOf = new Map(tiers.map((priority, tier) => [priority, tier]));
  for (let index = 0; index < urgencies.length; index++) {
    const tier = tierOf.get(priorities[index] as number) ?? 0;
    urgencies[index] = (urgencies[index] as number) + tier * (longest + 1);
  }
  return { urgencies, priorities };
}

/** Expected time of each node by itself. */
function expectedTimes(nodes: readonly PlannedNode[], timings: StageTimings): Float64Array {
  const known = new Map<string, number | undefined>();
  for (const { node } of nodes) if (!known.has(node.stage.name)) known.set(node.stage.name, timings(node.stage.name));
  const timed = [...known.values()].filter((ms) => ms !== undefined);
  const unknown = timed.length === 0 ? 1 : timed.reduce((sum, ms) => sum + ms, 0) / timed.length;
  const times = new Float64Array(nodes.length);
  for (const { index, first, entry, node } of nodes)
    if (first === index && entry === undefined) times[index] = known.get(node.stage.name) ?? unknown;
  return times;
}
