/**
 * Fits: −ln L minimised over the free parameters, from one start or several, with errors, correlations and fit fractions. A fit
 * goes on in slices, so that its caller can show where it stands, keep a checkpoint, or stop; slices change no bit of the result.
 */
import type { ExecutionContext, ParameterSet } from "@simloom/kernel";
import { type Covariance, type EvaluationCounts, lbfgsb, minimise, type Objective } from "@simloom/solve";
import { valueOfParameter } from "../analysis/parameters.ts";
import { type Likelihood, likelihood } from "../likelihood/likelihood.ts";
import { notFiniteError } from "../likelihood/not-finite.ts";
import type { LikelihoodTerm } from "../likelihood/term.ts";
import { checkCheckpoint, type FitCheckpoint, outcomeOf, type StartOutcome } from "./checkpoint.ts";
import { type FitFraction, fractionPlan } from "./fractions.ts";
import { methodNamed } from "./method.ts";
import { polished } from "./polish.ts";
import { preparedTerms } from "./prepared-terms.ts";
import { exactSecondDerivatives } from "./second-derivatives.ts";
import { startsOf } from "./starts.ts";
import { type CovarianceKind, hasWeights, weightedCovariance } from "./weighted-covariance.ts";

/** How a fit is done. */
export interface FitOptions {
  /** Name of a minimiser of `@simloom/solve`. Default `lbfgsb`. */
  readonly method?: string;
  /** Values to start from instead of the initial ones, by name. */
  readonly start?: Readonly<Record<string, number>>;
  /** Further starts, drawn from the ranges of the initial values. Default 0. */
  readonly restarts?: number;
  /** Seed of restarts and of methods that draw. Default 0. */
  readonly seed?: number;
  /** Evaluations of value or gradient per start. Default 100,000. */
  readonly evaluationLimit?: number;
  /** Waves whose interference is wanted, by name. Default none. */
  readonly waves?: readonly string[];
  /** Goes on from here; method, seed and starts must be those of that fit. */
  readonly resume?: FitCheckpoint;
}

/** Where a fit stands after an iteration. */
export interface FitProgress {
  /** Number of the start, from 0, and how many there are. */
  readonly start: number;
  readonly startCount: number;
  readonly iteration: number;
  readonly nll: number;
  /** Estimated distance to the minimum. */
  readonly edm?: number;
  readonly evaluations: EvaluationCounts;
}

/** What a fit found. Vectors run over the free parameters. */
export interface FitResult {
  readonly converged: boolean;
  /** Why the start with the best point ended, and what to do where it did not converge. */
  readonly status: Pick<StartOutcome, "reason" | "message" | "remedy">;
  readonly method: string;
  readonly names: readonly string[];
  readonly x: Float64Array;
  readonly nll: number;
  /** −ln L of each term. */
  readonly termValues: readonly number[];
  readonly gradient: Float64Array;
  /** Estimated distance of −ln L to the minimum, from second derivatives. */
  readonly edm?: number;
  /**
   * Errors at the rise of −ln L by ½; for data with weights other than 1 those of the sandwich H⁻¹ (Σ w² g gᵀ) H⁻¹. Absent before
   * the fit is done.
   */
  readonly covariance?: Covariance;
  /** Of what the covariance was made. */
  readonly covarianceKind?: CovarianceKind;
  /** Absent before the fit is done. */
  readonly fractions?: readonly FitFraction[];
  /** What makes errors or the minimum doubtful. */
  readonly warnings: readonly string[];
  /** Number of the start that found the best point. */
  readonly best: number;
  readonly starts: readonly StartOutcome[];
  readonly iterations: number;
  readonly evaluations: EvaluationCounts;
}

/** A fit that is under way. */
export interface FitRun {
  readonly likelihood: Likelihood;
  readonly method: string;
  /**
   * Goes on until `isPaused`, which is asked after each iteration, says so (false), or until there is nothing more to do (true).
   * Synchronous.
   */
  advance(isPaused?: (progress: FitProgress) => boolean): boolean;
  checkpoint(): FitCheckpoint;
  /** What is found until now. Throws `AMPL-030` or `AMPL-034` where −ln L and its slopes are numbers at no start. */
  result(): FitResult;
  /** Gives the prepared data back. */
  dispose(): void;
}

/** Above this many free parameters second derivatives are differences of slopes: a plan of exact ones would take too long. */
const MOST_EXACT = 64;

/**
 * Begins a fit of terms, which share parameters by name. Second derivatives are exact up to 64 free parameters. Points where
 * −ln L is not a number lose against all others. That a fit does not converge is no error but its `status`.
 *
 * Throws `AMPL-032` where nothing is free, for starts that do not fit and for a checkpoint of another fit; `AMPL-044` for an
 * unknown method; and as `likelihood`.
 */
