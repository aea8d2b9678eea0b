import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { topologicalOrder } from "./order.ts";

/** Orders a graph given as `node: what it waits for`. */
function order(edges: Readonly<Record<string, readonly string[]>>): readonly string[] | undefined {
  const ids = Object.keys(edges);
  const { order } = topologicalOrder({
    ids,
    dependencies: ids.map((id) => (edges[id] as readonly string[]).map((one) => ids.indexOf(one))),
  });
  return order?.map((index) => ids[index] as string);
}

describe("topologicalOrder", () => {
  it("puts a diamond's source first and its sink last", () => {
    expect(order({ d: ["b", "c"], c: ["a"], b: ["a"], a: [] })).toEqual(["a", "b", "c", "d"]);
  });

  it("orders a, then b, where b waits for a", () => {
    expect(order({ b: ["a"], a: [] })).toEqual(["a", "b"]);
  });

  it("orders nothing as nothing", () => {
    expect(order({})).toEqual([]);
  });

  it("counts a dependency that is listed twice once", () => {
    expect(order({ b: ["a", "a"], a: [] })).toEqual(["a", "b"]);
  });

  it("D-15: depends on ids and edges, not on the order of listing", () => {
    const shuffled = fc
      .uniqueArray(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 })
      .chain((ids) =>
        fc.tuple(
          fc.constant(ids),
          fc.array(fc.tuple(fc.nat(ids.length - 1), fc.nat(ids.length - 1)), { maxLength: 20 }),
          fc.shuffledSubarray(ids, { minLength: ids.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([ids, pairs, listing]) => {
        const edges = new Map(ids.map((id) => [id, new Set<string>()]));
        for (const [a, b] of pairs) if (a < b) edges.get(ids[b] as string)?.add(ids[a] as string);
        const list = (names: readonly string[]): readonly string[] => {
          const dependencies = names.map((id) => [...(edges.get(id) as Set<string>)].map((one) => names.indexOf(one)));
          return (topologicalOrder({ ids: names, dependencies }).order ?? []).map((index) => names[index] as string);
        };
        const one = list(ids);
        expect(list(listing)).toEqual(one);
        const position = new Map(one.map((id, at) => [id, at]));
        for (const [id, needs] of edges)
          for (const need of needs) expect(position.get(need)).toBeLessThan(position.get(id) as number);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it("names the nodes of a circle in the order of the wires", () => {
    const dependencies = [[2], [0], [1], [1], []];
    expect(topologicalOrder({ ids: ["a", "b", "c", "behind", "free"], dependencies }).cycle).toEqual([
      "a",
      "b",
      "c",
      "a",
    ]);
    expect(topologicalOrder({ ids: ["self"], dependencies: [[0]] }).cycle).toEqual(["self", "self"]);
  });

  it("orders 100,000 nodes in well under a second, deep or wide", () => {
    const count = 100_000;
    const ids = Array.from({ length: count }, (_, index) => `n${index}`);
    const chain = ids.map((_, index) => (index === 0 ? [] : [index - 1]));
    const star = ids.map((_, index) => (index === 0 ? [] : [0]));
    for (const dependencies of [chain, star]) {
      const startedMs = performance.now();
      expect(topologicalOrder({ ids, dependencies }).order).toHaveLength(count);
      // About 0.1 s on a quiet machine; ten times that when every core is shared.
      expect(performance.now() - startedMs).toBeLessThan(1000);
    }
  });
});
