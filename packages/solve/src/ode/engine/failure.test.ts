import { describe, expect, it } from "vitest";
import { bdf } from "../method/bdf.ts";
import { dopri853 } from "../method/dopri853.ts";
import { euler } from "../method/euler.ts";
import { radau5 } from "../method/radau.ts";
import { rk4 } from "../method/rk4.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { tsit5 } from "../method/tsit5.ts";
import { odeProblem } from "../problem/define.ts";
import { piController } from "./controller.ts";
import type { SolveOptions } from "./options.ts";
import { saveAt, saveEvery, savePoints } from "./save.ts";
import { solve } from "./solve.ts";

const decay = odeProblem({
  name: "decay",
  equations: { y: "-k*y" },
  parameters: { k: 1 },
  initial: { y: 1 },
  timeSpan: [0, 1],
});
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("a run that does not get through", () => {
  it.each([tsit5, dopri853, rodas5p, radau5, bdf])(
    "$name names time, step and operation where a derivative is not finite",
    (method) => {
      const problem = odeProblem({
        name: "tank",
        equations: { level: "-1 - 0*log(level)" },
        initial: { level: 0.5 },
        timeSpan: [0, 1],
      });
      const { status } = solve(problem, { method });
      if (status.kind !== "failed") throw new Error("it went through");
      expect(status.reason).toBe("not-finite");
      expect(status.message).toMatch(
        /derivative of level is NaN at t = 0\.\d+: log\(level\) is NaN for -.*in step \d+ of/,
      );
      expect(status.time).toBeLessThanOrEqual(0.5);
      expect(status.remedy).toMatch(/floor/);
    },
  );

  it("says so when the derivative is not finite from the start", () => {
    const problem = odeProblem({ equations: { y: "1/y" }, initial: { y: 0 }, timeSpan: [0, 1] });
    expect(solve(problem, { method: tsit5 }).status).toMatchObject({ reason: "not-finite", time: 0 });
  });

  it.each([euler, rk4])("$name does not carry a number that is not finite to the end", (method) => {
    const problem = odeProblem({ equations: { y: "sqrt(y - 0.5) - 1" }, initial: { y: 1 }, timeSpan: [0, 5] });
    const { status, final, times } = solve(problem, { method, step: 0.1 });
    expect(status).toMatchObject({ kind: "failed", reason: "not-finite" });
    expect(status).toHaveProperty("message", expect.stringMatching(/derivative of y is NaN.*sqrt.*in step 1[12] of/));
    expect(Number.isFinite(final.state.y)).toBe(true);
    expect(times.at(-1)).toBe(final.time);
    const large = odeProblem({ equations: { y: "1e308*y" }, initial: { y: 1 }, timeSpan: [0, 5] });
    expect(solve(large, { method, step: 2 }).status).toMatchObject({ reason: "not-finite", time: 0 });
  });

  it.each([rodas5p, radau5, bdf])("$name blames the derivative at the start, not the matrix made of it", (method) => {
    const problem = odeProblem({ equations: { y: "log(-y)" }, initial: { y: 1 }, timeSpan: [0, 1] });
    expect(solve(problem, { method }).status).toHaveProperty(
      "message",
      expect.stringContaining("log(-y) is NaN for -1"),
    );
  });

  it("keeps no more numbers than it is allowed, at events neither", () => {
    const { status, times } = solve(decay, { method: tsit5, limits: { savedNumbers: 10 } });
    expect([status, times.length]).toEqual([expect.objectContaining({ reason: "saved-numbers-limit" }), 5]);
    const kicked = odeProblem({
      equations: { y: "1" },
      initial: { y: 0 },
      timeSpan: [0, 1],
      events: [{ name: "half", when: "t - 0.5", action: { set: { y: 0 } } }],
    });
    const all = solve(kicked, { method: tsit5, limits: { maximumStep: 0.2 } });
    const before = all.times.indexOf(all.events[0]?.time as number);
    // room for the row before the change, none for the one after it
    const short = solve(kicked, { method: tsit5, limits: { maximumStep: 0.2, savedNumbers: 2 * (before + 1) } });
    expect(short.status).toMatchObject({ kind: "failed", reason: "saved-numbers-limit", time: all.times[before] });
  });

  it("names the state for a function, too", () => {
    const problem = odeProblem({
      rightHandSide: (_, y, __, f) => {
        f[0] = 1;
        f[1] = Math.sqrt(0.5 - (y[0] as number));
      },
      initial: { a: 0, b: 0 },
      timeSpan: [0, 1],
    });
    const { status } = solve(problem, { method: rodas5p });
    expect(status).toMatchObject({ kind: "failed", reason: "not-finite" });
    expect(status).toHaveProperty("message", expect.stringContaining("derivative of b is NaN"));
  });

  it("keeps what it has at the step limit, and advises a stiff method", () => {
    const stiff = odeProblem({ equations: { y: "-1e6*(y - cos(t))" }, initial: { y: 1 }, timeSpan: [0, 10] });
    const { status, times, statistics } = solve(stiff, { method: tsit5, limits: { steps: 500 } });
    expect(status).toMatchObject({ kind: "failed", reason: "step-limit", remedy: expect.stringContaining("rodas5p") });
    expect(statistics.acceptedSteps + statistics.rejectedSteps).toBe(500);
    expect(times.length).toBe(statistics.acceptedSteps + 1);
  });

  it("ends at a pole with a step that shrinks", () => {
    const pole = odeProblem({ equations: { y: "y*y" }, initial: { y: 1 }, timeSpan: [0, 2] });
    const { status } = solve(pole, { method: dopri853, relativeTolerance: 1e-10 });
    expect(status).toMatchObject({ kind: "failed" });
    // the pole of 1/(1 − t); rounding of the time is what limits the step
    expect(status).toHaveProperty("time", expect.closeTo(1, 6));
  });
});

