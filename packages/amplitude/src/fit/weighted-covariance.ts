import { constant, divide, gradient, inSet, parameter, planOf } from "@simloom/kernel";
import { type Covariance, sandwichCovariance } from "@simloom/solve";
import { dataSet, type LikelihoodTerm, normalisation } from "../likelihood/term.ts";
import type { PreparedTerms } from "./prepared-terms.ts";

/** Of what a covariance was made: of second derivatives alone, or with the slopes of each event, as weighted data need. */
export type CovarianceKind = "hessian" | "sandwich";

/** Whether an event of the data has another weight than 1, so that second derivatives alone give wrong errors. */
export function hasWeights(terms: readonly LikelihoodTerm[]): boolean {
  return terms.some(({ data }) => data.schema.weight !== undefined && data.weights().some((weight) => weight !== 1));
}

/**
 * The covariance H⁻¹ (Σ w² g gᵀ) H⁻¹ of a fit to weighted data, in place of H⁻¹. The slopes of an event are g = −∂ ln I for yields,
 * where the number of events is drawn as well, and g = −∂ ln I + ∂ ln Σ_mc w I for shapes. Weights of Monte Carlo events are taken as
 * exact. Keeps a number per data event and parameter while it computes.
 *
 * Source: C. Langenbruch, Eur. Phys. J. C 82 (2022) 393.
 */
export function weightedCovariance(
  prepared: PreparedTerms,
  names: readonly string[],
  x: Float64Array,
  covariance: Covariance,
): Covariance {
  const n = names.length;
  const free = [...names.keys()].filter((i) => !covariance.heldByBounds.includes(names[i] as string));
  const ofTerms = prepared.terms.map((term) => eventSlopes(prepared, term, names, x));
  const small = sandwichCovariance({
    hessian: Float64Array.from(free.flatMap((i) => free.map((j) => covariance.hessian[i * n + j] as number))),
    scores: free.map((i) => joined(ofTerms.map((slopes) => slopes[i] as Float64Array))),
    weights: joined(prepared.terms.map(({ data }) => data.weights())),
  });
  const matrix = new Float64Array(n * n);
  for (const [row, i] of free.entries())
    for (const [column, j] of free.entries()) matrix[i * n + j] = small[row * free.length + column] as number;
  const standardErrors = Float64Array.from(names, (_, i) => Math.sqrt(matrix[i * n + i] as number));
  const correlation = matrix.map((entry, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    if (i === j) return 1;
    return entry === 0 ? 0 : entry / ((standardErrors[i] as number) * (standardErrors[j] as number));
  });
  return { ...covariance, matrix, standardErrors, correlation };
}

/** The slopes of each data event of a term, without its weight: an array per parameter. */
function eventSlopes(
  { bind, sets }: PreparedTerms,
  term: LikelihoodTerm,
  names: readonly string[],
  x: Float64Array,
): readonly Float64Array[] {
  const inputs = names.map(parameter);
  const ofData = gradient(term.intensity, inputs).map((slope) =>
    inSet(divide(slope, term.intensity), dataSet(term.name)),
  );
  const norm = normalisation(term);
  const ofNorm = term.kind === "shape" ? gradient(norm, inputs).map((slope) => divide(slope, norm)) : [];
  const outputs = [...ofData, ...names.map((_, i) => ofNorm[i] ?? constant(0))];
  const plan = planOf(Object.fromEntries(outputs.map((slope, index) => [`${index}`, slope])), {
    parameters: names,
    sets,
    contract: false,
  });
  const bound = bind(plan);
  try {
    const numbers = new Float64Array(plan.outputs.length - bound.elements.length);
    bound.evaluate(x, numbers);
    let [number, element] = [0, 0];
    const values = plan.outputs.map(({ kind }) =>
      kind === "elements" ? (bound.elements[element++] as Float64Array) : (numbers[number++] as number),
    );
    return names.map((_, i) => {
      const [slopes, shift] = [values[i] as Float64Array | number, values[names.length + i] as number];
      return Float64Array.from(
        { length: term.data.length },
        (_, event) => shift - (typeof slopes === "number" ? slopes : (slopes[event] as number)),
      );
    });
  } finally {
    bound.dispose();
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
