import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { saveEnd } from "../engine/save.ts";
import { solve } from "../engine/solve.ts";
import { digitsAtEnd } from "../fixtures/digits.ts";
import { PROBLEMS, type TestProblem } from "../fixtures/problems.ts";
import { odeProblem } from "../problem/define.ts";
import { bdf } from "./bdf.ts";
import { dopri853 } from "./dopri853.ts";
import type { OdeMethod } from "./method.ts";
import { radau5, radau9, radau13 } from "./radau.ts";
import { rodas5p } from "./rodas5p.ts";
import { tsit5 } from "./tsit5.ts";

/** Digits that each method must reach at a relative tolerance of 1e-8, half a digit below what was measured. */
const DIGITS: readonly (readonly [OdeMethod, Readonly<Record<string, number>>])[] = [
  [tsit5, { lorenz: 6.2, kepler: 4.5, pleiades: 5.5, exotherm: 8.5, pu_legacy: 8.5 }],
  [dopri853, { lorenz: 6.2, kepler: 3.5, pleiades: 5.5, exotherm: 8.5, pu_legacy: 7.8 }],
  [
    rodas5p,
    { robertson: 7.8, vdp: 8.1, vdp_ts: 7.3, hires: 8.4, orego: 8.1, pollution: 8.3, exotherm: 9, pu_legacy: 7 },
  ],
  [radau5, { robertson: 10.5, vdp: 9.7, vdp_ts: 9.9, hires: 8.4, orego: 9, e5: 2.5, pollution: 8.7, exotherm: 10.5 }],
  [
    bdf,
    { robertson: 6, vdp: 5, vdp_ts: 5.9, hires: 6.3, orego: 5.4, e5: 2.5, pollution: 6.8, exotherm: 8.5, pu_legacy: 6 },
  ],
  [radau9, { robertson: 11, vdp: 10, vdp_ts: 10.5, hires: 9.8, orego: 11, pollution: 9.4 }],
  [radau13, { robertson: 10.5, vdp: 10, vdp_ts: 10.5, hires: 8.8, orego: 9.2, pollution: 10 }],
];

describe.each(DIGITS)("$name against reference solutions", (method, wanted) => {
  it.each(Object.entries(wanted))("solves %s", (name, digits) => {
    const test = PROBLEMS[name] as TestProblem;
    const relativeTolerance = 1e-8;
    const absoluteTolerance = relativeTolerance * test.absoluteScale;
    const solution = solve(test.problem, { method, relativeTolerance, absoluteTolerance, save: saveEnd() });
    expect(solution.status).toEqual({ kind: "finished" });
    expect(digitsAtEnd(test, solution)).toBeGreaterThan(digits);
  });
});

describe("high-order methods at tight tolerances", () => {
  const names = ["robertson", "vdp", "hires", "orego", "pollution"];
  it.each([rodas5p, radau9].flatMap((method) => names.map((name) => [method, name] as const)))(
    "$name gives ten digits of %s",
    (method, name) => {
      const test = PROBLEMS[name] as TestProblem;
      const relativeTolerance = 1e-11;
      const absoluteTolerance = relativeTolerance * test.absoluteScale;
      const solution = solve(test.problem, { method, relativeTolerance, absoluteTolerance, save: saveEnd() });
      expect(digitsAtEnd(test, solution)).toBeGreaterThan(10);
    },
  );
});

describe("linear systems with rates over six decades", () => {
  /** y' = A y with eigenvalues −a, −b in a basis turned by an angle; the slow one is what is left. */
  const problem = odeProblem({
    equations: {
      x: "-(a*cos(w)^2 + b*sin(w)^2)*x + (a - b)*sin(w)*cos(w)*y",
      y: "(a - b)*sin(w)*cos(w)*x - (a*sin(w)^2 + b*cos(w)^2)*y",
    },
    parameters: { a: 1, b: 1, w: 0 },
    initial: { x: 1, y: 0.5 },
    timeSpan: [0, 1],
  });

  it.each([rodas5p, radau5, radau9, radau13, bdf])("are solved by $name to the tolerance", (method) => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (a, decades, w) => {
          const b = 10 ** decades;
          const { final } = solve(problem, {
            method,
            parameters: { a, b, w },
            relativeTolerance: 1e-7,
            absoluteTolerance: 1e-9,
            save: saveEnd(),
          });
          const [c, s] = [Math.cos(w), Math.sin(w)];
          const slow = (c - 0.5 * s) * Math.exp(-a);
          const fast = (s + 0.5 * c) * Math.exp(-b);
          // bdf controls local errors only: two digits above the tolerance
          expect(Math.abs((final.state.x as number) - (c * slow + s * fast))).toBeLessThan(2e-5);
          expect(Math.abs((final.state.y as number) - (c * fast - s * slow))).toBeLessThan(2e-5);
        },
      ),
      { seed: 11, numRuns: 40 },
    );
  });
});