describe("a run that is refused", () => {
  it.each([
    ["SOLV-005", { relativeTolerance: 1e-16 }],
    ["SOLV-005", { relativeTolerance: Number.NaN }],
    ["SOLV-005", { absoluteTolerance: 0 }],
    ["SOLV-005", { absoluteTolerance: { z: 1e-9 } }],
    ["SOLV-003", { parameters: { kk: 1 } }],
    ["SOLV-003", { parameters: { k: Number.NaN } }],
    ["SOLV-002", { initial: { y: Number.POSITIVE_INFINITY } }],
    ["SOLV-004", { timeSpan: [1, 1] as const }],
    ["SOLV-006", { save: saveAt([0.5, 2]) }],
    ["SOLV-006", { save: saveAt([0.5, 0.2]) }],
    ["SOLV-007", { save: savePoints(1e9) }],
    ["SOLV-007", { save: saveEvery(1e-10) }],
    ["SOLV-008", { step: 0.1 }],
    ["SOLV-010", { limits: { minimumStep: 2, maximumStep: 1 } }],
  ])("throws %s for %o", (expected, options) => {
    expect(() => solve(decay, { method: tsit5, ...options })).toThrow(code(expected));
  });

  it("asks for the step of a method with fixed steps, and refuses a billion of them", () => {
    expect(() => solve(decay, { method: euler })).toThrow(code("SOLV-008"));
    expect(() => solve(decay, { method: euler, step: 1e-9 })).toThrow(code("SOLV-007"));
  });

  it.each([
    ["relativeTolerance", { relativeTolerance: 1e-9 }],
    ["firstStep", { firstStep: 0.1 }],
    ["controller", { controller: piController() }],
    ["limits.minimumStep", { limits: { minimumStep: 0.01 } }],
    ["limits.maximumStep", { limits: { maximumStep: 0.01 } }],
  ])("names %s, which fixed steps have no use for", (name, options) => {
    for (const method of [euler, rk4])
      expect(() => solve(decay, { method, step: 0.1, ...options })).toThrow(
        expect.objectContaining({ code: "SOLV-008", message: expect.stringContaining(name) }),
      );
  });

  it("suggests the option that was meant", () => {
    for (const [given, meant] of [
      [{ rtol: 1e-9 }, "relativeTolerance"],
      [{ relativeTolerence: 1e-9 }, "relativeTolerance"],
      [{ limits: { maxStep: 1 } }, "maximumStep"],
    ] as const)
      expect(() => solve(decay, { method: tsit5, ...given } as SolveOptions)).toThrow(
        expect.objectContaining({ code: "SOLV-017", remedy: `Did you mean ${meant}?` }),
      );
  });

  it("has a band that a matrix can have", () => {
    for (const band of [
      { lower: -1, upper: 1 },
      { lower: 0, upper: 0.5 },
    ])
      expect(() => odeProblem({ rightHandSide: () => undefined, initial: [1, 1], timeSpan: [0, 1], band })).toThrow(
        code("SOLV-001"),
      );
  });

  it("suggests the name that was meant", () => {
    expect(() => odeProblem({ equations: { level: "-lvel" }, initial: { level: 1 }, timeSpan: [0, 1] })).toThrow(
      expect.objectContaining({ code: "KERN-003", remedy: expect.stringContaining("level") }),
    );
    expect(() => odeProblem({ equations: { a: "-a" }, initial: { b: 1 }, timeSpan: [0, 1] })).toThrow(code("SOLV-002"));
    expect(() =>
      odeProblem({
        equations: { a: "-a" },
        initial: { a: 1 },
        timeSpan: [0, 1],
        events: [{ name: "never", when: "3" }],
      }),
    ).toThrow(code("SOLV-011"));
  });
});
