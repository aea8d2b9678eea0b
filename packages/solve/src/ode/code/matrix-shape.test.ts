import { describe, expect, it } from "vitest";
import { compileIntegration } from "../engine/integration.ts";
import { saveEnd } from "../engine/save.ts";
import { solve } from "../engine/solve.ts";
import { brusselator } from "../fixtures/problems.ts";
import { bdf } from "../method/bdf.ts";
import { radau5 } from "../method/radau.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { odeProblem } from "../problem/define.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { withSensitivities } from "../sensitivity/forward.ts";

const POINTS = 50;
const natural = brusselator(POINTS);
const indices = Array.from({ length: 2 * POINTS }, (_, index) => index);
/** A permutation: multiples of a number that has no factor in common with 100. */
const scattered = indices.map((index) => (index * 37) % (2 * POINTS));
const blocks = [...indices.filter((index) => index % 2 === 0), ...indices.filter((index) => index % 2 === 1)];

function inOrder(
  problem: OdeProblem,
  order: readonly number[],
  massMatrix?: readonly (readonly number[])[],
): OdeProblem {
  const { system, stateNames, initial, timeSpan } = problem;
  const derivatives = system.kind === "expressions" ? system.derivatives : [];
  const named = <T>(values: readonly T[]) =>
    Object.fromEntries(order.map((index) => [stateNames[index], values[index] as T]));
  return odeProblem({
    equations: named(derivatives),
    initial: named(initial),
    timeSpan,
    ...(massMatrix === undefined ? {} : { massMatrix }),
  });
}

const shapeOf = (problem: OdeProblem) => compileIntegration(problem, bdf).jacobianShape;

describe("the shape of the matrices", () => {
  it("is the band of the equations as they come, where that is narrow", () => {
    expect(shapeOf(natural)).toEqual({ kind: "band", band: { n: 100, lower: 2, upper: 2 } });
  });

  it.each([
    ["scattered", scattered],
    ["variable by variable", blocks],
  ])("is as narrow a band for states that come %s", (_, order) => {
    expect(shapeOf(inOrder(natural, order))).toMatchObject({ kind: "band", band: { lower: 2, upper: 2 } });
  });

  it.each([rodas5p, radau5, bdf])("does not change what $name finds", (method) => {
    const options = { method, relativeTolerance: 1e-8, absoluteTolerance: 1e-10, save: saveEnd() };
    const expected = solve(natural, options).final.state;
    const weights = scattered.map((_, row) => scattered.map((_unused, column) => (row === column ? 1 : 0)));
    for (const problem of [inOrder(natural, scattered), inOrder(natural, scattered, weights)]) {
      const { status, final } = solve(problem, options);
      expect(status).toEqual({ kind: "finished" });
      // rounding may change a step or two: ten times the tolerance
      for (const name of natural.stateNames)
        expect(Math.abs((final.state[name] as number) / (expected[name] as number) - 1)).toBeLessThan(1e-7);
    }
  });

  it("stays a band for a problem with its sensitivities", () => {
    const rod = odeProblem({
      equations: Object.fromEntries(
        indices.map((i) => [`T${i}`, `k*(${i === 0 ? "1" : `T${i - 1}`} - 2*T${i} + ${i === 99 ? "0" : `T${i + 1}`})`]),
      ),
      parameters: { k: 2 },
      initial: Object.fromEntries(indices.map((i) => [`T${i}`, 0])),
      timeSpan: [0, 1],
    });
    expect(shapeOf(withSensitivities(rod, { parameters: ["k"] }).problem)).toMatchObject({
      kind: "band",
      band: { n: 200, lower: 2, upper: 3 },
    });
  });

  it("is dense where no order helps", () => {
    const sum = indices.map((i) => `q${i}`).join(" + ");
    const coupled = odeProblem({
      equations: Object.fromEntries(indices.map((i) => [`q${i}`, `-q${i} + 0.001*(${sum})`])),
      initial: Object.fromEntries(indices.map((i) => [`q${i}`, 1])),
      timeSpan: [0, 1],
    });
    expect(shapeOf(coupled)).toEqual({ kind: "dense" });
  });
});
