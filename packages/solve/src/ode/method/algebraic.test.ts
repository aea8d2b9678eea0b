import { describe, expect, it } from "vitest";
import { saveEnd } from "../engine/save.ts";
import { solve } from "../engine/solve.ts";
import { REFERENCES } from "../fixtures/references.ts";
import { odeProblem } from "../problem/define.ts";
import { radau5, radau9 } from "./radau.ts";
import { rodas5p } from "./rodas5p.ts";
import { tsit5 } from "./tsit5.ts";

const kinetics = { a: "-0.04*a + 1e4*b*c", b: "0.04*a - 1e4*b*c - 3e7*b*b" };

describe("mass matrices", () => {
  const robertson = odeProblem({
    equations: { ...kinetics, c: "a + b + c - 1" },
    initial: { a: 1, b: 0, c: 0 },
    timeSpan: [0, 4e5],
    massMatrix: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
  });

  it.each([rodas5p, radau5, radau9])(
    "$name solves Robertson's kinetics with the balance as an algebraic equation",
    (method) => {
      const absoluteTolerance = { a: 1e-10, b: 1e-14, c: 1e-10 };
      const { final } = solve(robertson, { method, relativeTolerance: 1e-8, absoluteTolerance, save: saveEnd() });
      const exact = REFERENCES.robertson?.states[3] as readonly number[];
      // a hundred times the tolerance, for the sum of local errors
      expect(final.state.a).toBeCloseTo(exact[0] as number, 8);
      expect(Math.abs((final.state.b as number) / (exact[1] as number) - 1)).toBeLessThan(1e-6);
      expect((final.state.a as number) + (final.state.b as number) + (final.state.c as number)).toBeCloseTo(1, 14);
    },
  );

  it("that are regular give the solution of the solved system", () => {
    // M = [[2, 1], [1, 1]], f = M·(−y1, −2·y2)
    const problem = odeProblem({
      equations: { p: "-2*p - 2*q", q: "-p - 2*q" },
      initial: { p: 1, q: 1 },
      timeSpan: [0, 1],
      massMatrix: [
        [2, 1],
        [1, 1],
      ],
    });
    for (const method of [rodas5p, radau5]) {
      const { final } = solve(problem, { method, relativeTolerance: 1e-10, absoluteTolerance: 1e-12 });
      // ten times the tolerance and more
      expect(final.state.p).toBeCloseTo(Math.exp(-1), 8);
      expect(final.state.q).toBeCloseTo(Math.exp(-2), 8);
    }
  });

  it("are refused by explicit methods, with others named", () => {
    expect(() => solve(robertson, { method: tsit5 })).toThrow(
      expect.objectContaining({ code: "SOLV-008", remedy: "Use rodas5p or radau5." }),
    );
  });

  it("that leave a state undetermined are refused by the name of the state", () => {
    const problem = odeProblem({
      equations: { a: "-a", b: "a - 1" },
      initial: { a: 1, b: 0 },
      timeSpan: [0, 1],
      massMatrix: [
        [1, 0],
        [0, 0],
      ],
    });
    expect(() => solve(problem, { method: rodas5p })).toThrow(/determines b/);
  });

  it("that make the system singular on the way end the run with that reason", () => {
    const problem = odeProblem({
      name: "pendant",
      equations: { a: "-1", b: "a*b - a" },
      initial: { a: 0, b: 1 },
      timeSpan: [0, 1],
      massMatrix: [
        [1, 0],
        [0, 0],
      ],
    });
    const { status } = solve(problem, { method: rodas5p });
    expect(status).toMatchObject({ kind: "failed", reason: "singular-matrix", time: 0 });
  });
});
