import { exp, log } from "@simloom/numerics";
import { type CheckRule, LLR_LIMIT } from "./check-rule.ts";

/**
 * The exact rule: tanh(m/2) = Π tanh(mᵢ/2) over the other bits.
 *
 * Computed in x = e^−|m|, where two messages combine to (x + y)/(1 + x·y). All terms are positive, so nothing cancels:
 * large ratios keep their digits where products of tanh saturate at 1. One exponential and one logarithm per edge;
 * partial results from both ends give all "others" of a check in time linear in its degree.
 *
 * Source: the rule is R. G. Gallager, IRE Trans. Inf. Theory 8 (1962) 21; the form follows from
 * tanh(m/2) = (1 − x)/(1 + x).
 */
export function sumProductRule(maximumDegree: number): CheckRule {
  const doubt = new Float64Array(maximumDegree);
  const doubtBehind = new Float64Array(maximumDegree + 1);
  return (incoming, outgoing, degree) => {
    let isOdd = false;
    for (let i = 0; i < degree; i++) {
      const message = incoming[i] as number;
      isOdd = isOdd !== message < 0;
      doubt[i] = exp(-Math.abs(message));
    }
    doubtBehind[degree] = 0;
    for (let i = degree - 1; i > 0; i--) doubtBehind[i] = combined(doubt[i] as number, doubtBehind[i + 1] as number);
    let doubtBefore = 0;
    for (let i = 0; i < degree; i++) {
      const others = combined(doubtBefore, doubtBehind[i + 1] as number);
      doubtBefore = combined(doubtBefore, doubt[i] as number);
      const magnitude = others > SMALLEST_DOUBT ? -log(others) : LLR_LIMIT;
      outgoing[i] = isOdd !== (incoming[i] as number) < 0 ? -magnitude : magnitude;
    }
  };
}

/** e^−300: below it a ratio is certain. */
const SMALLEST_DOUBT = 5.148200222412013e-131;

function combined(x: number, y: number): number {
  return (x + y) / (1 + x * y);
}
