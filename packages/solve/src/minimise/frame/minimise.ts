import { canonicalValues, freeBounds, freeScales, type ParameterSet } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import { type Covariance, covarianceFromHessian } from "../../uncertainty/covariance.ts";
import { lbfgsb } from "../lbfgsb/lbfgsb.ts";
import { brokenCheckpoint, type Checkpoint, encodeState, resumedState } from "./checkpoint.ts";
import { ERRORS_UNDER_CONSTRAINTS, requireUnconstrained } from "./constraints-kept.ts";
import { innerProblem, type MappedProblem } from "./inner-problem.ts";
import type { MethodState, Minimiser } from "./method.ts";
import { CountedObjective, type EvaluationCounts, type Objective } from "./objective.ts";
import { type RunParameters, runParameters, startOf } from "./parameters.ts";
import { runaway } from "./runaway.ts";
import { anyOf, evaluationLimit, iterationLimit, type Progress, RECENT, type Stop, type StopRule } from "./stop.ts";

/** Called after each iteration; `checkpoint` makes one of where the run stands. What it throws ends the run. */
export type Observer = (progress: Progress, checkpoint: () => Checkpoint) => void;

/** How an objective is minimised. */
export interface MinimiseOptions {
  /** Default `lbfgsb()`. */
  readonly method?: Minimiser;
  /** Free parameters to start from. Default: the initial values of the set. */
  readonly start?: ArrayLike<number>;
  /** When it has converged. Default: what the method stops at. */
  readonly stop?: StopRule;
  /** Default 10,000. */
  readonly iterationLimit?: number;
  /** Evaluations of value or gradient. Default 1,000,000. */
  readonly evaluationLimit?: number;
  /**
   * Rise of the objective that stands for one standard deviation: 0.5 (default) for −ln L, 1 for χ² and −2 ln L. Errors are
   * as large as this says: a −2 ln L with 0.5 would give errors too small by √2.
   */
  readonly errorLevel?: number;
  /** Whether second derivatives at the minimum give errors and the exact distance to the minimum. Default false. */
  readonly covariance?: boolean;
  /** Seed of methods that draw random numbers. Default 0. */
  readonly seed?: number | bigint | string;
  readonly observers?: readonly Observer[];
  /** Ends the run after the iteration in which it is aborted; the best point is kept. */
  readonly signal?: AbortSignal;
  /** Goes on from here, with the bits of the uninterrupted run. The other options must be those of that run. */
  readonly resume?: Checkpoint;
}

/** How a run ended. */
export interface MinimiseStatus extends Stop {
  /** What to do about it, where it did not converge. */
  readonly remedy?: string;
}

/** What a minimisation found. */
export interface Minimum {
  /** Names of the free parameters. */
  readonly names: readonly string[];
  /** The best point, in the bounds, periodic parameters in [low, high). */
  readonly x: Float64Array;
  readonly value: number;
  /** Slopes at `x` by outer coordinates, for methods that have them. */
  readonly gradient?: Float64Array;
  /** With `covariance: true`. */
  readonly covariance?: Covariance;
  /** Estimated distance of `value` from the minimum; exact to second order with `covariance: true`. */
  readonly edm?: number;
  readonly converged: boolean;
  readonly status: MinimiseStatus;
  readonly method: string;
  readonly iterations: number;
  readonly evaluations: EvaluationCounts;
  /** Where it ended: resume with other limits to go on. */
  readonly checkpoint: Checkpoint;
}

interface RunState {
  iteration: number;
  recentValues: number[];
  counts: { value: number; gradient: number; hessian: number };
  best: { x: Float64Array; value: number };
  method: MethodState;
}

/**
 * Minimises an objective over the free parameters of a set (or from a bare start). That it does not converge is no error
 * but the `status` of the result, with a remedy. Synchronous; deterministic: the same inputs give the same bits.
 *
 * Throws `SOLV-060` without free parameters, `SOLV-061` for an error level that is not positive, `SOLV-063` for a checkpoint of
 * another run, `SOLV-066` for constraints that the method does not keep to and for a covariance under constraints, `KERN-044` and `KERN-048` for a start that does not fit, and what the objective throws.
 */
