import type { Plan } from "./plan.ts";

/** What a plan would do, before it does it. */
export interface Forecast {
  readonly nodeCount: number;
  /** Distinct keys: the work if nothing were stored. */
  readonly distinctCount: number;
  /** Distinct keys whose results are there. */
  readonly hitCount: number;
  /** Distinct keys to compute. */
  readonly toCompute: number;
  /** Time of what is to compute, one after another, from earlier timings of the same stages; nothing where some are unknown. */
  readonly estimateMs: number | undefined;
  /** Stages without a timing. */
  readonly untimed: readonly string[];
}

/** Mean time of a stage in milliseconds, from earlier runs. */
export type StageTimings = (stage: string) => number | undefined;

/** Counts the distinct work of a plan. Timings come from earlier runs, else from the stored results of this plan. */
export function forecast(plan: Plan, timings: StageTimings = () => undefined): Forecast {
  const stored = new Map<string, { total: number; count: number }>();
  let distinctCount = 0;
  let hitCount = 0;
  for (const { index, first, entry, node } of plan.nodes) {
    if (first !== index) continue;
    distinctCount += 1;
    if (entry === undefined) continue;
    hitCount += 1;
    const known = stored.get(node.stage.name) ?? { total: 0, count: 0 };
    stored.set(node.stage.name, { total: known.total + entry.durationMs, count: known.count + 1 });
  }
  const untimed = new Set<string>();
  let estimateMs = 0;
  for (const { index, first, entry, node } of plan.nodes) {
    if (first !== index || entry !== undefined) continue;
    const known = stored.get(node.stage.name);
    const ms = timings(node.stage.name) ?? (known === undefined ? undefined : known.total / known.count);
    if (ms === undefined) untimed.add(node.stage.name);
    else estimateMs += ms;
  }
  return {
    nodeCount: plan.nodes.length,
    distinctCount,
    hitCount,
    toCompute: distinctCount - hitCount,
    estimateMs: untimed.size === 0 ? estimateMs : undefined,
    untimed: [...untimed],
  };
}
