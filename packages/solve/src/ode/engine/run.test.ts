import { state } from "@simloom/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROBLEMS, type TestProblem } from "../fixtures/problems.ts";
import { bdf } from "../method/bdf.ts";
import { dopri853 } from "../method/dopri853.ts";
import { radau5 } from "../method/radau.ts";
import { rk4 } from "../method/rk4.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { tsit5 } from "../method/tsit5.ts";
import { odeProblem } from "../problem/define.ts";
import { integralController, piController, pidController, predictiveController } from "./controller.ts";
import { saveAt, saveEnd, saveEvery, savePoints } from "./save.ts";
import { solve } from "./solve.ts";

const METHODS = [tsit5, dopri853, rodas5p, radau5, bdf];
const oscillator = odeProblem({ equations: { x: "v", v: "-x" }, initial: { x: 0, v: 1 }, timeSpan: [0, 10] });

describe("a run", () => {
  it.each(METHODS)("of $name gives the same bits each time, whatever is saved", (method) => {
    const { problem } = PROBLEMS.exotherm as TestProblem;
    const first = solve(problem, { method });
    const again = solve(problem, { method });
    expect(again).toEqual(first);
    const sparse = solve(problem, { method, save: savePoints(7) });
    expect(sparse.final).toEqual(first.final);
    expect(sparse.statistics.acceptedSteps).toBe(first.statistics.acceptedSteps);
  });

  it.each(METHODS)("of $name goes backwards in time as well", (method) => {
    const back = odeProblem({ equations: { y: "-y" }, initial: { y: 1 }, timeSpan: [0, -1] });
    const { final, times } = solve(back, {
      method,
      relativeTolerance: 1e-9,
      absoluteTolerance: 1e-12,
      save: saveEvery(0.25),
    });
    expect([...times]).toEqual([0, -0.25, -0.5, -0.75, -1]);
    // bdf loses most: two digits against its tolerance
    expect(Math.abs((final.state.y as number) / Math.E - 1)).toBeLessThan(2e-7);
  });

  it.each(METHODS)("of $name ends steps at break points, so that a jump costs no accuracy", (method) => {
    const jump = odeProblem({
      equations: { y: "select(t < 1.2345, 1, -3)" },
      initial: { y: 0 },
      timeSpan: [0, 2],
      breakpoints: [1.2345],
    });
    const { final, statistics, times } = solve(jump, { method });
    expect(times).toContain(1.2345);
    // both pieces are straight lines, which every method follows up to rounding and what Newton iterations leave
    expect(Math.abs((final.state.y as number) - (1.2345 - 3 * 0.7655))).toBeLessThan(1e-9);
    expect(statistics.rejectedSteps).toBe(0);
  });

  it.each(METHODS)("of $name takes inputs that are known functions of time", (method) => {
    const driven = odeProblem({
      equations: { y: "-y + T" },
      initial: { y: 0 },
      timeSpan: [0, 3],
      inputs: {
        names: ["T"],
        at: (time, into) => {
          into[0] = time;
        },
      },
    });
    const { final } = solve(driven, { method, relativeTolerance: 1e-8, absoluteTolerance: 1e-9 });
    // y = t − 1 + e^−t; a hundred times the tolerance for bdf
    expect(final.state.y).toBeCloseTo(2 + Math.exp(-3), 5);
  });

  it.each([tsit5, dopri853, rodas5p, radau5, bdf, rk4])(
    "of $name keeps a dense solution that fits its steps",
    (method) => {
      const options = method.hasFixedSteps ? { step: 0.05 } : { relativeTolerance: 1e-8, absoluteTolerance: 1e-10 };
      const { dense, times, states } = solve(oscillator, { method, ...options, dense: true });
      times.forEach((time, index) => {
        expect(dense?.at(time)[0]).toBeCloseTo(states.x?.[index] as number, 12); // both ends belong to the polynomial
      });
      fc.assert(
        fc.property(fc.double({ min: 0, max: 10, noNaN: true }), (time) => {
          // interpolation error of order 3 and more over steps of the tolerance
          expect(Math.abs((dense?.at(time)[0] as number) - Math.sin(time))).toBeLessThan(2e-5);
        }),
        { seed: 7 },
      );
      expect(() => dense?.at(11)).toThrow(expect.objectContaining({ code: "SOLV-013" }));
    },
  );

  it.each([integralController(), piController(), pidController(), predictiveController()])(
    "is steered by any controller: %o",
    (controller) => {
      const { final, status } = solve(oscillator, {
        method: tsit5,
        controller,
        relativeTolerance: 1e-9,
        absoluteTolerance: 1e-9,
        save: saveEnd(),
      });
      expect(status.kind).toBe("finished");
      expect(final.state.x).toBeCloseTo(Math.sin(10), 6); // local errors of 1e-9 over some hundred steps
    },
  );

  it("honours the largest step", () => {
    const { times } = solve(oscillator, { method: dopri853, limits: { maximumStep: 0.1 } });
    expect(Math.max(...times.slice(1).map((time, index) => time - (times[index] as number)))).toBeLessThanOrEqual(
      0.1 + 1e-12,
    );
  });

  it("with a function equals the run with formulas", () => {
    const asFunction = odeProblem({
      rightHandSide: (_, y, __, f) => {
        f[0] = y[1] as number;
        f[1] = -(y[0] as number);
      },
      initial: { x: 0, v: 1 },
      timeSpan: [0, 10],
    });
    for (const method of [tsit5, dopri853])
      expect(solve(asFunction, { method, save: saveAt([1, 10]) }).states).toEqual(
        solve(oscillator, { method, save: saveAt([1, 10]) }).states,
      );
  });

  it("takes expressions of the kernel as equations", () => {
    const problem = odeProblem({ equations: { x: state("v"), v: "-x" }, initial: { x: 0, v: 1 }, timeSpan: [0, 10] });
    expect(solve(problem, { method: tsit5 }).final).toEqual(solve(oscillator, { method: tsit5 }).final);
  });

  it("may be started from within an event of the same problem", () => {
    let inner = Number.NaN;
    const problem = odeProblem({
      equations: { y: "-y" },
      initial: { y: 1 },
      timeSpan: [0, 1],
      events: [
        {
          name: "half",
          when: "y - 0.5",
          action: () => {
            if (Number.isNaN(inner))
              inner = solve(problem, { method: tsit5, timeSpan: [0, 0.1] }).final.state.y as number;
          },
        },
      ],
    });
    expect(solve(problem, { method: tsit5 }).final.state.y).toBeCloseTo(Math.exp(-1), 5); // the default tolerance
    expect(inner).toBeCloseTo(Math.exp(-0.1), 5);
  });
});
