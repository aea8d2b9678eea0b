/**
 * Blatt–Weisskopf centrifugal barriers B_l(q) = √(N_l zˡ / D_l(z)) with z = q² / q_R², for l = 0 … 8. N_l = D_l(1), so
 * B_l(q_R) = 1.
 * Source: F. von Hippel, C. Quigg, Phys. Rev. D 5 (1972) 624; D_l(z) = z^(l+1) |h_l(√z)|² of the spherical Hankel functions.
 */
import { add, divide, type Expression, integerPower, multiply, type Operand } from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import { complexRoot, squared } from "./breakup-momentum.ts";

/** Range of the interaction of 1 fm, as a momentum in GeV. */
export const INTERACTION_MOMENTUM_GEV = 0.1973;

/** Coefficients of D_l, the highest power of z first. */
const DENOMINATORS: readonly (readonly number[])[] = [
  [1],
  [1, 1],
  [1, 3, 9],
  [1, 6, 45, 225],
  [1, 10, 135, 1575, 11025],
  [1, 15, 315, 6300, 99225, 893025],
  // The last is (11!!)²; one toolkit has that of l = 7 here.
  [1, 21, 630, 18900, 496125, 9823275, 108056025],
  [1, 28, 1134, 47250, 1819125, 58939650, 1404728325, 18261468225],
  [1, 36, 1890, 103950, 5457375, 255405150, 9833098275, 273922023375, 4108830350625],
];

/**
 * B_l² from the square of the momentum, real and smooth through threshold; negative where N zˡ and D have opposite signs
 * below it. `interactionMomentum` is q_R in GeV. Throws `AMPL-002` for an l that is not 0 … 8.
 */
export function barrierSquared(
  momentumSquared: Operand,
  l: number,
  interactionMomentum: Operand = INTERACTION_MOMENTUM_GEV,
): Expression {
  const coefficients = coefficientsOf(l);
  const z = divide(momentumSquared, squared(interactionMomentum));
  const numerator = coefficients.reduce((sum, coefficient) => sum + coefficient, 0);
  return divide(multiply(numerator, integerPower(z, l)), polynomial(z, coefficients));
}

/** B_l as a complex number: imaginary where B_l² is negative. */
export function barrier(
  momentumSquared: Operand,
  l: number,
  interactionMomentum: Operand = INTERACTION_MOMENTUM_GEV,
): Expression {
  return complexRoot(barrierSquared(momentumSquared, l, interactionMomentum));
}

/** Horner's rule. */
function polynomial(z: Expression, coefficients: readonly number[]): Operand {
  return coefficients
    .slice(1)
    .reduce<Operand>((value, coefficient) => add(multiply(value, z), coefficient), coefficients[0] as number);
}

function coefficientsOf(l: number): readonly number[] {
  const coefficients = DENOMINATORS[l];
  if (coefficients !== undefined) return coefficients;
  throw amplitudeError({
    code: "AMPL-002",
    message: `There is no barrier factor for an orbital angular momentum of ${l}`,
    remedy: `Use a whole number from 0 to ${DENOMINATORS.length - 1}.`,
    context: { l },
  });
}