export function fitRun(
  terms: readonly LikelihoodTerm[],
  context: ExecutionContext,
  parameters: ParameterSet,
  options: FitOptions = {},
): FitRun {
  const { restarts = 0, seed = 0, evaluationLimit = 100_000, waves = [] } = options;
  const starts = startsOf(parameters, options.start ?? {}, restarts, seed);
  const method = methodNamed(options.method ?? "lbfgsb");
  const names = parameters.freeNames;
  const fixed = Object.fromEntries(parameters.fixed.map((one) => [one.name, valueOfParameter(one)]));
  const key = {
    format: "simloom-fit",
    version: 1,
    method: method.name,
    seed,
    names,
    first: Array.from(starts.at(0)),
  } as const;
  if (options.resume !== undefined) checkCheckpoint(options.resume, key);
  const outcomes: StartOutcome[] = [...(options.resume?.outcomes ?? [])];

  const nll = likelihood(terms, context, { parameters: names, fixed });
  const prepared = preparedTerms(terms, context, fixed);
  const second = exactSecondDerivatives(prepared, names);
  const fractions = fractionPlan(prepared, names, waves);
  const objective: Objective = {
    value: nll.value,
    values: nll.values,
    gradient: nll.valueAndGradient,
    ...(names.length <= MOST_EXACT ? { hessian: second.hessian } : {}),
  };

  const isOpen = ({ checkpoint, reason, evaluations }: StartOutcome): boolean =>
    checkpoint !== undefined && (reason === "aborted" || evaluations.value + evaluations.gradient < evaluationLimit);
  const nextStart = (): number | undefined => {
    const open = outcomes.findIndex(isOpen);
    if (open >= 0) return open;
    return outcomes.length <= restarts ? outcomes.length : undefined;
  };

  return {
    likelihood: nll,
    method: method.name,
    advance(isPaused = () => false) {
      for (;;) {
        const start = nextStart();
        if (start === undefined) return true;
        const pause = new AbortController();
        const resume = outcomes[start]?.checkpoint;
        const found = minimise(objective, parameters, {
          method,
          seed,
          evaluationLimit,
          iterationLimit: Number.MAX_SAFE_INTEGER,
          start: starts.at(start),
          signal: pause.signal,
          observers: [
            ({ iteration, value, edm, evaluations }) => {
              const where = { start, startCount: restarts + 1, iteration, nll: value, evaluations };
              if (isPaused({ ...where, ...(edm === undefined ? {} : { edm }) })) pause.abort();
            },
          ],
          ...(resume === undefined ? {} : { resume }),
        });
        outcomes[start] = outcomeOf(start, found);
        if (pause.signal.aborted) return nextStart() === undefined;
      }
    },
    checkpoint: () => ({ ...key, outcomes: [...outcomes] }),
    result() {
      const best = bestOf(outcomes);
      if (best === undefined || best.nll === null) throw notFiniteError(nll, starts.at(0));
      const isDone = nextStart() === undefined;
      const { converged, reason, message, remedy } = best;
      const point = Float64Array.from(best.x);
      const there = isDone ? polished(objective, parameters, point, lbfgsb(), converged) : undefined;
      const x = there?.x ?? point;
      const gradient = new Float64Array(names.length);
      const value = nll.valueAndGradient(x, gradient);
      const kind: CovarianceKind = hasWeights(terms) ? "sandwich" : "hessian";
      const covariance =
        there === undefined || kind === "hessian"
          ? there?.covariance
          : weightedCovariance(prepared, names, x, there.covariance);
      return {
        converged: isDone && converged,
        status: { reason, message, ...(remedy === undefined ? {} : { remedy }) },
        method: method.name,
        names,
        x,
        nll: value,
        termValues: nll.termValues(x),
        gradient,
        ...(covariance === undefined
          ? {}
          : {
              ...(covariance.edm === undefined ? {} : { edm: covariance.edm }),
              covariance,
              covarianceKind: kind,
              fractions: fractions?.at(x, covariance.matrix, covariance.standardErrors) ?? [],
            }),
        warnings: covariance === undefined ? [] : warningsOf(covariance),
        best: best.start,
        starts: outcomes,
        iterations: outcomes.reduce((sum, { iterations }) => sum + iterations, 0),
        evaluations: summed([
          ...outcomes.map(({ evaluations }) => evaluations),
          ...(there === undefined ? [] : [there.evaluations]),
        ]),
      };
    },
    dispose() {
      fractions?.dispose();
      second.dispose();
      nll.dispose();
    },
  };
}

/** The lowest −ln L of all starts but those whose slopes were no numbers to begin with; among those that rounding cannot tell apart, one that converged. */
function bestOf(outcomes: readonly StartOutcome[]): StartOutcome | undefined {
  const numbers = outcomes.filter(
    ({ nll, reason, iterations }) => nll !== null && (iterations > 0 || reason !== "not finite"),
  );
  const lowest = numbers.reduce((least, { nll }) => Math.min(least, nll as number), Number.POSITIVE_INFINITY);
  const level = lowest + 1e-9 * Math.max(1, Math.abs(lowest));
  return (
    numbers.find(({ nll, converged }) => converged && (nll as number) <= level) ??
    numbers.find(({ nll }) => nll === lowest)
  );
}

function warningsOf({ isPositiveDefinite, heldByBounds }: Covariance): readonly string[] {
  return [
    ...(isPositiveDefinite
      ? []
      : [
          "second derivatives are not positive definite: a direction without information (such as the scale of all couplings in a shape fit, or a free phase), or no minimum; errors are those of the other directions",
        ]),
    ...(heldByBounds.length === 0 ? [] : [`on a bound, without error: ${heldByBounds.join(", ")}`]),
  ];
}

function summed(counts: readonly EvaluationCounts[]): EvaluationCounts {
  return counts.reduce((sum, { value, gradient, hessian }) => ({
    value: sum.value + value,
    gradient: sum.gradient + gradient,
    hessian: sum.hessian + hessian,
  }));
}
