import {
  add,
  atan2,
  complex,
  divide,
  type Expression,
  greater,
  lessOrEqual,
  log,
  multiply,
  negate,
  type Operand,
  pi,
  select,
  sqrt,
  subtract,
} from "@simloom/kernel";
import { chiMinus, chiPlus, type DecayMasses } from "./breakup-momentum.ts";

/**
 * Chew–Mandelstam function C(s) of two particles, for s > 0 and positive masses, on the physical sheet:
 * (1/π) [ρ ln((χ₊ + ρ)/(χ₊ − ρ)) − χ₊ (m₂ − m₁)/(m₁ + m₂) ln(m₂/m₁)].
 *
 * The branch is written out for each of the three ranges of s, so no sign of a zero decides it: above threshold
 * Im C = −ρ; between the pseudo-threshold and the threshold ρ is imaginary and the logarithm an arc; below it
 * everything is real. C is continuous and real below threshold, with a root at the threshold and the pseudo-threshold: exactly there
 * the value is right and slopes are infinite or NaN.
 * Source: J. L. Basdevant, E. L. Berger, Phys. Rev. D 19 (1979) 239; with the subtraction at s = (m₁ + m₂)².
 */
export function chewMandelstam(s: Operand, masses: DecayMasses): Expression {
  const { mass1, mass2 } = masses;
  const plus = chiPlus(s, masses);
  const minus = chiMinus(s, masses);
  const isOpen = greater(plus, 0);
  const isArc = lessOrEqual(multiply(plus, minus), 0);
  const phaseSpace = sqrt(multiply(plus, minus));
  const closed = sqrt(negate(multiply(plus, minus)));
  const openPart = multiply(phaseSpace, log(divide(add(phaseSpace, plus), subtract(phaseSpace, plus))));
  const arcPart = multiply(multiply(2, closed), atan2(closed, negate(plus)));
  const deepPart = multiply(phaseSpace, log(divide(add(plus, phaseSpace), subtract(plus, phaseSpace))));
  const asymmetry = multiply(
    multiply(plus, divide(subtract(mass2, mass1), add(mass1, mass2))),
    log(divide(mass2, mass1)),
  );
  return complex(
    divide(subtract(select(isOpen, openPart, select(isArc, arcPart, deepPart)), asymmetry), pi),
    select(isOpen, negate(phaseSpace), 0),
  );
}
