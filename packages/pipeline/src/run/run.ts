import { PipelineError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { executePlan } from "./execute.ts";
import type { RunOptions } from "./options.ts";
import { type Plan, planRun, type RunCase } from "./plan.ts";
import { type RunResult, resultOf } from "./result.ts";

/** A run that ended with failed nodes. What was finished is in `result`, and in the store. */
export class RunError extends PipelineError {
  readonly result: RunResult;

  constructor(result: RunResult) {
    const failed = result.nodes.filter((node) => node.status === "failed");
    const first = failed[0];
    super({
      code: "PIPE-045",
      message: `${failed.length === 1 ? `node ${first?.id} failed` : `${failed.length} nodes failed, first ${first?.id}`}: ${first?.failure?.message ?? "unknown"}`,
      remedy: first?.failure?.remedy ?? "Look at the failures in the run's manifest.",
      ...(first === undefined ? {} : { path: first.id }),
      problems: failed.map(({ id, failure }) => ({
        code: failure?.code ?? "PIPE-040",
        message: `${id}: ${failure?.message ?? "unknown"}`,
        remedy: failure?.remedy ?? "",
        path: id,
      })),
    });
    this.result = result;
  }
}

/**
 * Runs a graph: what the store has is reused, the rest is computed.
 *
 * Errors: {@link RunError} when nodes failed (not in the mode `collect`), with everything that was finished; errors of
 * {@link planRun} before anything runs. An aborted run resolves with status `interrupted`.
 */
export async function run(graph: Graph, options: RunOptions = {}): Promise<RunResult> {
  const plan = await planRun([caseOf(graph, options)], options);
  return runPlan(plan, options);
}

/** The single case of a plain run. */
export function caseOf(graph: Graph, { seed = 0, policy = {}, inputs = {} }: RunOptions): RunCase {
  return { id: "", graph, seed, policy, inputs };
}

/** Executes a plan of one case. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunResult> {
  const execution = await executePlan(plan, options);
  const result = resultOf(plan, execution, plan.cases[0] as RunCase, options);
  if (result.status === "failed") throw new RunError(result);
  return result;
}
