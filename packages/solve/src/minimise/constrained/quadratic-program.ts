/**
 * Strictly convex quadratic programs by the dual active-set method: min ½ dᵀ B d + gᵀ d with a_i · d ≥ b_i, the first ones
 * equalities. Written for the small dense problems of sequential quadratic programming; systems of the active set are solved
 * anew in each step.
 *
 * Source: D. Goldfarb, A. Idnani, Math. Program. 27 (1983) 1–33, section 3.
 */
import { factorDense, solveDense } from "../../linear/dense-lu.ts";
import { addScaled, dot } from "../lbfgsb/compact.ts";

/** Constraints a_i · d ≥ b_i; the first `equalities` hold with =. */
export interface LinearConstraints {
  readonly normals: readonly Float64Array[];
  readonly limits: Float64Array;
  readonly equalities: number;
}

/** The minimum, and a multiplier per constraint, at least 0 for inequalities. */
export interface QuadraticMinimum {
  readonly step: Float64Array;
  readonly multipliers: Float64Array;
}

/** Solves the program; undefined where constraints contradict each other or B is singular. `hessian` is B by rows. */
export function solveQuadraticProgram(
  hessian: Float64Array,
  gradient: Float64Array,
  constraints: LinearConstraints,
): QuadraticMinimum | undefined {
  const n = gradient.length;
  const { normals, limits, equalities } = constraints;
  const factors = Float64Array.from(hessian);
  const pivots = new Int32Array(n);
  if (factorDense(factors, n, pivots) >= 0) return undefined;
  const solved = (vector: Float64Array): Float64Array => {
    const result = Float64Array.from(vector);
    solveDense(factors, n, pivots, result, 0);
    return result;
  };
  const step = solved(gradient.map((slope) => -slope));
  const images = normals.map(solved);
  const signs = new Float64Array(normals.length).fill(1);
  let active: number[] = [];
  let weights: number[] = [];

  const directions = (entering: number) => {
    const size = active.length;
    const z = (images[entering] as Float64Array).map((entry) => (signs[entering] as number) * entry);
    const r = new Float64Array(size);
    if (size === 0) return { z, r };
    const gram = new Float64Array(size * size);
    for (const [row, i] of active.entries()) {
      const scale = signs[i] as number;
      r[row] = scale * dot(normals[i] as Float64Array, z);
      for (const [column, j] of active.entries())
        gram[row * size + column] =
          scale * (signs[j] as number) * dot(normals[i] as Float64Array, images[j] as Float64Array);
    }
    const gramPivots = new Int32Array(size);
    if (factorDense(gram, size, gramPivots) >= 0) return undefined;
    solveDense(gram, size, gramPivots, r, 0);
    for (const [row, j] of active.entries())
      addScaled(z, -(r[row] as number) * (signs[j] as number), images[j] as Float64Array);
    return { z, r };
  };
  const slackOf = (i: number): number =>
    (signs[i] as number) * (dot(normals[i] as Float64Array, step) - (limits[i] as number));

  const enter = (entering: number): boolean => {
    let weight = 0;
    for (let tries = 0; tries <= 2 * normals.length + 2; tries++) {
      const found = directions(entering);
      if (found === undefined) return false;
      const { z, r } = found;
      const along = (signs[entering] as number) * dot(normals[entering] as Float64Array, z);
      const reference = dot(normals[entering] as Float64Array, images[entering] as Float64Array);
      let partial = Number.POSITIVE_INFINITY;
      let leaving = -1;
      for (const [row, j] of active.entries()) {
        if (j < equalities || (r[row] as number) <= 0) continue;
        const ratio = (weights[row] as number) / (r[row] as number);
        if (ratio < partial) [partial, leaving] = [ratio, row];
      }
      const full = along > 1e-14 * reference ? -slackOf(entering) / along : Number.POSITIVE_INFINITY;
      const t = Math.min(partial, full);
      if (t === Number.POSITIVE_INFINITY) return false;
      weights = weights.map((value, row) => value - t * (r[row] as number));
      weight += t;
      if (full < Number.POSITIVE_INFINITY) addScaled(step, t, z);
      if (full <= partial) {
        active = [...active, entering];
        weights = [...weights, weight];
        return true;
      }
      active = active.filter((_, row) => row !== leaving);
      weights = weights.filter((_, row) => row !== leaving);
    }
    return false;
  };

  for (let i = 0; i < equalities; i++) {
    if (slackOf(i) > 0) signs[i] = -1;
    if (!enter(i)) return undefined;
  }
  for (let rounds = 0; rounds < 50 * (normals.length + 1); rounds++) {
    let worst = -1;
    let least = 0;
    for (let i = equalities; i < normals.length; i++) {
      if (active.includes(i)) continue;
      const normal = normals[i] as Float64Array;
      const size = Math.sqrt(dot(normal, normal)) || 1;
      const slack = slackOf(i) / size;
      if (slack < least - 1e-13 * (1 + Math.abs(limits[i] as number) / size)) [least, worst] = [slack, i];
    }
    if (worst < 0) {
      const multipliers = new Float64Array(normals.length);
      for (const [row, i] of active.entries()) multipliers[i] = (signs[i] as number) * (weights[row] as number);
      return { step, multipliers };
    }
    if (!enter(worst)) return undefined;
  }
  return undefined;
}
