import type { ComplexEmitter, ComplexLocal } from "./lanes.ts";
import { rootsOfUnity } from "./roots.ts";

/** Lengths of the transforms that are written out in full. */
export const radices = [2, 3, 4, 5, 8] as const;
export type Radix = (typeof radices)[number];

/**
 * Writes a forward transform of `inputs.length` points held in locals: y_k = Σ_q x_q exp(−2πi qk/r).
 *
 * Radix 3 and 5 follow S. Winograd's count of multiplications; 8 is built from 2 and 4. Inputs stay intact.
 */
export function butterfly(c: ComplexEmitter, inputs: readonly ComplexLocal[]): ComplexLocal[] {
  const write = writers[inputs.length as Radix];
  return write(c, inputs);
}

type Writer = (c: ComplexEmitter, x: readonly ComplexLocal[]) => ComplexLocal[];

const writers: Record<Radix, Writer> = {
  2: (c, x) => {
    const [a, b] = x as readonly [ComplexLocal, ComplexLocal];
    return [c.add(a, b), c.sub(a, b)];
  },
  3: (c, x) => {
    const [a, b, d] = x as readonly [ComplexLocal, ComplexLocal, ComplexLocal];
    const sum = c.add(b, d);
    const difference = c.sub(b, d);
    const half = c.scale(sum, 0.5);
    const centre = c.sub(a, half);
    const turned = c.scale(difference, SIN_60);
    const y = [c.add(a, sum), c.subTimesI(centre, turned), c.addTimesI(centre, turned)];
    c.release(sum, difference, half, centre, turned);
    return y;
  },
  4: (c, x) => {
    const [a, b, d, e] = x as readonly [ComplexLocal, ComplexLocal, ComplexLocal, ComplexLocal];
    const evenSum = c.add(a, d);
    const evenDifference = c.sub(a, d);
    const oddSum = c.add(b, e);
    const oddDifference = c.sub(b, e);
    const y = [
      c.add(evenSum, oddSum),
      c.subTimesI(evenDifference, oddDifference),
      c.sub(evenSum, oddSum),
      c.addTimesI(evenDifference, oddDifference),
    ];
    c.release(evenSum, evenDifference, oddSum, oddDifference);
    return y;
  },
  5: (c, x) => {
    const [a, b, d, e, g] = x as readonly [ComplexLocal, ComplexLocal, ComplexLocal, ComplexLocal, ComplexLocal];
    const outerSum = c.add(b, g);
    const outerDifference = c.sub(b, g);
    const innerSum = c.add(d, e);
    const innerDifference = c.sub(d, e);
    const sum = c.add(outerSum, innerSum);
    const quarter = c.scale(sum, 0.25);
    const base = c.sub(a, quarter);
    const spread = c.sub(outerSum, innerSum);
    const offset = c.scale(spread, SQRT_5_OVER_4);
    const centre1 = c.add(base, offset);
    const centre2 = c.sub(base, offset);
    const [o1, i1] = [c.scale(outerDifference, SIN_72), c.scale(innerDifference, SIN_36)];
    const [o2, i2] = [c.scale(outerDifference, SIN_36), c.scale(innerDifference, SIN_72)];
    const turned1 = c.add(o1, i1);
    const turned2 = c.sub(o2, i2);
    const y = [
      c.add(a, sum),
      c.subTimesI(centre1, turned1),
      c.subTimesI(centre2, turned2),
      c.addTimesI(centre2, turned2),
      c.addTimesI(centre1, turned1),
    ];
    c.release(outerSum, outerDifference, innerSum, innerDifference, sum, quarter, base, spread, offset);
    c.release(centre1, centre2, o1, i1, o2, i2, turned1, turned2);
    return y;
  },
  8: (c, x) => composite(c, x, 2, 4),
};

/** Transform of outer·inner points: `inner` transforms of `outer` points, constant rotations, then the other way. */
function composite(c: ComplexEmitter, x: readonly ComplexLocal[], outer: Radix, inner: Radix): ComplexLocal[] {
  const length = outer * inner;
  const roots = rootsOfUnity(length);
  const columns = Array.from({ length: inner }, (_, column) => {
    const picked = Array.from({ length: outer }, (_, row) => x[column + inner * row] as ComplexLocal);
    return butterfly(c, picked).map((value, k) => {
      const rotated = c.rotate(value, roots.cosine(k * column), roots.negativeSine(k * column));
      if (rotated !== value) c.release(value);
      return rotated;
    });
  });
  const y: ComplexLocal[] = [];
  for (let k = 0; k < outer; k++) {
    const row = columns.map((column) => column[k] as ComplexLocal);
    butterfly(c, row).forEach((value, step) => {
      y[k + outer * step] = value;
    });
    c.release(...row);
  }
  return y;
}

/** √3/2 = sin 60°, √5/4 = (cos 72° − cos 144°)/2, sin 72°, sin 36°, each rounded to the nearest double. */
const SIN_60 = 0.8660254037844386;
const SQRT_5_OVER_4 = 0.5590169943749475;
const SIN_72 = 0.9510565162951535;
const SIN_36 = 0.5877852522924731;
