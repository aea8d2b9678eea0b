import type { ParameterSet } from "@simloom/kernel";
import { freeBounds } from "@simloom/kernel";
import { symmetricEigen } from "../linear/symmetric-eigen.ts";
import type { CountedObjective } from "../minimise/frame/objective.ts";

/** Errors of parameters to second order. Rows and columns are the free parameters. */
export interface Covariance {
  readonly names: readonly string[];
  /** n × n by rows; zero for parameters that are held by a bound. */
  readonly matrix: Float64Array;
  /** Square roots of the diagonal; NaN where the diagonal is negative. */
  readonly standardErrors: Float64Array;
  /** n × n by rows, with 1 on the diagonal. */
  readonly correlation: Float64Array;
  /** Second derivatives that it was made of, n × n by rows. */
  readonly hessian: Float64Array;
  /** Whether the objective curves upwards in all directions; if not, this is no minimum and errors mean little. */
  readonly isPositiveDefinite: boolean;
  /** Free parameters that stand on a bound and have no error to second order. */
  readonly heldByBounds: readonly string[];
  /** ½ gᵀ H⁻¹ g: how far the minimum of the parabola lies below the value. */
  readonly edm?: number;
}

/** Eigenvalues below this part of the greatest one (of the Hessian scaled to a unit diagonal) are directions without information. */
const SINGULAR = 1e-13;

/**
 * Covariance 2 × error level × H⁻¹ at a minimum, from exact second derivatives or differences of gradients. Parameters on a bound
 * are left out. Where H is not positive definite, its pseudo-inverse stands in, and `isPositiveDefinite` is false.
 */
export function covarianceFromHessian(
  objective: CountedObjective,
  set: ParameterSet,
  x: Float64Array,
  errorLevel: number,
  gradient?: Float64Array,
): Covariance {
  const n = x.length;
  const hessian = new Float64Array(n * n);
  objective.hessian(x, hessian);
  const { lower, upper } = freeBounds(set);
  const isHeld = Array.from(x, (value, i) => {
    const reach = 1e-10 * Math.max(Math.abs(value), Math.min((upper[i] as number) - (lower[i] as number), 1));
    return (
      set.free[i]?.isPeriodic === false &&
      (value - (lower[i] as number) <= reach || (upper[i] as number) - value <= reach)
    );
  });
  return {
    names: set.freeNames,
    heldByBounds: set.freeNames.filter((_, i) => isHeld[i]),
    hessian,
    ...covarianceOfHessian(hessian, isHeld, errorLevel, gradient),
  };
}

/** The numbers of a covariance from a Hessian of which some rows are held. */
export function covarianceOfHessian(
  hessian: Float64Array,
  isHeld: readonly boolean[],
  errorLevel: number,
  gradient?: Float64Array,
): Omit<Covariance, "names" | "heldByBounds" | "hessian"> {
  const n = isHeld.length;
  const free = [...isHeld.keys()].filter((i) => !isHeld[i]);
  const { inverse, isPositiveDefinite } = scaledInverse(
    Float64Array.from(free.flatMap((i) => free.map((j) => hessian[i * n + j] as number))),
    free.length,
  );
  const matrix = new Float64Array(n * n);
  let edm = 0;
  for (const [r, i] of free.entries())
    for (const [c, j] of free.entries()) {
      const entry = inverse[r * free.length + c] as number;
      matrix[i * n + j] = 2 * errorLevel * entry;
      if (gradient !== undefined) edm += 0.5 * (gradient[i] as number) * entry * (gradient[j] as number);
    }
  const standardErrors = Float64Array.from(isHeld, (_, i) => Math.sqrt(matrix[i * n + i] as number));
  const correlation = matrix.map((entry, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    if (i === j) return 1;
    return entry === 0 ? 0 : entry / ((standardErrors[i] as number) * (standardErrors[j] as number));
  });
  return { matrix, standardErrors, correlation, isPositiveDefinite, ...(gradient === undefined ? {} : { edm }) };
}

/** Inverse of a symmetric matrix by its eigenvectors after scaling to a unit diagonal; pseudo-inverse where it is singular. */
export function scaledInverse(
  matrix: Float64Array,
  n: number,
): { readonly inverse: Float64Array; readonly isPositiveDefinite: boolean } {
  const scale = Float64Array.from({ length: n }, (_, i) => {
    const diagonal = Math.abs(matrix[i * n + i] as number);
    return diagonal > 0 && diagonal < Number.POSITIVE_INFINITY ? 1 / Math.sqrt(diagonal) : 1;
  });
  const scaledMatrix = matrix.map(
    (entry, at) => entry * (scale[Math.floor(at / n)] as number) * (scale[at % n] as number),
  );
  if (!scaledMatrix.every(Number.isFinite))
    return { inverse: new Float64Array(n * n).fill(Number.NaN), isPositiveDefinite: false };
  const { values, vectors } = symmetricEigen(scaledMatrix, n);
  const least = SINGULAR * values.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0);
  const inverse = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const value = values[k] as number;
    if (Math.abs(value) <= least) continue;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        inverse[i * n + j] =
          (inverse[i * n + j] as number) + ((vectors[i * n + k] as number) * (vectors[j * n + k] as number)) / value;
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      inverse[i * n + j] = (inverse[i * n + j] as number) * (scale[i] as number) * (scale[j] as number);
  return { inverse, isPositiveDefinite: values.every((value) => value > least) };
}
