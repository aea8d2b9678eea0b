/**
 * Metrics of Hamiltonian samplers: the inverse of the mass matrix, which is an estimate of the covariance. Momenta are normal
 * with its inverse for covariance, velocities are its product with momenta.
 */
import type { RandomStream } from "@simloom/numerics";

/** Numbers and arrays only, so that it can stand in a checkpoint. */
export interface Metric {
  /** Variances, or the covariance by rows. */
  readonly covariance: Float64Array;
  /** Lower triangle L by rows, with L Lᵀ the covariance; undefined where that is diagonal. */
  readonly factor?: Float64Array | undefined;
}

/** Which metric a chain learns. */
export type MetricKind = "diagonal" | "dense";

/** All variances 1. */
export function unitMetric(kind: MetricKind, n: number): Metric {
  if (kind === "diagonal") return { covariance: new Float64Array(n).fill(1) };
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) covariance[i * n + i] = 1;
  return { covariance, factor: covariance.slice() };
}

/** The metric of n variances or of a covariance of n × n; undefined for one that is not positive definite in float64. */
export function metricOf(covariance: Float64Array, n: number): Metric | undefined {
  if (covariance.length === n) return { covariance };
  const factor = choleskyOf(covariance, n);
  return factor && { covariance, factor };
}

/** Σ p into `velocity`. Cost: n or n² multiplications. */
export function velocityOf({ covariance, factor }: Metric, momentum: Float64Array, velocity: Float64Array): void {
  const n = momentum.length;
  if (factor === undefined) {
    for (let i = 0; i < n; i++) velocity[i] = (covariance[i] as number) * (momentum[i] as number);
    return;
  }
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (covariance[i * n + j] as number) * (momentum[j] as number);
    velocity[i] = sum;
  }
}

/** Draws a momentum: z / σ, or the solution of Lᵀ p = z. */
export function drawMomentum({ covariance, factor }: Metric, stream: RandomStream, momentum: Float64Array): void {
  const n = momentum.length;
  stream.fillNormal(momentum);
  if (factor === undefined) {
    for (let i = 0; i < n; i++) momentum[i] = (momentum[i] as number) / Math.sqrt(covariance[i] as number);
    return;
  }
  for (let i = n - 1; i >= 0; i--) {
    let rest = momentum[i] as number;
    for (let j = i + 1; j < n; j++) rest -= (factor[j * n + i] as number) * (momentum[j] as number);
    momentum[i] = rest / (factor[i * n + i] as number);
  }
}

function choleskyOf(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * n + j] as number;
      for (let k = 0; k < j; k++) rest -= (factor[i * n + k] as number) * (factor[j * n + k] as number);
      if (i !== j) factor[i * n + j] = rest / (factor[j * n + j] as number);
      else if (rest > 0) factor[i * n + i] = Math.sqrt(rest);
      else return undefined;
    }
  return factor;
}
