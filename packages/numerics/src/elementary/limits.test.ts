import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acos } from "./generated/acos.ts";
import { asin } from "./generated/asin.ts";
import { atan } from "./generated/atan.ts";
import { atan2 } from "./generated/atan2.ts";
import { cbrt } from "./generated/cbrt.ts";
import { cos } from "./generated/cos.ts";
import { cosh } from "./generated/cosh.ts";
import { erf } from "./generated/erf.ts";
import { erfc } from "./generated/erfc.ts";
import { exp } from "./generated/exp.ts";
import { exp2 } from "./generated/exp2.ts";
import { expm1 } from "./generated/expm1.ts";
import { hypot } from "./generated/hypot.ts";
import { log } from "./generated/log.ts";
import { log1p } from "./generated/log1p.ts";
import { log2 } from "./generated/log2.ts";
import { log10 } from "./generated/log10.ts";
import { pow } from "./generated/pow.ts";
import { sin } from "./generated/sin.ts";
import { sincos } from "./generated/sincos.ts";
import { sinh } from "./generated/sinh.ts";
import { tan } from "./generated/tan.ts";
import { tanh } from "./generated/tanh.ts";

const { PI } = Math;
const INF = Infinity;

type Case = readonly [f: (...args: number[]) => number, args: readonly number[], result: number];

/** C99, annex F.9; exact results are compared with `Object.is`, so that signs of zero count. */
const CASES: readonly Case[] = [
  [exp, [0], 1],
  [exp, [-0], 1],
  [exp, [INF], INF],
  [exp, [-INF], 0],
  [exp, [NaN], NaN],
  [exp, [1e300], INF],
  [exp, [-1e300], 0],
  [exp2, [10], 1024],
  [exp2, [-1074], 5e-324],
  [exp2, [-1076], 0],
  [exp2, [1024], INF],
  [exp2, [-INF], 0],
  [exp2, [NaN], NaN],
  [expm1, [0], 0],
  [expm1, [-0], -0],
  [expm1, [INF], INF],
  [expm1, [-INF], -1],
  [expm1, [-800], -1],
  [expm1, [NaN], NaN],
  [log, [1], 0],
  [log, [0], -INF],
  [log, [-0], -INF],
  [log, [-1], NaN],
  [log, [INF], INF],
  [log, [-INF], NaN],
  [log, [NaN], NaN],
  [log2, [1], 0],
  [log2, [8], 3],
  [log2, [5e-324], -1074],
  [log2, [2 ** 1023], 1023],
  [log2, [0], -INF],
  [log2, [-1], NaN],
  [log10, [1], 0],
  [log10, [1e22], 22],
  [log10, [1000], 3],
  [log10, [0.001], -3],
  [log10, [-0], -INF],
  [log10, [INF], INF],
  [log1p, [0], 0],
  [log1p, [-0], -0],
  [log1p, [-1], -INF],
  [log1p, [-2], NaN],
  [log1p, [INF], INF],
  [log1p, [NaN], NaN],
  [sin, [0], 0],
  [sin, [-0], -0],
  [sin, [INF], NaN],
  [sin, [-INF], NaN],
  [sin, [NaN], NaN],
  [sin, [5e-324], 5e-324],
  [cos, [0], 1],
  [cos, [-0], 1],
  [cos, [INF], NaN],
  [cos, [NaN], NaN],
  [tan, [0], 0],
  [tan, [-0], -0],
  [tan, [INF], NaN],
  [tan, [NaN], NaN],
  [asin, [0], 0],
  [asin, [-0], -0],
  [asin, [1], PI / 2],
  [asin, [-1], -PI / 2],
  [asin, [1.1], NaN],
  [asin, [NaN], NaN],
  [acos, [1], 0],
  [acos, [-1], PI],
  [acos, [0], PI / 2],
  [acos, [-1.1], NaN],
  [acos, [NaN], NaN],
  [atan, [0], 0],
  [atan, [-0], -0],
  [atan, [INF], PI / 2],
  [atan, [-INF], -PI / 2],
  [atan, [1], PI / 4],
  [atan, [NaN], NaN],
  [atan2, [0, 1], 0],
  [atan2, [-0, 1], -0],
  [atan2, [0, -1], PI],
  [atan2, [-0, -1], -PI],
  [atan2, [0, 0], 0],
  [atan2, [-0, 0], -0],
  [atan2, [0, -0], PI],
  [atan2, [-0, -0], -PI],
  [atan2, [1, 0], PI / 2],
  [atan2, [-1, -0], -PI / 2],
  [atan2, [1, INF], 0],
  [atan2, [-1, INF], -0],
  [atan2, [1, -INF], PI],
  [atan2, [-1, -INF], -PI],
  [atan2, [INF, 1], PI / 2],
  [atan2, [-INF, 1], -PI / 2],
  [atan2, [INF, INF], PI / 4],
  [atan2, [INF, -INF], 3 * (PI / 4)],
  [atan2, [-INF, INF], -PI / 4],
  [atan2, [-INF, -INF], -3 * (PI / 4)],
  [atan2, [NaN, 1], NaN],
  [atan2, [1, NaN], NaN],
  [atan2, [5e-324, -5e-324], 3 * (PI / 4)],
  [atan2, [1e300, 1e-300], PI / 2],
  [sinh, [0], 0],
  [sinh, [-0], -0],
  [sinh, [INF], INF],
  [sinh, [-INF], -INF],
  [sinh, [NaN], NaN],
  [cosh, [0], 1],
  [cosh, [INF], INF],
  [cosh, [-INF], INF],
  [cosh, [NaN], NaN],
  [tanh, [0], 0],
  [tanh, [-0], -0],
  [tanh, [INF], 1],
  [tanh, [-INF], -1],
  [tanh, [NaN], NaN],
  [cbrt, [0], 0],
  [cbrt, [-0], -0],
  [cbrt, [27], 3],
  [cbrt, [-8], -2],
  [cbrt, [INF], INF],
  [cbrt, [-INF], -INF],
  [cbrt, [NaN], NaN],
  [hypot, [3, -4], 5],
  [hypot, [0, -0], 0],
  [hypot, [INF, NaN], INF],
  [hypot, [NaN, -INF], INF],
  [hypot, [NaN, 1], NaN],
  [hypot, [1e308, 1e308], 1.4142135623730951e308],
  [hypot, [1.7e308, 1.7e308], INF],
  [hypot, [5e-324, 0], 5e-324],
  [erf, [0], 0],
  [erf, [-0], -0],
  [erf, [INF], 1],
  [erf, [-INF], -1],
  [erf, [NaN], NaN],
  [erfc, [0], 1],
  [erfc, [INF], 0],
  [erfc, [-INF], 2],
  [erfc, [NaN], NaN],
  [pow, [2, 10], 1024],
  [pow, [10, 22], 1e22],
  [pow, [NaN, 0], 1],
  [pow, [1, NaN], 1],
  [pow, [NaN, 1], NaN],
  [pow, [2, NaN], NaN],
  [pow, [0, 3], 0],
  [pow, [-0, 3], -0],
  [pow, [-0, 2], 0],
  [pow, [0, -3], INF],
  [pow, [-0, -3], -INF],
  [pow, [-0, -2], INF],
  [pow, [-0, -0.5], INF],
  [pow, [-0, 0.5], 0],
  [pow, [0, INF], 0],
  [pow, [0, -INF], INF],
  [pow, [-1, INF], 1],
  [pow, [-1, -INF], 1],
  [pow, [0.5, INF], 0],
  [pow, [0.5, -INF], INF],
  [pow, [2, INF], INF],
  [pow, [2, -INF], 0],
  [pow, [-2, INF], INF],
  [pow, [-INF, 3], -INF],
  [pow, [-INF, 2], INF],
  [pow, [-INF, -3], -0],
  [pow, [-INF, -2], 0],
  [pow, [INF, 0.5], INF],
  [pow, [INF, -1], 0],
  [pow, [-8, 1 / 3], NaN],
  [pow, [-2, 3], -8],
  [pow, [-2, -2], 0.25],
  [pow, [1e200, 2], INF],
  [pow, [-1e200, 3], -INF],
  [pow, [1e-200, 2], 0],
  [pow, [-1e-200, 3], -0],
  [pow, [5e-324, 1], 5e-324],
  [pow, [-1, 2 ** 53 + 2], 1],
  [pow, [-1, 2 ** 53 - 1], -1],
];

