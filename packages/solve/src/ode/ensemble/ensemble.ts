import type { SolveOptions } from "../engine/options.ts";
import { runSetup } from "../engine/options.ts";
import { runIntegration } from "../engine/run.ts";
import { saveEnd } from "../engine/save.ts";
import type { OdeSolution, RunStatus } from "../engine/solution.ts";
import { compiledFor } from "../engine/solve.ts";
import type { OdeMethod } from "../method/method.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { runInLanes } from "./lanes.ts";
import { checkedRange, type MemberValues, valuesOf } from "./members.ts";

/** How the members of an ensemble differ, and how each is solved. */
export interface EnsembleOptions extends Omit<SolveOptions, "method" | "parameters" | "initial" | "dense"> {
  readonly method: OdeMethod;
  readonly parameters?: MemberValues;
  readonly initial?: MemberValues;
  /** Only members from here (default 0) … */
  readonly from?: number;
  /** … up to here, this one left out. */
  readonly to?: number;
  /** Sees the solution of each member, with what `save` asks for. Not called where all members run at once. */
  readonly onMember?: (member: number, solution: OdeSolution) => void;
}

/** Where the members ended. Arrays have a number per member, from `from` on. */
export interface EnsembleResult {
  readonly count: number;
  readonly final: Readonly<Record<string, Float64Array>>;
  /** Time of the first crossing of each event; NaN where it did not fire. */
  readonly eventTimes: Readonly<Record<string, Float64Array>>;
  /** Members that did not get through, with the reason. */
  readonly failures: readonly { readonly member: number; readonly status: RunStatus & { readonly kind: "failed" } }[];
  readonly acceptedSteps: number;
  readonly evaluations: number;
  /** How they were run: one after the other, each with steps of its own, or all at once in SIMD lanes with common steps. */
  readonly mode: "each" | "lanes";
}

/**
 * Solves a problem for many parameter sets and initial states. With a fixed-step method, equations as expressions and neither
 * events nor saved points, all members run at once inside WebAssembly, in the same arithmetic as one by one; else
 * each runs with its own steps. A member that fails does not stop the others. Throws as `solve`, before any member is
 * run, `SOLV-003` for arrays of different lengths, and `SOLV-008` for methods of other libraries.
 */
export function ensemble(problem: OdeProblem, options: EnsembleOptions): EnsembleResult {
  const { parameters = {}, initial = {}, onMember, from: _from, to: _to, ...common } = options;
  const { from, to } = checkedRange(problem, options);
  const count = to - from;
  const lanes =
    onMember === undefined && options.save === undefined ? runInLanes(problem, options, from, count) : undefined;
  if (lanes !== undefined) return lanes;

  const integration = compiledFor(problem, options.method, options.controller ?? options.method.controller);
  const final = Object.fromEntries(problem.stateNames.map((name) => [name, new Float64Array(count)]));
  const eventTimes = Object.fromEntries(
    problem.events.map(({ name }) => [name, new Float64Array(count).fill(Number.NaN)]),
  );
  const failures: { member: number; status: RunStatus & { readonly kind: "failed" } }[] = [];
  let acceptedSteps = 0;
  let evaluations = 0;
  integration.isBusy = true;
  try {
    for (let index = 0; index < count; index++) {
      const member = from + index;
      const setup = runSetup(problem, {
        ...common,
        save: options.save ?? saveEnd(),
        parameters: valuesOf(parameters, member),
        initial: valuesOf(initial, member),
      });
      const solution = runIntegration(integration, setup);
      for (const name of problem.stateNames)
        (final[name] as Float64Array)[index] = solution.final.state[name] as number;
      for (const { name, time } of solution.events) {
        const times = eventTimes[name] as Float64Array;
        if (Number.isNaN(times[index] as number)) times[index] = time;
      }
      if (solution.status.kind === "failed") failures.push({ member, status: solution.status });
      acceptedSteps += solution.statistics.acceptedSteps;
      evaluations += solution.statistics.evaluations;
      onMember?.(member, solution);
    }
  } finally {
    integration.isBusy = false;
  }
  return { count, final, eventTimes, failures, acceptedSteps, evaluations, mode: "each" };
}
