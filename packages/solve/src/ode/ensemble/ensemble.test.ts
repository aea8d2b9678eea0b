import { describe, expect, it } from "vitest";
import { savePoints } from "../engine/save.ts";
import { solve } from "../engine/solve.ts";
import { PROBLEMS, type TestProblem } from "../fixtures/problems.ts";
import { dopri853 } from "../method/dopri853.ts";
import { euler } from "../method/euler.ts";
import type { OdeMethod } from "../method/method.ts";
import { rk4 } from "../method/rk4.ts";
import { odeProblem } from "../problem/define.ts";
import { ensemble } from "./ensemble.ts";

const { problem } = PROBLEMS.pu_legacy as TestProblem;
const mixes = Float64Array.from({ length: 7 }, (_, index) => 0.7 + 0.04 * index);

describe("an ensemble", () => {
  it("gives each member what solving it alone gives, bit for bit", () => {
    const options = { method: dopri853, relativeTolerance: 1e-6, absoluteTolerance: 1e-8 };
    const result = ensemble(problem, { ...options, parameters: { mix: mixes, tau: 80 } });
    expect(result.mode).toBe("each");
    mixes.forEach((mix, member) => {
      const alone = solve(problem, { ...options, parameters: { mix, tau: 80 } });
      expect(result.final.T?.[member]).toBe(alone.final.state.T);
      expect(result.eventTimes["gel alpha=0.35"]?.[member]).toBe(alone.events[1]?.time);
    });
  });

  it("can be split into ranges", () => {
    const options = { method: dopri853, parameters: { mix: mixes } };
    const whole = ensemble(problem, options);
    const parts = [ensemble(problem, { ...options, to: 3 }), ensemble(problem, { ...options, from: 3 })];
    expect(parts.flatMap((part) => [...(part.final.T as Float64Array)])).toEqual([...(whole.final.T as Float64Array)]);
  });

  const rotor = odeProblem({
    equations: { x: "-w*y + 0.1*sin(t)", y: "w*x - 0.01*y*abs(y)" },
    parameters: { w: 1 },
    initial: { x: 1, y: 0 },
    timeSpan: [0, 3.05],
  });
  const rates = Float64Array.from({ length: 9 }, (_, index) => 0.5 + 0.25 * index);

  it.each([euler, rk4])("runs all members of $name at once where steps are fixed", (method) => {
    const result = ensemble(rotor, { method, step: 0.1, parameters: { w: rates } });
    expect(result.mode).toBe("lanes");
    rates.forEach((w, member) => {
      const { final } = solve(rotor, { method, step: 0.1, parameters: { w } });
      // sums of stages are rounded in another order
      expect(result.final.x?.[member]).toBeCloseTo(final.state.x as number, 13);
      expect(result.final.y?.[member]).toBeCloseTo(final.state.y as number, 13);
    });
  });

  it("goes on when a member fails, and says which", () => {
    const pole = odeProblem({ equations: { y: "a*y*y" }, parameters: { a: 1 }, initial: { y: 1 }, timeSpan: [0, 1] });
    const { failures, final } = ensemble(pole, { method: dopri853, parameters: { a: [0.5, 2, 0.25] } });
    expect(failures.map(({ member }) => member)).toEqual([1]);
    expect(final.y?.[2]).toBeCloseTo(1 / 0.75, 5); // the default tolerance
  });

  it("shows each solution to who wants to see it", () => {
    const lengths: number[] = [];
    ensemble(problem, {
      method: dopri853,
      save: savePoints(11),
      parameters: { mix: mixes },
      onMember: (_, { times }) => lengths.push(times.length),
    });
    expect(lengths).toEqual(new Array(7).fill(11));
  });

  it("refuses members of different numbers, and members that do not differ", () => {
    const code = expect.objectContaining({ code: "SOLV-003" });
    expect(() => ensemble(problem, { method: dopri853, parameters: { mix: [1, 2], tau: [1, 2, 3] } })).toThrow(code);
    expect(() => ensemble(problem, { method: dopri853 })).toThrow(code);
  });

  it.each([{ method: rk4, step: 0.1 }, { method: dopri853 }])(
    "refuses unknown names and members that are not finite, with $method.name as a single run does",
    (options) => {
      const refused = (given: object, code: string) =>
        expect(() => ensemble(rotor, { ...options, ...given })).toThrow(expect.objectContaining({ code }));
      refused({ parameters: { ww: rates } }, "SOLV-003");
      refused({ parameters: { w: [1, Number.NaN] } }, "SOLV-003");
      refused({ parameters: { w: rates }, initial: { z: 1 } }, "SOLV-002");
      refused({ parameters: { w: rates }, initial: { x: Number.POSITIVE_INFINITY } }, "SOLV-002");
      refused({ parameters: { w: rates }, rtol: 1e-3 }, "SOLV-017");
    },
  );

  it("refuses methods of other libraries", () => {
    const method = { name: "elsewhere", run: () => undefined } as unknown as OdeMethod;
    expect(() => ensemble(rotor, { method, parameters: { w: rates } })).toThrow(
      expect.objectContaining({ code: "SOLV-008" }),
    );
  });
});
