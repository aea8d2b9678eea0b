import { describe, expect, it } from "vitest";
import { saveAt } from "../engine/save.ts";
import { PROBLEMS, type TestProblem } from "../fixtures/problems.ts";
import { REFERENCES } from "../fixtures/references.ts";
import { bdf } from "../method/bdf.ts";
import { dopri853 } from "../method/dopri853.ts";
import { radau5 } from "../method/radau.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { odeProblem } from "../problem/define.ts";
import { adjointGradient } from "./adjoint.ts";
import { solveWithSensitivities } from "./forward.ts";

/** Worst relative error of states and sensitivities at all reference times. */
function worstError(name: string, parameters: readonly string[], method: typeof dopri853, tolerance: number): number {
  const { problem, absoluteScale } = PROBLEMS[name] as TestProblem;
  const reference = REFERENCES[`${name}_sens`];
  const run = solveWithSensitivities(problem, {
    method,
    relativeTolerance: tolerance,
    absoluteTolerance: tolerance * absoluteScale,
    save: saveAt(reference?.times ?? []),
    withRespectTo: { parameters },
  });
  let worst = 0;
  reference?.states.forEach((row, index) => {
    parameters.forEach((parameter, p) => {
      problem.stateNames.forEach((state, s) => {
        const exact = row[(p + 1) * problem.stateNames.length + s] as number;
        const got = run.derivative(state, parameter)[index] as number;
        if (Math.abs(exact) > 1e-30) worst = Math.max(worst, Math.abs(got / exact - 1));
      });
    });
  });
  return worst;
}

describe("forward sensitivities", () => {
  it.each([rodas5p, radau5])("of Robertson's kinetics by $name have five digits at all times", (method) => {
    // the tolerance, times what some hundred steps add up
    expect(worstError("robertson", ["k1", "k2", "k3"], method, 1e-7)).toBeLessThan(1e-5);
  });

  it("by initial values are columns of the flow", () => {
    const oscillator = odeProblem({
      equations: { x: "v", v: "-w*w*x" },
      parameters: { w: 2 },
      initial: { x: 1, v: 0 },
      timeSpan: [0, 1],
    });
    const run = solveWithSensitivities(oscillator, {
      method: dopri853,
      relativeTolerance: 1e-12,
      absoluteTolerance: 1e-13,
      withRespectTo: { parameters: ["w"], initialOf: ["x", "v"] },
    });
    const last = (state: string, target: string) => run.derivative(state, target).at(-1);
    expect(last("x", "x")).toBeCloseTo(Math.cos(2), 10); // the tolerance
    expect(last("x", "v")).toBeCloseTo(Math.sin(2) / 2, 10);
    expect(last("x", "w")).toBeCloseTo(-Math.sin(2), 10);
  });

  describe("with a mass matrix", () => {
    const kinetics = { a: "-k1*a + k2*b*c", b: "k1*a - k2*b*c - k3*b*b" };
    const robertson = odeProblem({
      equations: { ...kinetics, c: "a + b + c - 1" },
      parameters: { k1: 0.04, k2: 1e4, k3: 3e7 },
      initial: { a: 1, b: 0, c: 0 },
      timeSpan: [0, 4e5],
      massMatrix: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
    });

    it.each([rodas5p, radau5, bdf])(
      "are those of Robertson's kinetics with the balance as an equation: $name",
      (method) => {
        const reference = REFERENCES.robertson_sens;
        const times = (reference?.times ?? []).filter((time) => time <= 4e5);
        const run = solveWithSensitivities(robertson, {
          method,
          relativeTolerance: 1e-8,
          absoluteTolerance: { a: 1e-12, b: 1e-16, c: 1e-12 },
          save: saveAt(times),
          withRespectTo: { parameters: ["k1", "k2", "k3"] },
        });
        expect(run.solution.status).toEqual({ kind: "finished" });
        for (const [index] of times.entries())
          for (const [p, target] of ["k1", "k2", "k3"].entries())
            for (const [s, name] of robertson.stateNames.entries()) {
              const exact = reference?.states[index]?.[3 * (p + 1) + s] as number;
              // the tolerance, times what some hundred steps add up; bdf takes a thousand
              expect(Math.abs((run.derivative(name, target)[index] as number) / exact - 1)).toBeLessThan(2e-5);
            }
      },
    );

    it.each([rodas5p, radau5, bdf])("begin with what the algebraic equation asks for: $name", (method) => {
      // x' = −k z, 0 = z − x + p: x = p + (x0 − p) e^−kt
      const problem = odeProblem({
        equations: { x: "-k*z", z: "z - x + p" },
        parameters: { k: 2, p: 0.3 },
        initial: { x: 1, z: 0.7 },
        timeSpan: [0, 1],
        massMatrix: [
          [1, 0],
          [0, 0],
        ],
      });
      const times = [0, 0.5, 1];
      const run = solveWithSensitivities(problem, {
        method,
        relativeTolerance: 1e-9,
        absoluteTolerance: 1e-10,
        save: saveAt(times),
        withRespectTo: { parameters: ["k", "p"], initialOf: ["x"] },
      });
      for (const [index, t] of times.entries()) {
        const e = Math.exp(-2 * t);
        // a hundred times the tolerance
        for (const [name, target, exact] of [
          ["x", "k", -0.7 * t * e],
          ["z", "k", -0.7 * t * e],
          ["x", "p", 1 - e],
          ["z", "p", -e],
          ["x", "x", e],
          ["z", "x", e],
        ] as const)
          expect(run.derivative(name, target)[index], `d${name}/d${target} at ${t}`).toBeCloseTo(exact, 7);
      }
    });
  });

  it("of a function are refused", () => {
    const problem = odeProblem({ rightHandSide: () => undefined, initial: [1], timeSpan: [0, 1] });
    expect(() => solveWithSensitivities(problem, { method: rodas5p, withRespectTo: { initialOf: ["y1"] } })).toThrow(
      expect.objectContaining({ code: "SOLV-015" }),
    );
  });
});

