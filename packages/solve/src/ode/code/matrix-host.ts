import { bandLength, factorBand, factorBandComplex, solveBand, solveBandComplex } from "../../linear/band-lu.ts";
import { factorDense, factorDenseComplex, solveDense, solveDenseComplex } from "../../linear/dense-lu.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { massPlaces } from "./jacobian.ts";
import type { MatrixWriter } from "./matrix.ts";
import { orderedPlace } from "./matrix-shape.ts";

/** Factorisations that are not written out; arguments are places in the workspace. */
export interface MatrixHost {
  /** 0, or 1 + the column without a pivot. */
  factor(number: number, shiftRe: number, shiftIm: number): number;
  solve(number: number, re: number, im: number): void;
  /** State at each place of a band that has an order of its own. */
  readonly order: Int32Array | undefined;
}

/** Host of one compiled integration; memory is made when a factorisation is first asked for. */
export function matrixHost(problem: OdeProblem, writer: MatrixWriter, w: Float64Array): MatrixHost {
  const n = problem.stateNames.length;
  const { shape, jacobian } = writer;
  const { band, order } = shape.kind === "band" ? shape : { band: undefined, order: undefined };
  const length = band === undefined ? n * n : bandLength(band);
  const mass = massPlaces(problem).map(({ row, column }) => ({
    place: band === undefined ? row * n + column : orderedPlace(band, order, row, column),
    value: problem.massMatrix === undefined ? 1 : (problem.massMatrix[row]?.[column] as number),
  }));
  const sparse = shape.kind === "unrolled" ? [...shape.index] : undefined;
  const slopes = w.subarray(jacobian.offset, jacobian.offset + jacobian.length);
  const held: { re: Float64Array; im: Float64Array; pivots: Int32Array }[] = [];

  const store = (number: number) => {
    held[number] ??= {
      re: new Float64Array(length),
      im: new Float64Array(number === 0 ? 0 : length),
      pivots: new Int32Array(n),
    };
    return held[number];
  };

  const scratch = new Float64Array(order === undefined ? 0 : 2 * n);

  return {
    order: order?.states,
    factor(number, shiftRe, shiftIm) {
      const { re, im, pivots } = store(number);
      if (sparse === undefined) for (let place = 0; place < length; place++) re[place] = -(slopes[place] as number);
      else {
        re.fill(0);
        for (const [place, entry] of sparse) re[place] = -(slopes[entry] as number);
      }
      const a = w[shiftRe] as number;
      const b = w[shiftIm] as number;
      if (number > 0) im.fill(0);
      for (const { place, value } of mass) {
        re[place] = (re[place] as number) + a * value;
        if (number > 0) im[place] = b * value;
      }
      if (number === 0) return 1 + (band === undefined ? factorDense(re, n, pivots) : factorBand(re, band, pivots));
      return 1 + (band === undefined ? factorDenseComplex(re, im, n, pivots) : factorBandComplex(re, im, band, pivots));
    },
    solve(number, reOffset, imOffset) {
      const { re, im, pivots } = store(number);
      if (band === undefined)
        number === 0
          ? solveDense(re, n, pivots, w, reOffset)
          : solveDenseComplex(re, im, n, pivots, w, reOffset, imOffset);
      else if (order === undefined)
        number === 0
          ? solveBand(re, band, pivots, w, reOffset)
          : solveBandComplex(re, im, band, pivots, w, reOffset, imOffset);
      else {
        order.states.forEach((state, place) => {
          scratch[place] = w[reOffset + state] as number;
          scratch[n + place] = w[imOffset + state] as number;
        });
        if (number === 0) solveBand(re, band, pivots, scratch, 0);
        else solveBandComplex(re, im, band, pivots, scratch, 0, n);
        order.states.forEach((state, place) => {
          w[reOffset + state] = scratch[place] as number;
          if (number > 0) w[imOffset + state] = scratch[n + place] as number;
        });
      }
    },
  };
}
