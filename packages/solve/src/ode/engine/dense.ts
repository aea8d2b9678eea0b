import { solveError } from "../../errors.ts";
import type { DensePolynomial } from "../method/method.ts";

/** A solution at any time of its run. */
export interface DenseSolution {
  /** State at a time, written into `into` where given. Throws `SOLV-013` outside the run. Binary search, then n polynomials. */
  at(time: number, into?: Float64Array): Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Keeps the polynomials of accepted steps while a run goes on. */
export interface DenseRecorder {
  /** Takes the polynomial of a step; its end may later be cut by an event. */
  record(time: number, step: number): void;
  solution(from: number, to: number): DenseSolution;
}

/** A recorder for the polynomials that stand in a workspace. */
export function denseRecorder(n: number, { basis, coefficients }: DensePolynomial, w: Float64Array): DenseRecorder {
  const starts: number[] = [];
  const steps: number[] = [];
  const polynomials: Float64Array[] = [];
  return {
    record(time, step) {
      const kept = new Float64Array(n * coefficients.length);
      coefficients.forEach(({ offset }, degree) => {
        kept.set(w.subarray(offset, offset + n), degree * n);
      });
      starts.push(time);
      steps.push(step);
      polynomials.push(kept);
    },
    solution: (from, to) => ({
      from,
      to,
      at(time, into = new Float64Array(n)) {
        const direction = to >= from ? 1 : -1;
        if (!((time - from) * direction >= 0 && (to - time) * direction >= 0) || starts.length === 0)
          throw solveError(
            "SOLV-013",
            `The time ${time} is outside the run from ${from} to ${to}`,
            "Ask for a time of the run.",
          );
        let low = 0;
        let high = starts.length - 1;
        while (low < high) {
          const middle = (low + high + 1) >> 1;
          if (((starts[middle] as number) - time) * direction <= 0) low = middle;
          else high = middle - 1;
        }
        const theta = (time - (starts[low] as number)) / (steps[low] as number);
        const polynomial = polynomials[low] as Float64Array;
        for (let i = 0; i < n; i++) {
          let value = polynomial[(coefficients.length - 1) * n + i] as number;
          for (let degree = coefficients.length - 2; degree >= 0; degree--) {
            const factor = basis === "powers" || degree % 2 === 0 ? theta : 1 - theta;
            value = (polynomial[degree * n + i] as number) + factor * value;
          }
          into[i] = value;
        }
        return into;
      },
    }),
  };
}
