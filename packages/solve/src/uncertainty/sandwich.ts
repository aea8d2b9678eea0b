import { solveError } from "../errors.ts";
import { scaledInverse } from "./covariance.ts";

/** What the covariance of a fit to weighted events is made of. */
export interface WeightedScores {
  /** Second derivatives of Σ w_e s_e at the minimum, n × n by rows. */
  readonly hessian: Float64Array;
  /** Per parameter the slopes of each event's own term s_e (−ln of its density), without its weight. */
  readonly scores: readonly Float64Array[];
  readonly weights: Float64Array;
}

/**
 * Covariance of parameters fitted to weighted events: H⁻¹ (Σ w² g gᵀ) H⁻¹. With weights of 1 and a right model it agrees with
 * H⁻¹ for many events; H⁻¹ alone is wrong for weights, even where they are scaled to Σ w = Σ w². Throws `SOLV-071` for arrays
 * that do not fit.
 *
 * Source: C. Langenbruch, Eur. Phys. J. C 82 (2022) 393, eq. 18; P. J. Huber (1967).
 */
export function sandwichCovariance({ hessian, scores, weights }: WeightedScores): Float64Array {
  const n = scores.length;
  if (hessian.length !== n * n || scores.some((column) => column.length !== weights.length))
    throw solveError(
      "SOLV-071",
      `Scores of ${n} parameters and ${weights.length} weights do not fit a Hessian of ${hessian.length} numbers`,
      "Give a column per parameter with a number per event, and n × n second derivatives.",
    );
  const meat = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const [a, b] = [scores[i] as Float64Array, scores[j] as Float64Array];
      let sum = 0;
      for (let e = 0; e < weights.length; e++) {
        const weight = weights[e] as number;
        sum += weight * weight * (a[e] as number) * (b[e] as number);
      }
      meat[i * n + j] = sum;
      meat[j * n + i] = sum;
    }
  const { inverse } = scaledInverse(hessian, n);
  return product(product(inverse, meat, n), inverse, n);
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (a[i * n + k] as number) * (b[k * n + j] as number);
    return sum;
  });
}
