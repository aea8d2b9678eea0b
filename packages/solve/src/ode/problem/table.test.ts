import { lookUpTable, state, time, total } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { saveEnd } from "../engine/save.ts";
import { solve } from "../engine/solve.ts";
import { bdf } from "../method/bdf.ts";
import { dopri853 } from "../method/dopri853.ts";
import { radau5 } from "../method/radau.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { odeProblem } from "./define.ts";

const METHODS = [dopri853, rodas5p, radau5, bdf];
const TIGHT = { relativeTolerance: 1e-9, absoluteTolerance: 1e-12, save: saveEnd() };

describe("a look-up table in an equation", () => {
  it.each(METHODS)("of time drives $name: a straight line is integrated to its parabola", (method) => {
    const ramp = lookUpTable({ axes: [{ from: 0, to: 2, count: 3 }], values: [0, 1, 2] });
    const problem = odeProblem({ equations: { y: ramp(time) }, initial: { y: 0 }, timeSpan: [0, 2] });
    // the piece does not matter to a polynomial; ten times the tolerance
    expect(Math.abs((solve(problem, { method, ...TIGHT }).final.state.y as number) - 2)).toBeLessThan(2e-8);
  });

  it.each(METHODS)("of a state has its slope in the Jacobian of $name", (method) => {
    const rate = lookUpTable({ axes: [[0, 0.5, 1, 2]], values: [0, -500, -1000, -2000] });
    const problem = odeProblem({ equations: { y: rate(state("y")) }, initial: { y: 1.5 }, timeSpan: [0, 0.01] });
    const { final, status } = solve(problem, { method, ...TIGHT });
    expect(status.kind).toBe("finished");
    // y' = -1000 y, passed over three pieces of the same slope; bdf loses two digits against its tolerance
    expect((final.state.y as number) / (1.5 * Math.exp(-10)) - 1).toBeCloseTo(0, 6);
  });
});

describe("a sum over data in an equation", () => {
  it("is refused with the place where it stands", () => {
    expect(() => odeProblem({ equations: { y: total(state("y")) }, initial: { y: 1 }, timeSpan: [0, 1] })).toThrow(
      expect.objectContaining({ code: "SOLV-012", message: expect.stringContaining("equations.y") }),
    );
  });
});
