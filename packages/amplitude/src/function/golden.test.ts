import { readFileSync } from "node:fs";
import {
  constant,
  divide,
  type Expression,
  gradient,
  imaginary,
  integerPower,
  multiply,
  parameter,
  real,
  sqrt,
} from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { expectClose, numberOf, type Pair } from "../fixtures/close.ts";
import { breitWigner, relativisticBreitWigner } from "../shape/breit-wigner.ts";
import { barrier, barrierSquared } from "./blatt-weisskopf.ts";
import { breakupMomentum, phaseSpace, type RiemannSheet } from "./breakup-momentum.ts";
import { chewMandelstam } from "./chew-mandelstam.ts";
import { sphericalHarmonic } from "./spherical-harmonic.ts";

interface Case {
  readonly fn: string;
  readonly args: Readonly<Record<string, number | string | boolean | Pair>>;
  readonly value: Pair;
  readonly gradient?: Readonly<Record<string, Pair>>;
  readonly defect?: string;
}

const { cases } = JSON.parse(readFileSync(new URL("./fixtures/functions.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};
const of = (fn: string): readonly Case[] => cases.filter((one) => one.fn === fn);
const number = ({ args }: Case, name: string): number => args[name] as number;
const masses = (one: Case) => ({ mass1: number(one, "mass1"), mass2: number(one, "mass2") });
const sheet = ({ args }: Case): RiemannSheet => (args.sheet === "PHYSICAL" ? "physical" : "unphysical");
const check = (one: Case, expression: Expression, tolerance: number): void =>
  expectClose(numberOf(expression), one.value, tolerance, JSON.stringify(one.args));

describe("kinematic functions agree with known values", () => {
  // Some ten operations, each rounded once; (s − (m₁ + m₂)²) loses up to three digits near a threshold.
  it.each(of("q"))("q $args", (one) => check(one, breakupMomentum(number(one, "s"), masses(one), sheet(one)), 1e-13));

  it.each(of("rho"))("ρ $args", (one) => {
    // 1 − (m₁ + m₂)²/s rounds once more than s − (m₁ + m₂)², and √ halves what is lost.
    check(one, phaseSpace(number(one, "s"), masses(one), sheet(one)), 1e-13);
  });

  it.each(of("chew_mandelstam"))("C $args", (one) => {
    // Both logarithms cancel to a few per cent of themselves: two digits of sixteen, and one for the reference.
    check(one, chewMandelstam(number(one, "s"), masses(one)), 2e-13);
  });

  it.each(of("spherical_harmonic"))("Y $args", (one) => {
    const angles = { cosTheta: constant(number(one, "costheta")), phi: constant(number(one, "phi")) };
    check(one, sphericalHarmonic(number(one, "l"), number(one, "m"), angles), 2e-14); // the reference itself is off by 1.2e-14 at cos ϑ = 1
  });
});

describe("barriers", () => {
  const squareOf = (one: Case): number => {
    const [re, im] = one.args.q as Pair;
    return re * re - im * im;
  };

  it.each(of("blatt_weisskopf").filter(({ defect }) => defect === undefined))("$args", (one) => {
    const [re, im] = one.args.q as Pair;
    const l = number(one, "l");
    const value = numberOf(barrierSquared(squareOf(one), l, number(one, "q_r")))[0];
    // Tensor barriers are the full ones over qˡ; compared by their squares, which no choice of a root changes.
    const [factorRe, factorIm] = one.args.kind === "TENSOR" ? power([re, im], l) : [1, 0];
    const [full, rest] = times(times(one.value, one.value), times([factorRe, factorIm], [factorRe, factorIm]));
    // D_l of l = 8 has nine terms; below threshold they alternate and lose four digits.
    expectClose([value, 0], [full, rest], 1e-11, JSON.stringify(one.args));
  });

  it.each(of("blatt_weisskopf").filter(({ defect }) => defect !== undefined))(
    "%# does not repeat a wrong l = 6",
    (one) => {
      if (Math.hypot(...one.value) === 0) return;
      expect(
        Math.abs(numberOf(barrierSquared(squareOf(one), 6, number(one, "q_r")))[0] / one.value[0] ** 2 - 1),
      ).toBeGreaterThan(1e-6);
    },
  );

  it.each([
    [1, 1.2654752018685698, 1.430394249144933],
    [2, 2.375285855793918, 3.724659004227952],
    [3, 5.62658768678507, 17.689297320491015],
    [4, 12.747554064467208, 124.05258418258987],
    [5, 27.1516933990129, 1138.5868292398761],
    [6, 56.33586748066216, 12861.696947129334],
    [7, 115.52043228761175, 172727.17381791578],
    [8, 235.35781855515108, 2630882.804294494],
  ])("l = %i above and below threshold", (l, above, below) => {
    const q = 0.3954823004889093;
    const kappa = 1.3154464282347478;
    expectClose(numberOf(barrier(constant(q * q), l)), above, 1e-13); // the terms of D_l are positive
    expectClose(numberOf(barrier(constant(-kappa * kappa), l)), below, 1e-9); // they alternate and cancel
  });

  it("is 1 at the interaction momentum", () => {
    for (let l = 0; l <= 8; l++) expectClose(numberOf(barrierSquared(0.1973 ** 2, l)), 1, 1e-14); // sums of nine terms
  });

  it("refuses other angular momenta", () => {
    expect(() => barrierSquared(1, 9)).toThrow(expect.objectContaining({ code: "AMPL-002" }));
    expect(() => barrierSquared(1, 1.5)).toThrow(expect.objectContaining({ code: "AMPL-002" }));
  });

  function power(z: Pair, exponent: number): Pair {
    let result: Pair = [1, 0];
    for (let k = 0; k < exponent; k++) result = times(result, z);
    return result;
  }
});

describe("Breit–Wigner shapes agree with known values and slopes", () => {
  const resonance = (one: Case) => {
    const interactionMomentum = one.args.q_r;
    return {
      mass: parameter("mass"),
      width: parameter("width"),
      ...masses(one),
      l: number(one, "l"),
      hasBarriers: one.args.barrier_factors !== false,
      ...(interactionMomentum === undefined ? {} : { interactionMomentum: parameter("q_r") }),
    };
  };
  const inputs = ({ args }: Case) => args as Readonly<Record<string, number>>;

  it.each([...of("relativistic_breit_wigner"), ...of("relativistic_breit_wigner_custom")])("$args", (one) => {
    const shape = relativisticBreitWigner(number(one, "s"), resonance(one));
    checkWithSlopes(one, shape);
  });

  it.each(of("breit_wigner"))("constant width $args", (one) =>
    checkWithSlopes(one, breitWigner(number(one, "s"), parameter("mass"), parameter("width"))),
  );

  it("is the same with a width that is known to be real", () => {
    const open = { mass: 1.5, width: 0.3, mass1: 0.4976, mass2: 0.4976, l: 2 };
    expectClose(
      numberOf(relativisticBreitWigner(1.89, { ...open, isOpen: true })),
      numberOf(relativisticBreitWigner(1.89, open)),
      0, // the same operations on the same numbers
    );
  });

  function difference(shape: Expression, name: string, at: Readonly<Record<string, number>>): Pair {
    const step = 1e-6;
    const [up, down] = [step, -step].map((change) => numberOf(shape, { ...at, [name]: (at[name] as number) + change }));
    return [0, 1].map((part) => ((up?.[part] as number) - (down?.[part] as number)) / (2 * step)) as unknown as Pair;
  }

  function checkWithSlopes(one: Case, shape: Expression): void {
    expectClose(numberOf(shape, inputs(one)), one.value, 1e-12, JSON.stringify(one.args)); // quotients of barriers, some thirty roundings
    for (const [name, expected] of Object.entries(one.gradient ?? {})) {
      const [re] = gradient(real(shape), [parameter(name)]);
      const [im] = gradient(imaginary(shape), [parameter(name)]);
      const slope: Pair = [numberOf(re as Expression, inputs(one))[0], numberOf(im as Expression, inputs(one))[0]];
      const where = `d/d${name} ${JSON.stringify(one.args)}`;
      // Slopes of the barriers cancel against those of the momentum near threshold.
      expectClose([slope[0], 0], [expected[0], 0], 1e-11, where);
      // The reference drops the imaginary part of some slopes of resonances below their own threshold.
      if (expected[1] !== 0) expectClose(slope, expected, 1e-11, where);
      else expectClose(slope, difference(shape, name, inputs(one)), 1e-7, where); // central differences of 1e-6
    }
  }
});

describe("Chew–Mandelstam", () => {
  const channel = { mass1: 0.4, mass2: 0.6 };

  it("has the imaginary part −ρ above threshold and none below", () => {
    for (const s of [1.01, 1.5, 4, 100])
      expectClose([numberOf(chewMandelstam(s, channel))[1], 0], [-numberOf(phaseSpace(s, channel))[0], 0], 1e-15);
    for (const s of [0.01, 0.039, 0.05, 0.5, 0.99]) expect(numberOf(chewMandelstam(s, channel))[1]).toBe(0);
  });

  it("is continuous at the threshold and at the pseudo-threshold", () => {
    for (const s of [1, 0.04]) {
      const [below, above] = [
        numberOf(chewMandelstam(s * (1 - 1e-10), channel)),
        numberOf(chewMandelstam(s * (1 + 1e-10), channel)),
      ];
      expectClose(below, above, 1e-4); // it has a square root there: √1e-10 times a slope of order one
    }
  });

  it.each([
    { mass1: 0.5, mass2: 0.5 },
    { mass1: 0.25, mass2: 0.75 },
  ])("is 0 exactly at the threshold of $mass1 and $mass2, the limit from both sides", (masses) => {
    expectClose(numberOf(chewMandelstam(1, masses)), 0, 0);
    // it has a square root there: √1e-12 times a slope of order one
    for (const s of [1 - 1e-12, 1 + 1e-12]) expectClose(numberOf(chewMandelstam(s, masses)), 0, 1e-5);
  });

  it("is the limit from both sides exactly at the pseudo-threshold", () => {
    const masses = { mass1: 0.25, mass2: 0.75 };
    const there = numberOf(chewMandelstam(0.25, masses));
    expectClose(there, (3 * 0.5 * Math.log(3)) / Math.PI, 1e-15); // −χ₊ (m₂ − m₁)/(m₁ + m₂) ln(m₂/m₁) / π with χ₊ = −3
    for (const s of [0.25 - 1e-12, 0.25 + 1e-12]) expectClose(numberOf(chewMandelstam(s, masses)), there, 1e-5);
  });

  it("has finite slopes in each of its ranges", () => {
    const s = parameter("s");
    const [slope] = gradient(real(chewMandelstam(s, channel)), [s]);
    for (const at of [0.02, 0.3, 2]) {
      const difference =
        (numberOf(real(chewMandelstam(at + 1e-6, channel)))[0] -
          numberOf(real(chewMandelstam(at - 1e-6, channel)))[0]) /
        2e-6;
      expect(numberOf(slope, { s: at })[0]).toBeCloseTo(difference, 6); // central differences: 1e-12 curvature, 1e-10 rounding
    }
  });
});

describe("spherical harmonics", () => {
  it("refuse |m| > l", () => {
    const angles = { cosTheta: constant(0.1), phi: constant(0.2) };
    expect(() => sphericalHarmonic(1, 2, angles)).toThrow(expect.objectContaining({ code: "AMPL-002" }));
  });

  it("are P_1^1 = −√(1−x²) with the phase of Condon and Shortley", () => {
    const x = 0.6;
    const angles = { cosTheta: constant(x), phi: constant(0) };
    const expected = numberOf(multiply(-1, sqrt(divide(multiply(3, 1 - x * x), 8 * Math.PI))))[0];
    expectClose(numberOf(sphericalHarmonic(1, 1, angles)), expected, 1e-15); // a product of three roundings
    expectClose(numberOf(integerPower(sphericalHarmonic(1, 0, angles), 2)), (3 / (4 * Math.PI)) * x * x, 1e-15);
  });
});

function times([a, b]: Pair, [c, d]: Pair): Pair {
  return [a * c - b * d, a * d + b * c];
}
