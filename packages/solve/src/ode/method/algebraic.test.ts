import { divide, type Expression } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { saveAt, saveEnd } from "../engine/save.ts";
import { solve } from "../engine/solve.ts";
import { REFERENCES } from "../fixtures/references.ts";
import { odeProblem } from "../problem/define.ts";
import { bdf } from "./bdf.ts";
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

  it.each([rodas5p, radau5, radau9, bdf])(
    "$name solves Robertson's kinetics with the balance as an algebraic equation",
    (method) => {
      const absoluteTolerance = { a: 1e-10, b: 1e-14, c: 1e-10 };
      const { final } = solve(robertson, { method, relativeTolerance: 1e-8, absoluteTolerance, save: saveEnd() });
      const exact = REFERENCES.robertson?.states[3] as readonly number[];
      // a hundred times the tolerance, for the sum of local errors; some hundred steps more of bdf
      const digits = method === bdf ? 7 : 8;
      expect(final.state.a).toBeCloseTo(exact[0] as number, digits);
      expect(Math.abs((final.state.b as number) / (exact[1] as number) - 1)).toBeLessThan(100 * 10 ** -digits);
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
    for (const method of [rodas5p, radau5, bdf]) {
      const { final } = solve(problem, { method, relativeTolerance: 1e-10, absoluteTolerance: 1e-12 });
      // ten times the tolerance and more
      expect(final.state.p).toBeCloseTo(Math.exp(-1), 8);
      expect(final.state.q).toBeCloseTo(Math.exp(-2), 8);
    }
  });

  it.each([rodas5p, radau5, bdf])("$name follows an algebraic equation in the time to its closed form", (method) => {
    // x' = −z, 0 = z − x + sin t, so x' = −x + sin t: x = 1.5 e^−t + (sin t − cos t)/2
    const problem = odeProblem({
      equations: { x: "-z", z: "z - x + sin(t)" },
      initial: { x: 1, z: 1 },
      timeSpan: [0, 3],
      massMatrix: [
        [1, 0],
        [0, 0],
      ],
    });
    const times = [0.5, 1, 2, 3];
    const run = solve(problem, { method, relativeTolerance: 1e-9, absoluteTolerance: 1e-10, save: saveAt(times) });
    const x = (t: number) => 1.5 * Math.exp(-t) + (Math.sin(t) - Math.cos(t)) / 2;
    for (const [index, t] of times.entries()) {
      // a hundred times the tolerance, for steps that add up and interpolation
      expect(run.states.x?.[index]).toBeCloseTo(x(t), 7);
      expect(run.states.z?.[index]).toBeCloseTo(x(t) - Math.sin(t), 7);
    }
  });

  /** A rod of finite elements: mass (1, 4, 1)/6 and stiffness (−1, 2, −1), both of one band; fixed ends. */
  const nodes = 80;
  const [element, elements] = [1 / (nodes + 1), Array.from({ length: nodes }, (_, i) => i)];
  const temperature = (i: number) => (i < 0 || i === nodes ? "0" : `T${i}`);
  const rod = odeProblem({
    equations: Object.fromEntries(
      elements.map((i) => [
        temperature(i),
        `(${temperature(i - 1)} - 2*${temperature(i)} + ${temperature(i + 1)})/${element ** 2}`,
      ]),
    ),
    initial: Object.fromEntries(elements.map((i) => [temperature(i), Math.sin(Math.PI * (i + 1) * element)])),
    timeSpan: [0, 0.1],
    massMatrix: elements.map((i) => elements.map((j) => (i === j ? 4 / 6 : Math.abs(i - j) === 1 ? 1 / 6 : 0))),
  });

  it.each([rodas5p, radau5, bdf])("$name takes one with a band", (method) => {
    const { final } = solve(rod, { method, relativeTolerance: 1e-8, absoluteTolerance: 1e-10, save: saveEnd() });
    // sin(πx) is an eigenvector of both: λ = 2 (1 − cos θ) / (h² (2 + cos θ)/3), θ = πh
    const cosine = Math.cos(Math.PI * element);
    const decay = Math.exp((-0.1 * 6 * (1 - cosine)) / (element ** 2 * (2 + cosine)));
    // a hundred times the tolerance
    expect((final.state.T40 as number) / (Math.sin(Math.PI * 41 * element) * decay)).toBeCloseTo(1, 6);
  });

  it.each([rodas5p, radau5, bdf])("$name gives with a diagonal one what the divided equations give", (method) => {
    const weight = (i: number) => 1 + (i % 7);
    const plain = rod.system.kind === "expressions" ? rod.system.derivatives : [];
    const named = (values: readonly Expression[]) =>
      Object.fromEntries(rod.stateNames.map((name, i) => [name, values[i] as Expression]));
    const settings = {
      initial: Object.fromEntries(rod.stateNames.map((name, i) => [name, rod.initial[i] as number])),
      timeSpan: rod.timeSpan,
    };
    const weighted = odeProblem({
      ...settings,
      equations: named(plain),
      massMatrix: elements.map((i) => elements.map((j) => (i === j ? weight(i) : 0))),
    });
    const divided = odeProblem({ ...settings, equations: named(plain.map((f, i) => divide(f, weight(i)))) });
    const options = { method, relativeTolerance: 1e-8, absoluteTolerance: 1e-10, save: saveEnd() };
    const [a, b] = [solve(weighted, options), solve(divided, options)];
    // both within some ten times the tolerance of the solution
    for (const name of rod.stateNames) expect(a.final.state[name]).toBeCloseTo(b.final.state[name] as number, 7);
  });

  it("are refused by explicit methods, with others named", () => {
    expect(() => solve(robertson, { method: tsit5 })).toThrow(
      expect.objectContaining({ code: "SOLV-008", remedy: "Use rodas5p, radau5 or bdf." }),
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