describe("adjoint gradients", () => {
  const decay = odeProblem({
    equations: { y: "-k*y + u" },
    parameters: { k: 2, u: 0.5 },
    initial: { y: 1 },
    timeSpan: [0, 1],
  });

  it.each([dopri853, radau5, rodas5p])("by $name are those of the closed form, terminal and running", (method) => {
    const [k, u, y0] = [2, 0.5, 1];
    const e = Math.exp(-k);
    const { value, parameters, initial } = adjointGradient(
      decay,
      { terminal: "y*y", running: "y" },
      { method, relativeTolerance: 1e-10, absoluteTolerance: 1e-12 },
    );
    const end = u / k + (y0 - u / k) * e;
    const dEndDk = -u / k ** 2 + (u / k ** 2) * e - (y0 - u / k) * e;
    const integral = u / k + ((y0 - u / k) * (1 - e)) / k;
    const dIntegralDk = -u / k ** 2 + (u / k ** 3) * (1 - e) + (y0 - u / k) * (e / k - (1 - e) / k ** 2);
    // a hundred times the tolerance: interpolation of order 4 along the forward run
    expect(value).toBeCloseTo(end ** 2 + integral, 8);
    expect(parameters.k).toBeCloseTo(2 * end * dEndDk + dIntegralDk, 7);
    expect(initial.y).toBeCloseTo(2 * end * e + (1 - e) / k, 7);
  });

  it("divide by a regular mass matrix: M y' = −k y", () => {
    const heavy = odeProblem({
      equations: { y: "-k*y" },
      parameters: { k: 1 },
      initial: { y: 1 },
      timeSpan: [0, 2],
      massMatrix: [[2]],
    });
    const tight = { method: rodas5p, relativeTolerance: 1e-10, absoluteTolerance: 1e-12 };
    // y = e^(−k t/2): ten times the tolerance and interpolation
    expect(adjointGradient(heavy, { terminal: "y" }, tight).parameters.k).toBeCloseTo(-Math.exp(-1), 8);
  });

  it("are refused where they would be wrong: algebraic equations, and events that end the run", () => {
    const settings = { equations: { y: "-k*y" }, parameters: { k: 1 }, initial: { y: 1 }, timeSpan: [0, 2] as const };
    for (const problem of [
      odeProblem({
        ...settings,
        equations: { y: "-k*y", z: "z - y" },
        initial: { y: 1, z: 1 },
        massMatrix: [
          [1, 0],
          [0, 0],
        ],
      }),
      odeProblem({ ...settings, events: [{ name: "half", when: "y - 0.5", action: "stop" }] }),
    ])
      expect(() => adjointGradient(problem, { terminal: "y" }, { method: rodas5p })).toThrow(
        expect.objectContaining({ code: "SOLV-016" }),
      );
  });

  it("take an objective with inputs of the problem: d(x u)/dx0 = u(end)", () => {
    const driven = odeProblem({
      equations: { x: "u" },
      initial: { x: 0 },
      timeSpan: [0, 2],
      inputs: {
        names: ["u"],
        at: (time, into) => {
          into[0] = time;
        },
      },
    });
    // ∫ t dt = 2 at the end, times u = 2
    const found = adjointGradient(driven, { terminal: "x*u" }, { method: dopri853 });
    expect(found.value).toBeCloseTo(4, 8);
    expect(found.initial.x).toBeCloseTo(2, 8);
  });

  it("agree with forward sensitivities on the exotherm", () => {
    const { problem } = PROBLEMS.exotherm as TestProblem;
    const { parameters } = adjointGradient(
      problem,
      { terminal: "T" },
      { method: dopri853, timeSpan: [0, 30], relativeTolerance: 1e-9, absoluteTolerance: 1e-10 },
    );
    const row = REFERENCES.exotherm_sens?.states[1] as readonly number[];
    // the tolerance of both runs and the interpolation between steps
    for (const [index, name] of problem.parameterNames.entries())
      expect(Math.abs((parameters[name] as number) / (row[3 * (index + 1) + 2] as number) - 1)).toBeLessThan(1e-6);
  });
});
