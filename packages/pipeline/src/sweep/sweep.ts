import type { Graph } from "../graph/graph.ts";
import type { RunStatus } from "../run/events.ts";
import { executePlan } from "../run/execute.ts";
import type { RunOptions } from "../run/options.ts";
import type { CacheCounts } from "../run/outcome.ts";
import { type Plan, planRun, type RunCase } from "../run/plan.ts";
import { type RunResult, resultOf } from "../run/result.ts";
import { caseOf } from "../run/run.ts";
import { digestOf } from "../value/encode.ts";
import type { Value } from "../value/value.ts";
import type { Axes } from "./axes.ts";
import { type Design, expandAxes, type Point } from "./expand.ts";
import { patchCase } from "./patch.ts";

/** One point of a sweep and what came of it. */
export interface SweepCase {
  /** `@` and eight hexadecimal digits of the point's digest, `-2` for the second of equal points: the same in every run. */
  readonly id: string;
  readonly point: Point;
  readonly result: RunResult;
}

/** What came of a sweep, in the order of its points. */
export interface SweepResult {
  readonly status: RunStatus;
  readonly cases: readonly SweepCase[];
  readonly cache: CacheCounts;
  /** A row per point: the swept values, the scalar metrics (`metric x` where a swept path is called x), the status. For `console.table`. */
  rows(): readonly Readonly<Record<string, unknown>>[];
}

/** What a sweep varies: a graph (paths are `node.path`), or a document and how a graph is made of it (paths in the document). */
export type SweepSubject = Graph | DocumentSubject;

/** A document and how a case is made of it. `place` gets the paths that lead into the document; `seed` and `policy.…` are done. */
export interface DocumentSubject {
  readonly document: Value;
  place(point: Point, base: Omit<RunCase, "graph">): RunCase;
}

/** The cases of a sweep. Nothing runs. Errors: PIPE-050, PIPE-051, and those of the schemas of what is swept. */
export function sweepCases(
  subject: SweepSubject,
  axes: Axes,
  options: RunOptions & Design = {},
): readonly { readonly point: Point; readonly case: RunCase }[] {
  const used = new Map<string, number>();
  return expandAxes(axes, options).map((point) => {
    const id = caseId(point, used);
    if ("place" in subject) return { point, case: placeDocument(subject, point, id, options) };
    return { point, case: patchCase(caseOf(subject, options), id, point) };
  });
}

function placeDocument(
  subject: DocumentSubject,
  point: Point,
  id: string,
  { seed = 0, policy = {}, inputs = {} }: RunOptions,
): RunCase {
  const inside: Record<string, Value> = {};
  const outside: Record<string, Value> = {};
  for (const path of Object.keys(point)) {
    const target = path === "seed" || path.startsWith("policy.") ? outside : inside;
    target[path] = point[path] as Value;
  }
  const placed = subject.place(inside, { id, seed, policy, inputs });
  return patchCase(placed, id, outside);
}

/** Designs that draw from lists, and lists with repetitions, come to a point more than once: those get a number, too. */
function caseId(point: Point, used: Map<string, number>): string {
  const id = `@${digestOf(point).slice(0, 8)}`;
  const count = (used.get(id) ?? 0) + 1;
  used.set(id, count);
  return count === 1 ? id : `${id}-${count}`;
}

/** Plans a sweep: all keys and look-ups, so the distinct work is known before anything runs. */
export async function planSweep(subject: SweepSubject, axes: Axes, options: RunOptions & Design = {}): Promise<Plan> {
  return planRun(
    sweepCases(subject, axes, options).map((one) => one.case),
    options,
  );
}

/**
 * Runs a graph at every point. Work that points share is done once; a failing point does not stop the others unless
 * `failureMode` is `failFast`. Default mode: `collect`.
 */
export async function sweep(
  subject: SweepSubject,
  axes: Axes,
  options: RunOptions & Design = {},
): Promise<SweepResult> {
  const collecting = { ...options, failureMode: options.failureMode ?? ("collect" as const) };
  const cases = sweepCases(subject, axes, collecting);
  const plan = await planRun(
    cases.map((one) => one.case),
    collecting,
  );
  const execution = await executePlan(plan, collecting);
  const results = cases.map(({ point, case: one }) => ({
    id: one.id,
    point,
    result: resultOf(plan, execution, one, collecting),
  }));
  return { status: execution.status, cases: results, cache: execution.cache, rows: () => results.map(rowOf) };
}

function rowOf({ id, point, result }: SweepCase): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = { id, ...point };
  for (const name in result.metrics)
    row[Object.hasOwn(row, name) ? `metric ${name}` : name] = result.metrics[name]?.value;
  row["status"] = result.status;
  return row;
}
