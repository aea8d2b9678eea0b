import { type Expression, state, topologicalOrder } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { bandPlace } from "../../linear/band-lu.ts";
import type { MatrixPlace } from "../../linear/elimination-plan.ts";
import { compileIntegration } from "../engine/integration.ts";
import { brusselator } from "../fixtures/problems.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { odeProblem } from "../problem/define.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { loweredExpressions } from "./equations.ts";
import { sparseJacobian } from "./jacobian.ts";
import { repetitions } from "./repetition.ts";
import { SLOT } from "./workspace.ts";

const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Heat in a rod whose conductivity depends on the temperature: all equations but the ends alike, with parameters and functions. */
function rod(points: number): OdeProblem {
  const temperature = (i: number) => (i < 0 ? "cold" : i === points ? "hot" : `T${i}`);
  return odeProblem({
    equations: Object.fromEntries(
      indices(points).map((i) => {
        const [left, here, right] = [temperature(i - 1), temperature(i), temperature(i + 1)];
        return [
          `T${i}`,
          `(1 + exp(-k*${here}))*(${left} - 2*${here} + ${right}) + a*sin(t)*${here}*${right} - ${left}*${here}`,
        ];
      }),
    ),
    parameters: { k: 0.3, a: 0.2, cold: 0.1, hot: 1.7 },
    initial: Object.fromEntries(indices(points).map((i) => [`T${i}`, 0.2 + 0.01 * i])),
    timeSpan: [0, 1],
  });
}

/** Diffusion on a square, row by row: runs of one row each. */
function square(side: number): OdeProblem {
  const at = (x: number, y: number) => (x < 0 || y < 0 || x === side || y === side ? "0" : `q${x}_${y}`);
  const places = indices(side * side).map((k) => [k % side, Math.floor(k / side)] as const);
  return odeProblem({
    equations: Object.fromEntries(
      places.map(([x, y]) => [
        at(x, y),
        `${at(x - 1, y)} + ${at(x + 1, y)} + ${at(x, y - 1)} + ${at(x, y + 1)} - 4*${at(x, y)} - ${at(x, y)}^3`,
      ]),
    ),
    initial: Object.fromEntries(places.map(([x, y]) => [at(x, y), Math.sin(1 + x + 3 * y)])),
    timeSpan: [0, 1],
  });
}

const derivativesOf = ({ system }: OdeProblem) => (system.kind === "expressions" ? system.derivatives : []);

/** Node by node, as the operations say. */
function evaluated(problem: OdeProblem, values: readonly Expression[], y: Float64Array, time: number): number[] {
  const known = new Map<Expression, unknown>();
  for (const node of topologicalOrder(values)) {
    const { operation, payload, args } = node;
    const named = (names: readonly string[], numbers: ArrayLike<number>) => numbers[names.indexOf(`${payload}`)];
    const value =
      operation.source === "state"
        ? named(problem.stateNames, y)
        : operation.source === "parameter"
          ? named(problem.parameterNames, problem.parameters)
          : operation.source === "time"
            ? time
            : args.length === 0
              ? payload
              : operation.evaluate?.(...args.map((arg) => known.get(arg) as number));
    known.set(node, value);
  }
  return values.map((value) => known.get(value) as number);
}

describe("equations that repeat themselves", () => {
  it.each([
    ["the Brusselator", brusselator(60)],
    ["a rod", rod(80)],
    ["a square", square(24)],
  ])("are computed in loops with the bits of each equation by itself: %s", (_, problem) => {
    const integration = compileIntegration(problem, rodas5p);
    const { workspace: w, regions, jacobianRegion, jacobianShape } = integration;
    expect(integration.source).toMatch(/turn < /);
    const time = 0.7;
    const y = Float64Array.from(problem.initial, (value, index) => value + 0.01 * Math.cos(index));
    w[SLOT.stageTime] = time;
    integration.view(regions.parameters).set(problem.parameters);
    integration.hoist();
    integration.view(regions.stage).set(y);
    integration.rhs(regions.stage.offset, regions.scratch.offset);
    const derivatives = loweredExpressions(problem, derivativesOf(problem));
    expect([...integration.view(regions.scratch)]).toEqual(evaluated(problem, derivatives, y, time));

    integration.jacobian?.(regions.stage.offset);
    const entries = sparseJacobian(problem.stateNames, derivativesOf(problem));
    const slopes = evaluated(
      problem,
      loweredExpressions(
        problem,
        entries.map(({ value }) => value),
      ),
      y,
      time,
    );
    const found = integration.view(jacobianRegion ?? regions.scratch);
    const n = problem.stateNames.length;
    const place = ({ row, column }: MatrixPlace) =>
      jacobianShape?.kind === "band" ? bandPlace(jacobianShape.band, row, column) : row * n + column;
    expect(entries.map((entry) => found[place(entry)])).toEqual(slopes);
    // every other number of the matrix is zero
    expect(found.filter((value) => value !== 0).length).toBe(slopes.filter((value) => value !== 0).length);
  });

  it("are found with their period, and with the distances of their states and places", () => {
    const problem = brusselator(60);
    const index = ({ operation, payload }: Expression) =>
      operation.source === "state" ? problem.stateNames.indexOf(`${payload}`) : undefined;
    const values = loweredExpressions(problem, derivativesOf(problem));
    // the first point and the last one have a neighbour less
    expect(repetitions(values, index, (k) => 3 * k)).toEqual([
      { from: 2, period: 2, count: 58, stateStride: 2, placeStride: 6 },
    ]);
  });

  it("are not made from values that read the same state, or states at other distances", () => {
    const index = ({ payload }: Expression) => Number(`${payload}`.slice(1));
    const squares = indices(40).map((i) => state(`q${i * i}`));
    expect(repetitions(squares, index, (k) => k)).toEqual([]);
    const same = indices(40).map(() => state("q3"));
    expect(repetitions(same, index, (k) => k)).toEqual([
      { from: 0, period: 1, count: 40, stateStride: 0, placeStride: 1 },
    ]);
  });
});
