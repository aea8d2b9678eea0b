import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { depthFirstRanks } from "../run/depth-first.ts";
import { dependentsOf } from "./dependents.ts";

/** Each node waits for some of those before it. */
const nodes = fc
  .array(fc.uniqueArray(fc.nat(), { maxLength: 4 }), { maxLength: 30 })
  .map((lists) =>
    lists.map((list, index) => ({ dependencies: index === 0 ? [] : [...new Set(list.map((one) => one % index))] })),
  );

describe("dependents", () => {
  it("lists for each node those that wait for it, in ascending order", () => {
    fc.assert(
      fc.property(nodes, (graph) => {
        const { starts, targets } = dependentsOf(graph.map(({ dependencies }) => dependencies));
        graph.forEach((_, index) => {
          const naive = graph.flatMap(({ dependencies }, other) => (dependencies.includes(index) ? [other] : []));
          expect([...targets.subarray(starts[index], starts[index + 1])]).toEqual(naive);
        });
      }),
      { seed: 20261122 },
    );
  });

  it("gives an order in which every node comes after what it waits for", () => {
    fc.assert(
      fc.property(nodes, (graph) => {
        const ranks = depthFirstRanks(
          dependentsOf(graph.map(({ dependencies }) => dependencies)),
          Int32Array.from(graph, ({ dependencies }) => dependencies.length),
          {
            // Some are urgent, for no reason that the order of the graph knows.
            urgencies: Float64Array.from(graph, (_, index) => (index * 7) % 5),
            priorities: undefined,
          },
        );
        expect([...ranks].sort((a, b) => a - b)).toEqual(graph.map((_, index) => index));
        graph.forEach(({ dependencies }, index) => {
          for (const needed of dependencies) expect(ranks[needed]).toBeLessThan(ranks[index] as number);
        });
      }),
      { seed: 20261122 },
    );
  });
});
