/** Programs of the suite `kernel`, and their inputs. */
import {
  add,
  atan2,
  column,
  cos,
  divide,
  type Expression,
  erf,
  exp,
  kernelProgram,
  log,
  multiply,
  type Program,
  parameter,
  pow,
  sin,
  subtract,
  tanh,
  total,
} from "@simloom/kernel";

/** Columns as in `events.c`, bit by bit. */
export function eventColumns(count: number): Readonly<Record<string, Float64Array>> {
  const made = (multiplier: number, scale: (fraction: number) => number) =>
    Float64Array.from({ length: count }, (_, k) => scale((Math.imul(k, multiplier) >>> 0) / 2 ** 32));
  return {
    s: made(2654435761, (u) => 0.5 + 2.5 * u),
    t: made(2246822519, (u) => 2 * u - 1),
    w: made(3266489917, (u) => 0.5 + u),
    x: made(668265263, (u) => 20 * u - 10),
    positive: made(374761393, (u) => 10 * (1 - u)),
    exponent: made(2246822519, (u) => 6 * u - 3),
  };
}

const PARAMETERS = ["m1", "g1", "m2", "g2", "a", "b", "c", "d"];
/** Masses, widths, couplings and background, as in `events.c`. */
export const BODY_PARAMETERS = Float64Array.of(1.2, 0.1, 1.5, 0.15, 0.7, 0.4, -0.3, 0.05);

/** Two Breit–Wigner amplitudes that interfere, over a background: weighted sums of the intensity and of its logarithm. */
export function bodyPrograms(): Readonly<Record<"rational" | "logarithm", Program>> {
  const [m1, g1, m2, g2] = [parameter("m1"), parameter("g1"), parameter("m2"), parameter("g2")];
  const [a, b, c, d] = [parameter("a"), parameter("b"), parameter("c"), parameter("d")];
  const [s, t, w] = [column("s"), column("t"), column("w")];
  const resonance = (mass: Expression, width: Expression): readonly [re: Expression, im: Expression] => {
    const [distance, breadth] = [subtract(multiply(mass, mass), s), multiply(mass, width)];
    const inverse = divide(1, add(multiply(distance, distance), multiply(breadth, breadth)));
    return [multiply(distance, inverse), multiply(breadth, inverse)];
  };
  const [[r1, i1], [r2, i2]] = [resonance(m1, g1), resonance(m2, g2)];
  const re = add(multiply(a, r1), subtract(multiply(b, r2), multiply(c, i2)));
  const im = add(multiply(a, i1), add(multiply(b, i2), multiply(c, r2)));
  const intensity = add(add(multiply(re, re), multiply(im, im)), multiply(d, multiply(t, t)));
  const program = (summand: Expression) =>
    kernelProgram({ sum: total(multiply(w, summand)) }, { parameters: PARAMETERS });
  return { rational: program(intensity), logarithm: program(log(intensity)) };
}

/** Sums of one elementary function each. */
export function elementaryPrograms(): Readonly<Record<string, Program>> {
  const [x, positive, exponent] = [column("x"), column("positive"), column("exponent")];
  const values = {
    exp: exp(x),
    log: log(positive),
    sin: sin(x),
    cos: cos(x),
    tanh: tanh(x),
    atan2: atan2(x, positive),
    pow: pow(positive, exponent),
    erf: erf(exponent),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, kernelProgram({ sum: total(value) })]),
  );
}

/** A program of about as many nodes as asked for, an elementary function among 25, that no other `variant` equals. */
export function programOfNodes(nodeCount: number, variant: number): Program {
  const [a, x, y] = [parameter("a"), column("x"), column("t")];
  let value: Expression = add(x, 1 + variant / 1024);
  for (let node = 0; node < nodeCount; node += 5.8) {
    const step = multiply(add(value, multiply(a, node + 1)), y);
    value = node % 29 < 5.8 ? sin(step) : divide(step, add(value, 3));
  }
  return kernelProgram({ sum: total(value) });
}

/** A program of hardly any arithmetic with as many parameters and sums as the gradient of a K-matrix fit. */
export function manySums(parameterCount: number): Program {
  const x = column("x");
  const slopes = Array.from({ length: parameterCount }, (_, k) => [`p${k}`, total(multiply(parameter(`p${k}`), x))]);
  return kernelProgram(Object.fromEntries([["sum", total(x)], ...slopes]));
}