export function minimise(objective: Objective, parameters: RunParameters, options: MinimiseOptions = {}): Minimum {
  const { method = lbfgsb(), errorLevel = 0.5, seed = 0, observers = [], signal, resume } = options;
  if (!(errorLevel > 0 && errorLevel < Number.POSITIVE_INFINITY))
    throw solveError("SOLV-061", `The error level is ${errorLevel}`, "Give 0.5 for −ln L, 1 for χ².", { errorLevel });
  if (method.takesConstraints !== true)
    requireUnconstrained(objective, `${method.name} does not keep to`, "Use the method sqp, or minimiseConstrained.");
  if (options.covariance === true)
    requireUnconstrained(objective, "second derivatives do not know", ERRORS_UNDER_CONSTRAINTS);
  const set = runParameters(parameters);
  const { lower, upper } = freeBounds(set);
  const counted = new CountedObjective(objective, lower, upper, freeScales(set));
  const problem = innerProblem(counted, set, startOf(set, options.start), method.bounds, seed, errorLevel);
  const rule = anyOf(
    finiteOnly(options.stop ?? method.stop),
    iterationLimit(options.iterationLimit ?? 10_000),
    evaluationLimit(options.evaluationLimit ?? 1_000_000),
  );
  const state = resume === undefined ? firstState(problem, method, counted) : resumed(resume, method, counted);
  const checkpoint = (): Checkpoint => ({
    format: "simloom-run",
    version: 1,
    method: method.name,
    state: encodeState({ ...state, counts: counted.counts, best: counted.best }),
  });

  let stop = resume === undefined ? notFinite(state) : undefined;
  stop ??= rule.check(progressOf(state, problem, counted));
  while (stop === undefined) {
    method.step(problem, state.method);
    state.iteration++;
    state.recentValues.push(state.method.value);
    if (state.recentValues.length > RECENT) state.recentValues.shift();
    const progress = progressOf(state, problem, counted);
    for (const observer of observers) observer(progress, checkpoint);
    stop = unbounded(progress, problem, set) ?? rule.check(progress) ?? state.method.end ?? aborted(signal);
  }
  return resultOf(
    { state, problem, counted, stop, method, checkpoint: checkpoint() },
    set,
    options.covariance === true,
  );
}

function firstState(problem: MappedProblem, method: Minimiser, counted: CountedObjective): RunState {
  const state = method.start(problem);
  return { iteration: 0, recentValues: [state.value], counts: counted.counts, best: counted.best, method: state };
}

function resumed(checkpoint: Checkpoint, method: Minimiser, counted: CountedObjective): RunState {
  const state = resumedState(checkpoint, method.name) as RunState;
  const { best, counts, recentValues, method: own } = (state ?? {}) as Partial<RunState>;
  if (
    !(best?.x instanceof Float64Array && own?.x instanceof Float64Array && own.x.length === best.x.length) ||
    !(typeof best.value === "number" && typeof own.value === "number" && Number.isInteger(state.iteration)) ||
    !(Array.isArray(recentValues) && typeof counts === "object")
  )
    throw brokenCheckpoint(method.name);
  if (state.best.x.length !== counted.best.x.length)
    throw solveError(
      "SOLV-063",
      `The checkpoint has ${state.best.x.length} parameters, the run has ${counted.best.x.length}`,
      "Resume with the parameters of the run that was interrupted.",
    );
  Object.assign(counted.counts, state.counts);
  counted.best.x.set(state.best.x);
  counted.best.value = state.best.value;
  delete state.method.end;
  return state;
}

function progressOf(
  { iteration, method, recentValues }: RunState,
  problem: MappedProblem,
  counted: CountedObjective,
): Progress {
  const { value, gradient, edm, extent } = method;
  return {
    iteration,
    x: Float64Array.from(problem.outer(method.x)),
    value,
    ...(gradient === undefined ? {} : { gradientNorm: freeNorm(problem, method.x, gradient) }),
    ...(edm === undefined ? {} : { edm }),
    ...(extent === undefined ? {} : { extent }),
    recentValues,
    evaluations: { ...counted.counts },
    errorLevel: problem.errorLevel,
  };
}

/** The greatest slope that does not push against a bound. */
function freeNorm({ lower, upper }: MappedProblem, x: Float64Array, gradient: Float64Array): number {
  let greatest = 0;
  for (let i = 0; i < x.length; i++) {
    const slope = gradient[i] as number;
    const isHeld = slope > 0 ? x[i] === lower[i] : x[i] === upper[i];
    if (!isHeld) greatest = Math.max(greatest, Math.abs(slope));
  }
  return greatest;
}

