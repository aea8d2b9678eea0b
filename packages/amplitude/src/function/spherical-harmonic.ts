import {
  add,
  complex,
  constant,
  cos,
  divide,
  type Expression,
  integerPower,
  multiply,
  negate,
  type Operand,
  sin,
  sqrt,
  subtract,
} from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import type { DecayAngles } from "../kinematics/decay-angles.ts";
import type { Polarization } from "../kinematics/polarization.ts";

/**
 * Y_l^m(ϑ, φ) = √((2l+1)/4π (l−m)!/(l+m)!) P_l^m(cos ϑ) e^{imφ}, with the Condon–Shortley phase in P_l^m and
 * Y_l^{−m} = (−1)^m conj(Y_l^m). Throws `AMPL-002` unless l ≥ |m| are whole numbers.
 */
export function sphericalHarmonic(l: number, m: number, { cosTheta, phi }: DecayAngles): Expression {
  return withPhase(polarPart(l, m, cosTheta), m === 0 ? undefined : multiply(m, phi));
}

/** Whether the amplitude is even or odd under reflection at the production plane. */
export type Reflectivity = "+" | "-";

/**
 * Amplitude Z of a system produced by a linearly polarised photon: with z = Y_l^m e^{−iΦ},
 * Z⁺ = √(1+P) Re z + i √(1−P) Im z and Z⁻ = √(1−P) Re z + i √(1+P) Im z. Amplitudes of the same reflectivity add coherently
 * in the real parts of their Z and, apart from that, in the imaginary parts.
 * Source: V. Mathieu et al., Phys. Rev. D 100 (2019) 054017, eq. D13.
 */
export function polarizedHarmonic(
  l: number,
  m: number,
  reflectivity: Reflectivity,
  angles: DecayAngles,
  { magnitude, angle }: Polarization,
): Expression {
  const size = polarPart(l, m, angles.cosTheta);
  const phase = m === 0 ? negate(angle) : subtract(multiply(m, angles.phi), angle);
  const more = sqrt(add(1, magnitude));
  const less = sqrt(subtract(1, magnitude));
  const [onReal, onImaginary] = reflectivity === "+" ? [more, less] : [less, more];
  return complex(multiply(onReal, multiply(size, cos(phase))), multiply(onImaginary, multiply(size, sin(phase))));
}

/** What of Y_l^m does not depend on φ. */
function polarPart(l: number, m: number, cosTheta: Operand): Expression {
  if (!Number.isInteger(l) || !Number.isInteger(m) || Math.abs(m) > l)
    throw amplitudeError({
      code: "AMPL-002",
      message: `There is no spherical harmonic with l = ${l} and m = ${m}`,
      remedy: "Give whole numbers with −l ≤ m ≤ l.",
      context: { l, m },
    });
  const order = Math.abs(m);
  const sign = m < 0 && order % 2 === 1 ? -1 : 1;
  return multiply(sign * normalisation(l, order), legendre(l, order, cosTheta));
}

/** P_l^m(x) for m ≥ 0: P_m^m = ∏ −(2k+1) √(1−x²), then upward in l. */
function legendre(l: number, m: number, x: Operand): Expression {
  let last: Expression | undefined;
  let value: Operand = m === 0 ? 1 : multiply(startOf(m), integerPower(sqrt(subtract(1, multiply(x, x))), m));
  for (let degree = m + 1; degree <= l; degree++) {
    const rising = multiply(multiply(2 * degree - 1, x), value);
    const next = last === undefined ? rising : subtract(rising, multiply(degree + m - 1, last));
    last = constantOr(value);
    value = degree - m === 1 ? next : divide(next, degree - m);
  }
  return constantOr(value);
}

function constantOr(value: Operand): Expression {
  return typeof value === "number" ? constant(value) : value;
}

/** (−1)^m (2m − 1)!!. */
function startOf(m: number): number {
  let product = 1;
  for (let k = 0; k < m; k++) product *= -(2 * k + 1);
  return product;
}

function normalisation(l: number, m: number): number {
  let ratio = 1;
  for (let k = l - m + 1; k <= l + m; k++) ratio /= k;
  return Math.sqrt(((2 * l + 1) / (4 * Math.PI)) * ratio);
}

function withPhase(size: Expression, phase: Expression | undefined): Expression {
  if (phase === undefined) return size;
  return complex(multiply(size, cos(phase)), multiply(size, sin(phase)));
}