describe("limits and exact cases", () => {
  it.each(CASES.map(([f, args, result]) => [f.name, args, result, f] as const))(
    "%s(%s) is %d",
    (_, args, result, f) => {
      expect(Object.is(f(...args), result), `got ${f(...args)}`).toBe(true);
    },
  );
});

describe("identities that hold bit by bit", () => {
  const anyNumber = fc.double({ noNaN: true });
  const run = (claim: (x: number) => boolean) => fc.assert(fc.property(anyNumber, claim), { seed: 7, numRuns: 2000 });

  it("sincos gives the bits of sin and cos", () => {
    const out = new Float64Array(2);
    run((x) => {
      sincos(x, out);
      return Object.is(out[0], sin(x)) && Object.is(out[1], cos(x));
    });
  });

  it.each([sin, tan, asin, atan, sinh, tanh, cbrt, erf])("%o is odd", (f) => {
    run((x) => Object.is(f(-x), -f(x)));
  });

  it.each([cos, cosh])("%o is even", (f) => {
    run((x) => Object.is(f(-x), f(x)));
  });

  it("x to the power 1 is x, and to the power 2 is within a unit of x x", () => {
    run((x) => Object.is(pow(x, 1), x));
    fc.assert(
      fc.property(fc.double({ min: -1e150, max: 1e150, noNaN: true }), (x) => {
        // both sides are within 1 unit of x²; below the normal range they are compared in absolute terms
        return Math.abs(pow(x, 2) - x * x) <= 2 ** -51 * x * x + 5e-324;
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});
