import { solveError } from "../../errors.ts";
import type { SolveOptions } from "../engine/options.ts";
import { runSetup, unknownName } from "../engine/options.ts";
import { runIntegration } from "../engine/run.ts";
import { saveEnd } from "../engine/save.ts";
import type { OdeSolution, RunStatus } from "../engine/solution.ts";
import { compiledFor } from "../engine/solve.ts";
import type { OdeMethod } from "../method/method.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { runInLanes } from "./lanes.ts";

/** One number per member, or one for all. */
export type MemberValues = Readonly<Record<string, number | ArrayLike<number>>>;

/** How the members of an ensemble differ, and how each is solved. */
export interface EnsembleOptions extends Omit<SolveOptions, "method" | "parameters" | "initial" | "dense"> {
  readonly method: OdeMethod;
  readonly parameters?: MemberValues;
  readonly initial?: MemberValues;
  /** Only members from here (default 0) … */
  readonly from?: number;
  /** … up to here, this one left out: for splitting an ensemble between workers. */
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
 * events nor saved points, all members run at once in WebAssembly, two to a lane register, in the same arithmetic as one by one; else
 * each runs with its own steps. A member that fails does not stop the others. Throws as `solve`, before any member is
 * run, `SOLV-003` for arrays of different lengths, and `SOLV-008` for methods of other libraries.
 */
export function ensemble(problem: OdeProblem, options: EnsembleOptions): EnsembleResult {
  const { parameters = {}, initial = {}, onMember, from: _from, to: _to, ...common } = options;
  if ("run" in options.method)
    throw solveError(
      "SOLV-008",
      `${(options.method as { readonly name: string }).name} does not run ensembles`,
      "Use bdf or rodas5p, or solve the members one by one.",
    );
  const size = memberCount(problem, parameters, initial);
  const from = options.from ?? 0;
  const to = options.to ?? size;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= size))
    throw solveError(
      "SOLV-003",
      `Members ${from} to ${to} are not among the ${size} of the ensemble`,
      "Give a range within it.",
    );
  const count = to - from;
  checkMembers("SOLV-003", "parameter", problem.parameterNames, parameters, from, to);
  checkMembers("SOLV-002", "state", problem.stateNames, initial, from, to);
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

/** Throws for names that the problem does not have, and for members that are not finite. */
function checkMembers(
  code: "SOLV-002" | "SOLV-003",
  kind: string,
  names: readonly string[],
  given: MemberValues,
  from: number,
  to: number,
): void {
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) throw unknownName(code, kind, name, names);
    const values = typeof value === "number" ? [value] : Array.from({ length: to - from }, (_, i) => value[from + i]);
    const odd = values.findIndex((one) => !Number.isFinite(one));
    if (odd >= 0)
      throw solveError(
        code,
        `The ${kind} ${name}${typeof value === "number" ? "" : ` of member ${from + odd}`} is ${values[odd]}`,
        "Give finite numbers.",
        { name, member: from + odd },
      );
  }
}

function valuesOf(values: MemberValues, member: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "number" ? value : (value[member] as number),
    ]),
  );
}

function memberCount({ name }: OdeProblem, ...all: readonly MemberValues[]): number {
  const lengths = all.flatMap((values) =>
    Object.entries(values).flatMap(([key, value]) => (typeof value === "number" ? [] : [[key, value.length] as const])),
  );
  const [first] = lengths;
  if (first === undefined)
    throw solveError(
      "SOLV-003",
      `The members of the ensemble of ${name} do not differ`,
      "Give an array, a number per member, for a parameter or an initial value.",
    );
  const odd = lengths.find(([, length]) => length !== first[1]);
  if (odd === undefined) return first[1];
  throw solveError(
    "SOLV-003",
    `${odd[0]} has ${odd[1]} members and ${first[0]} has ${first[1]}`,
    "Give arrays of one length.",
  );
}
