import { nearestName } from "@simloom/units";
import { solveError } from "../../errors.ts";
import type { ExternalMethod, OdeMethod } from "../method/method.ts";
import type { OdeProblem } from "../problem/problem.ts";
import type { StepController } from "./controller.ts";
import { checkKnown } from "./known-options.ts";
import { type RunLimits, runLimits } from "./limits.ts";
import { checkAmount, type SavePlan, saveSteps, saveTimes } from "./save.ts";

/** Relative tolerances that methods with step control take: from `least` on, and below `below`. Float64 has 16 digits. */
export const RELATIVE_TOLERANCES = { least: 1e-14, below: 1 } as const;

/** How a problem is to be solved. */
export interface SolveOptions {
  readonly method: OdeMethod | ExternalMethod;
  /** Largest local error relative to each state. Default 1e-6. */
  readonly relativeTolerance?: number;
  /** And in its own unit: one for all states, or by name. Default 1e-9. */
  readonly absoluteTolerance?: number | Readonly<Record<string, number>>;
  /** Step of methods with fixed steps; the last one may be shorter. */
  readonly step?: number;
  /** First step that an adaptive method tries. Default: estimated. */
  readonly firstStep?: number;
  /** Values in place of the problem's. */
  readonly parameters?: Readonly<Record<string, number>>;
  readonly initial?: Readonly<Record<string, number>>;
  readonly timeSpan?: readonly [start: number, end: number];
  /** Default: every step. */
  readonly save?: SavePlan;
  /** Keeps the polynomial of every step. Default false. */
  readonly dense?: boolean;
  readonly limits?: Partial<RunLimits>;
  /** Default: that of the method. */
  readonly controller?: StepController;
}

/** Checked options, in the order of the problem. */
export interface RunSetup {
  readonly start: number;
  readonly end: number;
  readonly initial: readonly number[];
  readonly parameters: readonly number[];
  readonly relativeTolerance: number;
  readonly absoluteTolerances: readonly number[];
  readonly step: number | undefined;
  readonly firstStep: number | undefined;
  readonly saveTimes: Float64Array | undefined;
  /** Only the last state is kept, also where an event ends the run. */
  readonly savesEnd: boolean;
  readonly recordsDense: boolean;
  readonly limits: RunLimits;
}

const OPTIONS: Readonly<Record<keyof SolveOptions, true>> = {
  method: true,
  relativeTolerance: true,
  absoluteTolerance: true,
  step: true,
  firstStep: true,
  parameters: true,
  initial: true,
  timeSpan: true,
  save: true,
  dense: true,
  limits: true,
  controller: true,
};

/** Checks options. Throws `SOLV-002` … `SOLV-008`, `SOLV-010` and `SOLV-017`. */
export function runSetup(problem: OdeProblem, options: SolveOptions): RunSetup {
  const { method, relativeTolerance = 1e-6, absoluteTolerance = 1e-9, step, firstStep, save = saveSteps() } = options;
  checkKnown("options", options, Object.keys(OPTIONS));
  const limits = runLimits(options.limits);
  const [start, end] = options.timeSpan ?? problem.timeSpan;
  if (!Number.isFinite(start) || !Number.isFinite(end) || start === end)
    throw solveError(
      "SOLV-004",
      `The time span ${start} … ${end} cannot be integrated`,
      "Give two different finite times.",
    );
  checkMethod(problem, options);
  if (step !== undefined) checkFixedSteps(problem, Math.abs(end - start), step, save, limits);
  if (firstStep !== undefined && !(firstStep > 0 && Number.isFinite(firstStep)))
    throw solveError("SOLV-010", `A first step of ${firstStep} cannot be tried`, "Give a positive number.");
  return {
    start,
    end,
    initial: replaced("SOLV-002", "state", problem.stateNames, problem.initial, options.initial),
    parameters: replaced("SOLV-003", "parameter", problem.parameterNames, problem.parameters, options.parameters),
    relativeTolerance: method.hasFixedSteps ? 1 : checkedRelative(relativeTolerance),
    absoluteTolerances: absolutes(problem, absoluteTolerance),
    step,
    firstStep,
    saveTimes: saveTimes(problem, [start, end], save, limits.savedNumbers),
    savesEnd: save.kind === "end",
    recordsDense: options.dense === true,
    limits,
  };
}

