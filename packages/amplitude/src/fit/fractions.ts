import {
  type Activation,
  activationOf,
  type BoundPlan,
  column,
  constant,
  dependsOn,
  type Expression,
  inSet,
  multiply,
  planOf,
  specialise,
  total,
} from "@simloom/kernel";
import { type LikelihoodTerm, monteCarloSet } from "../likelihood/term.ts";
import type { PreparedTerms } from "./prepared-terms.ts";

/**
 * Share of the accepted events that parts of a model would make alone: Σ_mc w I_part / Σ_mc w I. For two waves it is what their
 * interference adds, (Σ I_ab − Σ I_a − Σ I_b) / Σ I; these and the fractions of all waves sum to 1.
 */
export interface FitFraction {
  readonly term: string;
  /** One tag or wave, or the two waves that interfere. */
  readonly of: readonly string[];
  readonly value: number;
  /** From the covariance of the parameters by slopes; NaN where that has none. */
  readonly error: number;
}

/** Fractions as functions of the free parameters. */
export interface FractionPlan {
  /** At a point, with errors. 2 n + 1 passes over the Monte Carlo events. */
  at(x: Float64Array, covariance: Float64Array, standardErrors: Float64Array): readonly FitFraction[];
  dispose(): void;
}

/** Pairs of waves are listed up to this many waves. */
const PAIRED_WAVES = 8;

/** Slopes are differences over this part of a standard error: what bends is then below 1e-8, as is what rounds. */
const STEP = 1e-4;

/** Plans the fractions of all tags, and the interference of waves. Throws `KERN-077` for a wave that the model lacks. */
export function fractionPlan(
  prepared: PreparedTerms,
  names: readonly string[],
  waves: readonly string[],
): FractionPlan | undefined {
  const activation = activationOf(prepared.intensities);
  if (activation.tags.length === 0) return undefined;
  const singles = [...waves, ...activation.tags.filter((tag) => !waves.includes(tag))].map((tag) => [tag]);
  const pairs = waves.length > PAIRED_WAVES ? [] : waves.flatMap((a, i) => waves.slice(i + 1).map((b) => [a, b]));
  const parts = [...singles, ...pairs];
  const outputs = prepared.terms.flatMap((term, index) => [
    [`${index}`, acceptedSum(term, activation)] as const,
    ...parts.map((part, k) => [`${index} ${k}`, acceptedSum(term, activation.isolate(part))] as const),
  ]);
  let bound: BoundPlan | undefined;
  const sums = new Float64Array(outputs.length);
  const fractionsAt = (x: Float64Array): Float64Array => {
    bound ??= prepared.bind(planOf(Object.fromEntries(outputs), { parameters: names, sets: prepared.sets }));
    bound.evaluate(x, sums);
    const stride = parts.length + 1;
    return Float64Array.from(
      prepared.terms.flatMap((_, index) => {
        const of = (k: number): number => (sums[index * stride + 1 + k] as number) / (sums[index * stride] as number);
        return parts.map((part, k) =>
          part.length === 1
            ? of(k)
            : of(k) - part.reduce((sum, wave) => sum + of(singles.findIndex(([tag]) => tag === wave)), 0),
        );
      }),
    );
  };
  return {
    at(x, covariance, standardErrors) {
      const values = fractionsAt(x);
      const errors = propagated(fractionsAt, x, covariance, standardErrors);
      return prepared.terms.flatMap(({ name }, index) =>
        parts.map((part, k) => ({
          term: name,
          of: part,
          value: values[index * parts.length + k] as number,
          error: errors[index * parts.length + k] as number,
        })),
      );
    },
    dispose() {
      bound?.dispose();
      bound = undefined;
    },
  };
}

/** √(gᵀ C g) for each of several functions. */
function propagated(
  functions: (x: Float64Array) => Float64Array,
  x: Float64Array,
  covariance: Float64Array,
  standardErrors: Float64Array,
): Float64Array {
  const n = x.length;
  const point = Float64Array.from(x);
  const slopes = Array.from(standardErrors, (error, i) => {
    if (!(error > 0 && Number.isFinite(error))) return undefined;
    const [high, low] = [(x[i] as number) + STEP * error, (x[i] as number) - STEP * error];
    point[i] = high;
    const above = functions(point);
    point[i] = low;
    const below = functions(point);
    point[i] = x[i] as number;
    return above.map((value, k) => (value - (below[k] as number)) / (high - low));
  });
  return functions(x).map((_, k) => {
    let variance = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        variance += (slopes[i]?.[k] ?? 0) * (covariance[i * n + j] as number) * (slopes[j]?.[k] ?? 0);
    return Math.sqrt(variance);
  });
}

/** Σ_mc w I of the active parts of a term. */
function acceptedSum({ name, intensity, monteCarlo }: LikelihoodTerm, activation: Activation): Expression {
  const set = monteCarloSet(name);
  const { weight } = monteCarlo.schema;
  const [active] = specialise([intensity], activation);
  const value = inSet(active as Expression, set);
  const weights = weight === undefined ? undefined : column(`${set}.${weight}`);
  if (dependsOn(value, "column")) return total(weights === undefined ? value : multiply(weights, value));
  return multiply(weights === undefined ? constant(monteCarlo.length) : total(weights), value);
}
