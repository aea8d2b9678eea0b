/**
 * A run of a minimiser, part by part: its start, its iterations, and what it found. Whoever drives it may go back to where a
 * part began, and do it again.
 */
import { canonicalValues, freeBounds, freeScales, type ParameterSet } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import { covarianceFromHessian } from "../../uncertainty/covariance.ts";
import { lbfgsb } from "../lbfgsb/lbfgsb.ts";
import { brokenCheckpoint, type Checkpoint, encodeState, resumedState } from "./checkpoint.ts";
import { ERRORS_UNDER_CONSTRAINTS, requireUnconstrained } from "./constraints-kept.ts";
import { innerProblem, type MappedProblem } from "./inner-problem.ts";
import type { MethodState, Minimiser } from "./method.ts";
import type { MinimiseOptions, MinimiseStatus, Minimum } from "./minimise.ts";
import { CountedObjective, type Objective } from "./objective.ts";
import { type RunParameters, runParameters, startOf } from "./parameters.ts";
import { runaway } from "./runaway.ts";
import { anyOf, evaluationLimit, iterationLimit, type Progress, RECENT, type StopRule } from "./stop.ts";

/** A run that is under way. */
export interface MinimiserRun {
  /** Does the next part: the start, an iteration, or the result, which it then gives. */
  advance(): Minimum | undefined;
  /** Remembers where the run stands; the function that it gives goes back there, as often as it is called. */
  mark(): () => void;
  /** What was found until now, without a further evaluation; undefined before the start is done. */
  abandoned(): Minimum | undefined;
}

interface RunState {
  iteration: number;
  recentValues: number[];
  counts: { value: number; gradient: number; hessian: number };
  best: { x: Float64Array; value: number };
  /** Whether differences are central by now. */
  isFine?: boolean;
  method: MethodState;
}

/** Opens a run. Throws as `minimise`. */
export function openRun(objective: Objective, parameters: RunParameters, options: MinimiseOptions): MinimiserRun {
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
  let state: RunState | undefined;
  let stop: MinimiseStatus | undefined;
  const checkpointOf = (of: RunState): Checkpoint => ({
    format: "simloom-run",
    version: 1,
    method: method.name,
    state: encodeState({ ...of, counts: counted.counts, best: counted.best, isFine: counted.isFine }),
  });
  const begin = (): RunState => {
    const first = resume === undefined ? firstState(problem, method, counted) : resumed(resume, method, counted);
    stop = resume === undefined ? notFinite(first) : undefined;
    stop ??= rule.check(progressOf(first, problem, counted));
    return first;
  };
  const iterate = (from: RunState): void => {
    method.step(problem, from.method);
    from.iteration++;
    from.recentValues.push(from.method.value);
    if (from.recentValues.length > RECENT) from.recentValues.shift();
    const progress = progressOf(from, problem, counted);
    for (const observer of observers) observer(progress, () => checkpointOf(from));
    stop = unbounded(progress, problem, set) ?? rule.check(progress) ?? from.method.end ?? aborted(signal);
  };
  const refine = (from: RunState): void => {
    problem.refine();
    const { method: own } = from;
    delete own.end;
    own.value = problem.gradient(own.x, own.gradient as Float64Array);
    from.recentValues = [own.value];
    method.refresh?.(problem, own);
    stop = method.refresh === undefined ? undefined : rule.check(progressOf(from, problem, counted));
  };
  const found = (of: RunState, why: MinimiseStatus, isFinal: boolean): Minimum =>
    resultOf(
      { state: of, problem, counted, stop: why, method, checkpoint: checkpointOf(of) },
      set,
      options.covariance === true && isFinal,
      isFinal,
    );
  return {
    advance() {
      counted.forget();
      if (state === undefined) state = begin();
      else if (stop === undefined) iterate(state);
      else if (counted.isCoarse && isWorthRefining(state, stop)) refine(state);
      else return found(state, stop, true);
      return undefined;
    },
    mark() {
      const { best, counts } = structuredClone({ best: counted.best, counts: counted.counts });
      const [kept, keptStop, { isFine }] = [structuredClone(state), stop, counted];
      return () => {
        state = structuredClone(kept);
        stop = keptStop;
        counted.isFine = isFine;
        Object.assign(counted.counts, counts);
        counted.best.x.set(best.x);
        counted.best.value = best.value;
      };
    },
    abandoned: () => state && found(state, stop ?? ABORTED, false),
  };
}

/** Whether a run ended that has slopes, where better ones may lead on. */
function isWorthRefining({ method }: RunState, stop: MinimiseStatus): boolean {
  if (method.gradient === undefined || !Number.isFinite(method.value)) return false;
  return stop.converged ? stop.reason !== "target" : stop === method.end && stop.reason !== "unbounded";
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
  counted.isFine = state.isFine ?? true;
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

const ABORTED = {
  reason: "aborted",
  converged: false,
  message: "the run was aborted",
  remedy: "Resume from the checkpoint of the result.",
} as const;

function aborted(signal: AbortSignal | undefined): MinimiseStatus | undefined {
  return signal?.aborted === true ? ABORTED : undefined;
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
  mayEvaluate: boolean,
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
  const hasGradient = state.method.gradient !== undefined && Number.isFinite(value) && (mayEvaluate || !isBetter);
  if (hasGradient) {
    const slopes = state.method.gradient as Float64Array;
    const at = new Float64Array(x.length);
    problem.slopes(state.method.x, at);
    // on a bound, coordinates have no slope by which to divide
    if (mayEvaluate && (isBetter || at.includes(0))) counted.gradient(x, gradient);
    else for (let i = 0; i < x.length; i++) gradient[i] = at[i] === 0 ? 0 : (slopes[i] as number) / (at[i] as number);
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
