import { describe, expect, it } from "vitest";
import { saveAt, saveEnd } from "../engine/save.ts";
import { eventTime } from "../engine/solution.ts";
import { solve } from "../engine/solve.ts";
import { digitsAtEnd } from "../fixtures/digits.ts";
import { PROBLEMS, type TestProblem } from "../fixtures/problems.ts";
import { REFERENCES } from "../fixtures/references.ts";
import { bdf } from "../method/bdf.ts";
import { dopri853 } from "../method/dopri853.ts";
import { radau5 } from "../method/radau.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { tsit5 } from "../method/tsit5.ts";
import { odeProblem } from "../problem/define.ts";
import { cvode, cvodeAdams } from "./cvode.ts";
import { hasSundials, loadSundials } from "./sundials.ts";

describe("a missing SUNDIALS", () => {
  it("is an error with the install hint and the exit code of what a machine lacks", () => {
    expect(() => loadSundials(["libsundials_of_no_machine.so"])).toThrow(
      expect.objectContaining({
        code: "SOLV-020",
        remedy: expect.stringContaining("apt install libsundials-cvode6"),
        context: expect.objectContaining({ exitCode: 3 }),
      }),
    );
  });
});

describe.runIf(hasSundials())("cvode", () => {
  it.each(["robertson", "vdp", "hires", "orego", "pollution"])(
    "solves %s, and all stiff methods agree with it",
    (name) => {
      const test = PROBLEMS[name] as TestProblem;
      const tolerances = { relativeTolerance: 1e-8, absoluteTolerance: 1e-8 * test.absoluteScale, save: saveEnd() };
      const reference = solve(test.problem, { ...tolerances, method: cvode });
      expect(reference.status.kind).toBe("finished");
      expect(reference.statistics.jacobians).toBeGreaterThan(0);
      // CVODE controls local errors only and loses two to three digits on these
      expect(digitsAtEnd(test, reference)).toBeGreaterThan(5);
      for (const method of [bdf, rodas5p, radau5]) {
        const { final } = solve(test.problem, { ...tolerances, method });
        for (const state of test.problem.stateNames) {
          const size = Math.abs(reference.final.state[state] as number);
          expect(Math.abs((final.state[state] as number) - (reference.final.state[state] as number))).toBeLessThan(
            1e-5 * size,
          );
        }
      }
    },
  );

  it("multiplies a regular mass matrix away, and refuses a singular one with the remedy", () => {
    // M (y1, y2) with y1 = e^−t, y2 = e^−2t, as formulas and as a function with its Jacobian
    const settings = {
      initial: { p: 1, q: 1 },
      timeSpan: [0, 1] as const,
      massMatrix: [
        [2, 1],
        [1, 1],
      ],
    };
    const asFormulas = odeProblem({ ...settings, equations: { p: "-2*p - 2*q", q: "-p - 2*q" } });
    const asFunction = odeProblem({
      ...settings,
      rightHandSide: (_t, [p = 0, q = 0], _parameters, f) => {
        f[0] = -2 * p - 2 * q;
        f[1] = -p - 2 * q;
      },
      jacobian: (_t, _y, _parameters, matrix) => matrix.set([-2, -2, -1, -2]),
    });
    for (const problem of [asFormulas, asFunction]) {
      const { final } = solve(problem, { method: cvode, relativeTolerance: 1e-9, absoluteTolerance: 1e-11 });
      // CVODE controls local errors only: a hundred times the tolerance
      expect(final.state.p).toBeCloseTo(Math.exp(-1), 7);
      expect(final.state.q).toBeCloseTo(Math.exp(-2), 7);
    }
    const algebraic = odeProblem({
      ...settings,
      equations: { p: "-p", q: "q - p" },
      massMatrix: [
        [1, 0],
        [0, 0],
      ],
    });
    expect(() => solve(algebraic, { method: cvode })).toThrow(
      expect.objectContaining({ code: "SOLV-008", remedy: expect.stringContaining("rodas5p, radau5 or bdf") }),
    );
  });

  it("takes states whose band needs another order: a chain, every other link first", () => {
    const links = Array.from({ length: 80 }, (_, i) => i);
    const chain = odeProblem({
      equations: Object.fromEntries(
        [...links.filter((i) => i % 2 === 0), ...links.filter((i) => i % 2 === 1)].map((i) => [
          `q${i}`,
          `${i === 0 ? "1" : `q${i - 1}`} - (2 + 0.1*q${i})*q${i} + ${i === 79 ? "0" : `q${i + 1}`}`,
        ]),
      ),
      initial: Object.fromEntries(links.map((i) => [`q${i}`, 0])),
      timeSpan: [0, 100],
    });
    const tolerances = { relativeTolerance: 1e-8, absoluteTolerance: 1e-10, save: saveEnd() };
    const expected = solve(chain, { ...tolerances, method: radau5 }).final.state;
    const { status, final, statistics } = solve(chain, { ...tolerances, method: cvode });
    expect(status).toEqual({ kind: "finished" });
    // a wrong Jacobian would cost an evaluation of it, and a shorter step, at every turn
    expect(statistics.jacobians).toBeLessThan(20);
    // CVODE controls local errors only
    for (const i of links)
      expect(Math.abs((final.state[`q${i}`] as number) - (expected[`q${i}`] as number))).toBeLessThan(1e-6);
  });

  it("agrees with explicit methods by its Adams formulas", () => {
    const test = PROBLEMS.lorenz as TestProblem;
    const tolerances = { relativeTolerance: 1e-10, absoluteTolerance: 1e-10, save: saveEnd() };
    const reference = solve(test.problem, { ...tolerances, method: cvodeAdams });
    expect(digitsAtEnd(test, reference)).toBeGreaterThan(5);
    // the trajectory is chaotic: errors grow by 1e4 over the run
    for (const method of [tsit5, dopri853])
      expect(solve(test.problem, { ...tolerances, method }).final.state.x).toBeCloseTo(
        reference.final.state.x as number,
        4,
      );
  });

  it("finds the events of the exotherm and saves where it is asked to", () => {
    const { problem, absoluteScale } = PROBLEMS.exotherm as TestProblem;
    const reference = REFERENCES.exotherm;
    const solution = solve(problem, {
      method: cvode,
      relativeTolerance: 1e-9,
      absoluteTolerance: 1e-9 * absoluteScale,
      save: saveAt(reference?.times ?? []),
    });
    expect([...solution.times]).toEqual(reference?.times);
    // measured 1.4e-6 s at a tolerance of 1e-8
    for (const [name, time] of Object.entries(reference?.events ?? {}))
      expect(Math.abs(eventTime(solution, name) - time)).toBeLessThan(2e-6);
  });

  it("changes states at events, stops at others, and keeps its steps", () => {
    const ball = odeProblem({
      equations: { height: "speed", speed: "-9.81" },
      initial: { height: 1, speed: 0 },
      timeSpan: [0, 5],
      events: [
        { name: "bounce", when: "height", direction: "falling", action: { set: { height: 0, speed: "-0.5*speed" } } },
        { name: "late", when: "t - 0.7", action: "stop" },
      ],
    });
    const { events, status, times } = solve(ball, {
      method: cvode,
      relativeTolerance: 1e-10,
      absoluteTolerance: 1e-12,
    });
    expect(events[0]?.time).toBeCloseTo(Math.sqrt(2 / 9.81), 8); // the tolerance
    expect(status).toMatchObject({ kind: "stopped", event: "late" });
    expect(times.length).toBeGreaterThan(5);
  });

  const decay = { equations: { y: "-y" }, initial: { y: 1 }, timeSpan: [0, 2] as const };

  it("counts its steps over break points, for the statistics and for the limit", () => {
    const whole = solve(odeProblem({ ...decay, breakpoints: [1.9] }), { method: cvode, relativeTolerance: 1e-8 });
    expect(whole.statistics.acceptedSteps).toBe(whole.times.length - 1);
    const limits = { steps: whole.statistics.acceptedSteps - 5 };
    const short = solve(odeProblem({ ...decay, breakpoints: [1.9] }), {
      method: cvode,
      relativeTolerance: 1e-8,
      limits,
    });
    expect(short.status).toMatchObject({ kind: "failed", reason: "step-limit" });
    expect(short.final.time).toBeGreaterThan(1.9);
  });

  it("keeps no more numbers than it is allowed", () => {
    const { status, times } = solve(odeProblem(decay), { method: cvode, limits: { savedNumbers: 10 } });
    expect([status, times.length]).toEqual([expect.objectContaining({ reason: "saved-numbers-limit" }), 5]);
  });

  it("says when an event is zero at the start, stops before changes, and saves where it is stopped", () => {
    const problem = odeProblem({
      ...decay,
      equations: { y: "1" },
      events: [
        { name: "at once", when: "y - 1" },
        { name: "change", when: "t - 1", action: { set: { y: 0 } } },
        { name: "halt", when: "t - 1", action: "stop" },
      ],
    });
    for (const method of [cvode, bdf]) {
      const { notices, events, final, status, times } = solve(problem, { method, save: saveEnd() });
      expect(notices).toEqual([expect.objectContaining({ message: expect.stringContaining("at once is zero") })]);
      expect(events.map(({ name }) => name)).toEqual(["change", "halt"]);
      expect(status).toMatchObject({ kind: "stopped", event: "halt" });
      expect(final.state.y).toBeCloseTo(2, 8); // a straight line, with roundings
      expect([...times]).toEqual([final.time]);
    }
  });

  it("uses its band solver for a band", () => {
    const n = 80;
    const problem = odeProblem({
      rightHandSide: (_, y, __, f) => {
        for (let i = 0; i < n; i++) f[i] = 1e3 * ((y[i - 1] ?? 0) - 2 * (y[i] as number) + (y[i + 1] ?? 0));
      },
      initial: Array.from({ length: n }, (_, i) => Math.sin((Math.PI * (i + 1)) / (n + 1))),
      timeSpan: [0, 0.1],
      band: { lower: 1, upper: 1 },
    });
    const rate = 2e3 * (1 - Math.cos(Math.PI / (n + 1)));
    for (const method of [cvode, bdf, rodas5p, radau5]) {
      const { final } = solve(problem, { method, relativeTolerance: 1e-8, absoluteTolerance: 1e-10, save: saveEnd() });
      // an eigenvector decays by its eigenvalue; a hundred times the tolerance
      expect(final.state.y40).toBeCloseTo(Math.sin((Math.PI * 40) / (n + 1)) * Math.exp(-0.1 * rate), 6);
    }
  });

  it("rethrows what a right-hand side throws, and says where a derivative is not finite", () => {
    const problem = (f: (y: number) => number) =>
      odeProblem({
        rightHandSide: (_, y, __, out) => {
          out[0] = f(y[0] as number);
        },
        initial: [1],
        timeSpan: [0, 2],
      });
    expect(() =>
      solve(
        problem(() => {
          throw new Error("broken sensor");
        }),
        { method: cvode },
      ),
    ).toThrow("broken sensor");
    const { status } = solve(
      problem((y) => -Math.sqrt(y - 0.5) - 1),
      { method: cvode },
    );
    expect(status).toMatchObject({ kind: "failed", reason: "not-finite" });
  });
});