function checkMethod(problem: OdeProblem, options: SolveOptions): void {
  const { method, step, limits } = options;
  const misfit = (message: string, remedy: string) =>
    solveError("SOLV-008", message, remedy, { method: method.name, problem: problem.name });
  if (problem.massMatrix !== undefined && !method.takesMassMatrix)
    throw misfit(`${method.name} does not take the mass matrix of ${problem.name}`, "Use rodas5p, radau5 or bdf.");
  if (method.hasFixedSteps && !(step !== undefined && step > 0 && Number.isFinite(step)))
    throw misfit(
      `${method.name} takes fixed steps, and the step is ${step === undefined ? "not given" : step}`,
      "Give `step`, or use an adaptive method such as tsit5.",
    );
  if (!method.hasFixedSteps && step !== undefined)
    throw misfit(
      `${method.name} chooses its steps`,
      "Leave `step` out; give `firstStep` or limits.maximumStep instead.",
    );
  const { relativeTolerance, firstStep, controller } = options;
  const unused = Object.entries(
    method.hasFixedSteps
      ? {
          ...{ relativeTolerance, firstStep, controller },
          "limits.minimumStep": limits?.minimumStep,
          "limits.maximumStep": limits?.maximumStep,
        }
      : "run" in method
        ? { controller }
        : {},
  ).find(([, value]) => value !== undefined)?.[0];
  if (unused !== undefined)
    throw misfit(
      `${method.name} has no use for ${unused}: ${method.hasFixedSteps ? "its steps are fixed" : "it controls its steps itself"}`,
      `Leave ${unused} out${method.hasFixedSteps ? ", or use an adaptive method such as tsit5" : ""}.`,
    );
}

function checkFixedSteps(problem: OdeProblem, span: number, step: number, save: SavePlan, limits: RunLimits): void {
  const steps = Math.ceil(span / step - 1e-9);
  if (save.kind === "steps") checkAmount(problem, steps + 1, limits.savedNumbers);
  if (steps <= limits.steps) return;
  throw solveError(
    "SOLV-010",
    `Steps of ${step} over a span of ${span} are ${steps} steps, and the limit is ${limits.steps}`,
    "Take a larger step, or raise limits.steps.",
    { steps, limit: limits.steps },
  );
}

function checkedRelative(tolerance: number): number {
  const { least, below } = RELATIVE_TOLERANCES;
  if (tolerance >= least && tolerance < below) return tolerance;
  throw solveError(
    "SOLV-005",
    `A relative tolerance of ${tolerance} cannot be met`,
    tolerance < least
      ? `Float64 has 16 digits: ask for ${least} or more.`
      : `Give a number between ${least} and ${below}.`,
    { relativeTolerance: tolerance },
  );
}

function absolutes({ stateNames }: OdeProblem, given: number | Readonly<Record<string, number>>): readonly number[] {
  const known = new Set(typeof given === "number" ? [] : stateNames);
  const unknown = typeof given === "number" ? undefined : Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) throw unknownName("SOLV-005", "state", unknown, stateNames);
  return stateNames.map((name) => {
    const value = typeof given === "number" ? given : given[name];
    if (value !== undefined && value > 0 && Number.isFinite(value)) return value;
    throw solveError(
      "SOLV-005",
      `The absolute tolerance of ${name} is ${value}`,
      "Give a positive number in the unit of the state: the size at which its error no longer matters.",
      { state: name },
    );
  });
}

function replaced(
  code: "SOLV-002" | "SOLV-003",
  kind: string,
  names: readonly string[],
  values: readonly number[],
  given: Readonly<Record<string, number>> | undefined,
): readonly number[] {
  if (given === undefined) return values;
  const known = new Set(names);
  for (const [name, value] of Object.entries(given)) {
    if (!known.has(name)) throw unknownName(code, kind, name, names);
    if (!Number.isFinite(value)) throw solveError(code, `The ${kind} ${name} is ${value}`, "Give a finite number.");
  }
  return names.map((name, index) => given[name] ?? (values[index] as number));
}

/** The error for a name that the problem does not have. */
export function unknownName(
  code: "SOLV-002" | "SOLV-003" | "SOLV-005",
  kind: string,
  name: string,
  names: readonly string[],
): Error {
  const near = nearestName(name, names);
  return solveError(
    code,
    `The problem has no ${kind} ${name}`,
    near === undefined ? `It has ${names.join(", ") || "none"}.` : `Did you mean ${near}?`,
    { name },
  );
}
