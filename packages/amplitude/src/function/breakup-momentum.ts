/** Kinematics of a decay into two particles, continued below its threshold. Masses in GeV, s in GeV². */
import {
  add,
  complex,
  divide,
  type Expression,
  greaterOrEqual,
  multiply,
  negate,
  type Operand,
  select,
  sqrt,
  subtract,
} from "@simloom/kernel";

/** The masses of the two particles that a channel decays into, in GeV. */
export interface DecayMasses {
  readonly mass1: Operand;
  readonly mass2: Operand;
}

/** Which root is taken below threshold: positive imaginary momentum on the physical sheet, negative on the other. */
export type RiemannSheet = "physical" | "unphysical";

/** χ₊ = 1 − (m₁ + m₂)² / s, positive above threshold. */
export function chiPlus(s: Operand, { mass1, mass2 }: DecayMasses): Expression {
  return subtract(1, divide(squared(add(mass1, mass2)), s));
}

/** χ₋ = 1 − (m₁ − m₂)² / s, positive above the pseudo-threshold. */
export function chiMinus(s: Operand, { mass1, mass2 }: DecayMasses): Expression {
  return subtract(1, divide(squared(subtract(mass1, mass2)), s));
}

/** q² = (s − (m₁ + m₂)²)(s − (m₁ − m₂)²) / 4s; negative between the pseudo-threshold and the threshold. */
export function breakupMomentumSquared(s: Operand, masses: DecayMasses): Expression {
  return divide(triangle(s, masses), multiply(4, s));
}

/**
 * Breakup momentum q, for s > 0: real above threshold and below the pseudo-threshold, imaginary between them. On the
 * unphysical sheet its sign is the other.
 */
export function breakupMomentum(s: Operand, masses: DecayMasses, sheet: RiemannSheet = "physical"): Expression {
  return onSheet(complexRoot(breakupMomentumSquared(s, masses)), sheet);
}

/** Phase space ρ = 2q / √s, for s > 0; → 1 far above threshold. */
export function phaseSpace(s: Operand, masses: DecayMasses, sheet: RiemannSheet = "physical"): Expression {
  return onSheet(complexRoot(multiply(chiPlus(s, masses), chiMinus(s, masses))), sheet);
}

/** √x of a real x as a complex number: +i √−x where x is negative. Slopes at zero are those of the branch x ≥ 0. */
export function complexRoot(x: Expression): Expression {
  const isPositive = greaterOrEqual(x, 0);
  return complex(select(isPositive, sqrt(x), 0), select(isPositive, 0, sqrt(negate(x))));
}

/** x². */
export function squared(x: Operand): Expression {
  return multiply(x, x);
}

function triangle(s: Operand, { mass1, mass2 }: DecayMasses): Expression {
  return multiply(subtract(s, squared(add(mass1, mass2))), subtract(s, squared(subtract(mass1, mass2))));
}

function onSheet(root: Expression, sheet: RiemannSheet): Expression {
  return sheet === "physical" ? root : negate(root);
}