/** A rule whose claims to have converged count only where the value is a number. */
function finiteOnly(rule: StopRule): StopRule {
  return {
    name: rule.name,
    check(progress) {
      const stop = rule.check(progress);
      return stop?.converged === true && !Number.isFinite(progress.value) ? undefined : stop;
    },
  };
}

/** In units of the start or the scale: further out, steps of the size of the start are lost in rounding. */
const FAR = 1e15;

/** A parameter that has run away in a direction in which it has no bound. */
function unbounded({ x }: Progress, problem: MappedProblem, set: ParameterSet): MinimiseStatus | undefined {
  const start = problem.outer(problem.start);
  const scales = freeScales(set);
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const size = Math.max(Math.abs(start[i] as number), scales[i] as number);
    if (Math.abs(value) > FAR * size && problem.isOpen(i, value))
      return runaway(`${set.freeNames[i]} has run to ${value}`);
  }
  return undefined;
}

function notFinite({ method }: RunState): MinimiseStatus | undefined {
  if (method.value < Number.POSITIVE_INFINITY) return undefined;
  return { ...NOT_FINITE, message: `${NOT_FINITE.message} at the start` };
}

const NOT_FINITE = {
  reason: "not finite",
  converged: false,
  message: "the objective or its slopes are not finite",
  remedy: "Start elsewhere, or set bounds that keep the objective finite.",
} as const;

function aborted(signal: AbortSignal | undefined): MinimiseStatus | undefined {
  if (signal?.aborted !== true) return undefined;
  return {
    reason: "aborted",
    converged: false,
    message: "the run was aborted",
    remedy: "Resume from the checkpoint of the result.",
  };
}

const LIMIT_REMEDY = "Raise the limit and resume from the checkpoint, or start nearer to the minimum.";

function resultOf(
  run: {
    readonly state: RunState;
    readonly problem: MappedProblem;
    readonly counted: CountedObjective;
    readonly stop: MinimiseStatus;
    readonly method: Minimiser;
    readonly checkpoint: Checkpoint;
  },
  set: ReturnType<typeof runParameters>,
  withCovariance: boolean,
): Minimum {
  const { state, problem, counted, method } = run;
  const { best } = counted;
  // where slopes say that it is the minimum, a value that is lower by no more than rounding could make it is not better
  const rounding =
    run.stop.converged && Number.isFinite(state.method.value) && state.method.gradient !== undefined
      ? 1e-9 * Math.abs(state.method.value)
      : 0;
  // nor is one that constraints may forbid
  const isBetter = counted.constraints === undefined && best.value < state.method.value - rounding;
  const x = canonicalValues(set, isBetter ? best.x : problem.outer(state.method.x));
  const value = isBetter ? best.value : state.method.value;
  const stop = run.stop.converged && !Number.isFinite(value) ? NOT_FINITE : run.stop;
  const gradient = new Float64Array(x.length);
  const hasGradient = state.method.gradient !== undefined && Number.isFinite(value);
  if (hasGradient) {
    const slopes = state.method.gradient as Float64Array;
    const at = new Float64Array(x.length);
    if (isBetter) counted.gradient(x, gradient);
    else {
      problem.slopes(state.method.x, at);
      for (let i = 0; i < x.length; i++) gradient[i] = (slopes[i] as number) / (at[i] as number);
    }
  }
  const covariance =
    withCovariance && Number.isFinite(value)
      ? covarianceFromHessian(counted, set, x, problem.errorLevel, hasGradient ? gradient : undefined)
      : undefined;
  const edm = covariance?.edm ?? state.method.edm;
  return {
    names: set.freeNames,
    x,
    value,
    ...(hasGradient ? { gradient } : {}),
    ...(covariance === undefined ? {} : { covariance }),
    ...(edm === undefined ? {} : { edm }),
    converged: stop.converged,
    status: stop.converged || stop.remedy !== undefined ? stop : { ...stop, remedy: LIMIT_REMEDY },
    method: method.name,
    iterations: state.iteration,
    evaluations: { ...counted.counts },
    checkpoint: run.checkpoint,
  };
}
