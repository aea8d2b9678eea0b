import type { ParameterSet } from "@simloom/kernel";
import { freeBounds } from "@simloom/kernel";
import { symmetricEigen } from "../linear/symmetric-eigen.ts";
import type { CountedObjective } from "../minimise/frame/objective.ts";

/** Errors of parameters to second order. Rows and columns are the free parameters. */
export interface Covariance {
  readonly names: readonly string[];
  /**
   * n × n by rows; zero for parameters that are held by a bound. Directions without information count nothing in it: it is right for
   * functions that do not depend on them.
   */
  readonly matrix: Float64Array;
  /** Square roots of the diagonal; NaN where that is negative, and for parameters of which nothing is known. */
  readonly standardErrors: Float64Array;
  /** n × n by rows, with 1 on the diagonal; NaN beside it for parameters whose error is NaN. */
  readonly correlation: Float64Array;
  /** Second derivatives that it was made of, n × n by rows. */
  readonly hessian: Float64Array;
  /**
   * Parameters that take part in directions along which the objective does not visibly change. Errors and correlations of
   * these are those of the other directions: less than the whole.
   */
  readonly withoutInformation: readonly string[];
  /** Whether the objective curves upwards in all directions; if not, this is no minimum and errors mean little. */
  readonly isPositiveDefinite: boolean;
  /** Free parameters that stand on a bound and have no error to second order. */
  readonly heldByBounds: readonly string[];
  /** ½ gᵀ H⁻¹ g: how far the minimum of the parabola lies below the value. */
  readonly edm?: number;
}

/**
 * Eigenvalues below this part of the greatest one (of the Hessian scaled to a unit diagonal) are directions without information:
 * of exact second derivatives, and of differences, whose own errors are larger.
 */
const SINGULAR = { exact: 1e-13, differences: 1e-9 } as const;

/** Part of a parameter (a square, up to 1) that lies in such directions: from where on it takes part, and is nowhere else. */
const FLAT_PART = { some: 1e-8, all: 1 - 1e-6 } as const;

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
  const singular = objective.hasHessian ? SINGULAR.exact : SINGULAR.differences;
  const { flatParts, ...numbers } = covarianceOfHessian(hessian, isHeld, errorLevel, gradient, singular);
  return {
    names: set.freeNames,
    heldByBounds: set.freeNames.filter((_, i) => isHeld[i]),
    withoutInformation: set.freeNames.filter((_, i) => (flatParts[i] as number) > FLAT_PART.some),
    hessian,
    ...numbers,
  };
}

/** The numbers of a covariance from a Hessian of which some rows are held, and how much of each parameter is without information. */
export function covarianceOfHessian(
  hessian: Float64Array,
  isHeld: readonly boolean[],
  errorLevel: number,
  gradient?: Float64Array,
  singular: number = SINGULAR.exact,
): Omit<Covariance, "names" | "heldByBounds" | "withoutInformation" | "hessian"> & {
  readonly flatParts: Float64Array;
} {
  const n = isHeld.length;
  const free = [...isHeld.keys()].filter((i) => !isHeld[i]);
  const {
    inverse,
    isPositiveDefinite,
    flatParts: flat,
  } = scaledInverse(
    Float64Array.from(free.flatMap((i) => free.map((j) => hessian[i * n + j] as number))),
    free.length,
    singular,
  );
  const matrix = new Float64Array(n * n);
  let edm = 0;
  for (const [r, i] of free.entries())
    for (const [c, j] of free.entries()) {
      const entry = inverse[r * free.length + c] as number;
      matrix[i * n + j] = 2 * errorLevel * entry;
      if (gradient !== undefined) edm += 0.5 * (gradient[i] as number) * entry * (gradient[j] as number);
    }
  const flatParts = Float64Array.from(isHeld, (_, i) => flat[free.indexOf(i)] ?? 0);
  const standardErrors = Float64Array.from(isHeld, (_, i) =>
    (flatParts[i] as number) > FLAT_PART.all ? Number.NaN : Math.sqrt(matrix[i * n + i] as number),
  );
  const correlation = matrix.map((entry, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    if (i === j) return 1;
    if (Number.isNaN(standardErrors[i]) || Number.isNaN(standardErrors[j])) return Number.NaN;
    return entry === 0 ? 0 : entry / ((standardErrors[i] as number) * (standardErrors[j] as number));
  });
  return {
    matrix,
    standardErrors,
    correlation,
    isPositiveDefinite,
    flatParts,
    ...(gradient === undefined ? {} : { edm }),
  };
}

/**
 * Inverse of a symmetric matrix by its eigenvectors after scaling to a unit diagonal; pseudo-inverse where it is singular, with the
 * part of each row that lies in singular directions.
 */
export function scaledInverse(
  matrix: Float64Array,
  n: number,
  singular: number = SINGULAR.exact,
): { readonly inverse: Float64Array; readonly isPositiveDefinite: boolean; readonly flatParts: Float64Array } {
  const scale = Float64Array.from({ length: n }, (_, i) => {
    const diagonal = Math.abs(matrix[i * n + i] as number);
    return diagonal > 0 && diagonal < Number.POSITIVE_INFINITY ? 1 / Math.sqrt(diagonal) : 1;
  });
  const scaledMatrix = matrix.map(
    (entry, at) => entry * (scale[Math.floor(at / n)] as number) * (scale[at % n] as number),
  );
  if (!scaledMatrix.every(Number.isFinite))
    return {
      inverse: new Float64Array(n * n).fill(Number.NaN),
      isPositiveDefinite: false,
      flatParts: new Float64Array(n).fill(1),
    };
  const { values, vectors } = symmetricEigen(scaledMatrix, n);
  const flatParts = new Float64Array(n);
  const least = singular * values.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0);
  const inverse = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const value = values[k] as number;
    if (Math.abs(value) <= least) {
      for (let i = 0; i < n; i++) flatParts[i] = (flatParts[i] as number) + (vectors[i * n + k] as number) ** 2;
      continue;
    }
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        inverse[i * n + j] =
          (inverse[i * n + j] as number) + ((vectors[i * n + k] as number) * (vectors[j * n + k] as number)) / value;
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      inverse[i * n + j] = (inverse[i * n + j] as number) * (scale[i] as number) * (scale[j] as number);
  return { inverse, isPositiveDefinite: values.every((value) => value > least), flatParts };
}
