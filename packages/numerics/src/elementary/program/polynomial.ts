import { add, mul, type Operand, type Real } from "./expression.ts";

/**
 * A polynomial by Estrin's scheme: pairs of terms, then pairs of pairs, so that a processor can work on several at
 * once. `coefficients` start with the lowest degree.
 */
export function polynomial(x: Real, coefficients: readonly Operand[]): Real {
  let terms: readonly Operand[] = coefficients;
  let power = x;
  while (terms.length > 1) {
    const next: Operand[] = [];
    for (let i = 0; i < terms.length; i += 2) {
      const low = terms[i] as Operand;
      const high = terms[i + 1];
      next.push(high === undefined ? low : add(low, mul(power, high)));
    }
    terms = next;
    power = mul(power, power);
  }
  return add(terms[0] as Operand);
}

/** The same by Horner's scheme: least rounding error and fewest operations, one after the other. */
export function horner(x: Real, coefficients: readonly Operand[]): Real {
  const [last, ...rest] = [...coefficients].reverse();
  return rest.reduce<Real>((sum, coefficient) => add(coefficient, mul(x, sum)), add(last as Operand));
}
