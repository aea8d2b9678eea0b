import { describe, expect, it } from "vitest";
import { type ColumnsError, concat, dataset, datasetFromParts } from "../index.ts";

const four = (name: string, start: number, length = 3): Record<string, Float64Array> =>
  Object.fromEntries(
    ["e", "px", "py", "pz"].map((component, index) => [
      `${name}_${component}`,
      Float64Array.from({ length }, (_, row) => start + 10 * index + row),
    ]),
  );
const events = dataset(
  { ...four("a", 1), ...four("b", 100), angle: new Float32Array([0.1, 0.2, 0.3]), weight: [1, 2, 4] },
  { aliases: { ab: ["a", "b"] }, units: { a: "GeV", b: "GeV", angle: "rad" } },
);
const thrown = (run: () => unknown): ColumnsError => {
  try {
    run();
  } catch (error) {
    return error as ColumnsError;
  }
  throw new Error("nothing was thrown");
};

describe("reading by name", () => {
  it("gives columns as they are kept, without a copy", () => {
    expect(events.column("a_px")).toBe(events.column("a_px"));
    expect(events.column("angle")).toBeInstanceOf(Float32Array);
    expect(events.column("a_px").buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("gives four-vectors, and sums of them under an alias or its components", () => {
    expect([...events.fourVector("a").pz]).toEqual([31, 32, 33]);
    expect([...events.fourVector("ab").e]).toEqual([101, 103, 105]);
    expect([...events.column("ab_px")]).toEqual([121, 123, 125]);
  });

  it("gives kernels float64 columns by name", () => {
    const columns = events.columns(["a_e", "angle", "ab_py"]);
    expect(columns.a_e).toBe(events.column("a_e"));
    expect([...(columns.angle ?? [])]).toEqual([0.1, 0.2, 0.3].map(Math.fround));
    expect(Object.keys(events.columns())).toEqual(events.names);
  });

  it("finds a component whose column is written in another case", () => {
    const odd = dataset({ X_E: [1], X_Px: [2], X_Py: [3], X_Pz: [4] });
    expect([...odd.fourVector("X").px]).toEqual([2]);
    expect([...odd.column("X_px")]).toEqual([2]);
    expect([...odd.column("X_Px")]).toEqual([2]);
  });

  it("knows what it can read", () => {
    const data = dataset({ a_E: [1], a_px: [0], a_py: [0], a_pz: [0], x: [1] }, { aliases: { sum: ["a"] } });
    const names = ["x", "a_E", "a_e", "sum_pz", "a", "sum", "y", "sum_PZ"];
    expect(names.filter((name) => data.has(name))).toEqual(["x", "a_E", "a_e", "sum_pz"]);
  });

  it("says what it does not know, what is near, and what is missing of a four-vector", () => {
    expect(thrown(() => events.column("angel_"))).toMatchObject({ code: "COLS-001" });
    expect(thrown(() => events.column("a_pt"))).toMatchObject({ code: "COLS-001", remedy: "Did you mean a_px?" });
    expect(thrown(() => events.fourVector("c"))).toMatchObject({ code: "COLS-001" });
    expect(thrown(() => dataset({ k_e: [1], k_px: [1] }).fourVector("k"))).toMatchObject({
      code: "COLS-002",
      context: { missing: ["k_py", "k_pz"] },
    });
  });

  it("knows units of columns, four-vectors and aliases", () => {
    expect(["a", "ab", "ab_e", "angle", "weight"].map((name) => events.unitOf(name))).toEqual([
      "GeV",
      "GeV",
      "GeV",
      "rad",
      undefined,
    ]);
    const mixed = dataset(
      { ...four("a", 1), ...four("b", 1) },
      { aliases: { ab: ["a", "b"] }, units: { a: "GeV", b: "MeV" } },
    );
    expect(thrown(() => mixed.unitOf("ab"))).toMatchObject({ code: "COLS-008" });
    const half = dataset({ ...four("a", 1), ...four("b", 1) }, { aliases: { ab: ["a", "b"] }, units: { a: "GeV" } });
    expect(thrown(() => half.unitOf("ab"))).toMatchObject({ code: "COLS-008" });
  });
});

describe("weights", () => {
  it("are the column, or 1 each", () => {
    expect([...events.weights()]).toEqual([1, 2, 4]);
    expect(events.sumOfWeights).toBe(7);
    const plain = dataset({ x: [5, 6] });
    expect([...plain.weights()]).toEqual([1, 1]);
    expect(plain.sumOfWeights).toBe(2);
  });

  it("are summed without losing digits", () => {
    const many = new Float64Array(10_001).fill(1e-16);
    many[0] = 1;
    // Exact: 1 + 10000e-16 = 1 + 1e-12, rounded once; a plain loop gives 1.
    expect(dataset({ weight: many }).sumOfWeights).toBe(1 + 1e-12);
  });
});

describe("what is not a table of numbers", () => {
  it.each([
    ["COLS-004", () => dataset({ a: [1, 2], b: [1] })],
    ["COLS-005", () => dataset({ a: ["1"] as unknown as number[] })],
    ["COLS-005", () => dataset({ a: new BigInt64Array(1) as unknown as Float64Array })],
    ["COLS-008", () => dataset({ a: [1] }, { units: { a: "parrots" } })],
    ["COLS-001", () => dataset({ a: [1] }, { units: { b: "GeV" } })],
    ["COLS-009", () => dataset({ a: [1] }, { requireWeight: true })],
  ])("is refused with %s", (code, make) => {
    expect(thrown(make)).toMatchObject({ name: "ColumnsError", code });
  });

  it("is refused for each column with values that are not finite, counted, the first rows named", () => {
    const bad = Float64Array.from({ length: 20 }, (_, row) => (row % 3 === 1 ? Number.NaN : row));
    const error = thrown(() =>
      dataset({ a: bad, b: new Float64Array(20), c: new Float64Array(20).fill(Number.POSITIVE_INFINITY, 19) }),
    );
    expect(error.code).toBe("COLS-006");
    expect(error.message).toBe(
      "a has 7 values that are not finite: rows 1, 4, 7, 10, 13 …, and 1 more columns have some",
    );
    expect(error.problems.map(({ message }) => message)).toEqual([
      "a has 7 values that are not finite: rows 1, 4, 7, 10, 13 …",
      "c has 1 value that is not finite: row 19",
    ]);
    expect(dataset({ a: bad }, { nonFinite: "allow" }).length).toBe(20);
  });
});

describe("memory", () => {
  it("is taken over where it is shared already, copied otherwise", () => {
    const shared = new Float64Array(new SharedArrayBuffer(16));
    const own = new Float64Array([1, 2]);
    const data = dataset({ shared, own });
    expect(data.column("shared")).toBe(shared);
    own[0] = 9;
    expect([...data.column("own")]).toEqual([1, 2]);
    expect(dataset({ own }, { precision: "float32" }).column("own")).toBeInstanceOf(Float32Array);
  });

  it("is shared with the data set that another thread makes of the parts", () => {
    const there = datasetFromParts(structuredClone(events.parts));
    expect(there.column("a_e").buffer).not.toBe(events.column("a_e").buffer);
    (there.column("a_e") as Float64Array)[0] = 77;
    expect(events.column("a_e")[0]).toBe(77);
    (there.column("a_e") as Float64Array)[0] = 1;
    expect(there.schema).toEqual(events.schema);
    expect(there.unitOf("ab")).toBe("GeV");
  });

  it("is shared by a slice and by what keeps its columns", () => {
    expect(events.slice(1).column("a_e").buffer).toBe(events.column("a_e").buffer);
    expect(events.withColumn("x", [1, 2, 3]).column("a_e")).toBe(events.column("a_e"));
    expect(events.bootstrap(1).column("a_e")).toBe(events.column("a_e"));
  });

  it("is ordinary memory in a page that has no shared memory", () => {
    const kept = globalThis.SharedArrayBuffer;
    Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
    try {
      const own = new Float64Array([1, 2]);
      const data = dataset({ own, list: [3, 4] });
      expect(data.column("own")).toBe(own);
      expect(data.column("list").buffer).toBeInstanceOf(ArrayBuffer);
      expect([...data.select(["list"], (value) => value > 3).column("own")]).toEqual([2]);
    } finally {
      globalThis.SharedArrayBuffer = kept;
    }
  });
});

describe("choosing rows", () => {
  it("keeps what a mask or a test over columns keeps", () => {
    expect([...events.select([1, 0, 1]).column("a_e")]).toEqual([1, 3]);
    expect([...events.select([false, true, false]).weights()]).toEqual([2]);
    expect([
      ...events.select(["ab_e", "weight"], (energy, weight) => energy > 101 && weight < 4).column("a_e"),
    ]).toEqual([2]);
    expect(events.select(["angle"], () => false).length).toBe(0);
    expect(thrown(() => events.select([true]))).toMatchObject({ code: "COLS-010" });
  });

  it("takes and slices", () => {
    expect([...events.take([2, 0, 2]).weights()]).toEqual([4, 1, 4]);
    expect([...events.slice(-2).weights()]).toEqual([2, 4]);
    expect([...events.slice(0, 99).weights()]).toEqual([1, 2, 4]);
    expect(events.slice(2, 1).length).toBe(0);
    for (const rows of [[3], [-1], [0.5]]) expect(thrown(() => events.take(rows))).toMatchObject({ code: "COLS-010" });
    expect(thrown(() => events.slice(0.5))).toMatchObject({ code: "COLS-010" });
    expect(events.take([0]).unitOf("a")).toBe("GeV");
  });
});

describe("changing columns", () => {
  it("adds, replaces and weighs, and leaves the original alone", () => {
    const more = events
      .withColumn("mass", [1, 2, 3], { unit: "GeV" })
      .withFourVector("c", { e: [1, 1, 1], px: [2, 2, 2], py: [3, 3, 3], pz: [4, 4, 4] });
    expect([...more.fourVector("c").py]).toEqual([3, 3, 3]);
    expect(more.unitOf("mass")).toBe("GeV");
    expect(events.names).not.toContain("mass");
    expect(thrown(() => events.withColumn("angle", [1, 2, 3]))).toMatchObject({ code: "COLS-003" });
    expect([...events.withColumn("angle", [1, 2, 3], { replace: true }).column("angle")]).toEqual([1, 2, 3]);
    expect(events.withColumn("angle", [1, 2, 3], { replace: true }).unitOf("angle")).toBeUndefined();
    expect(events.withColumn("weight", [1, 1, 1], { replace: true }).sumOfWeights).toBe(3);
    expect(thrown(() => events.withColumn("x", [1]))).toMatchObject({ code: "COLS-004" });
    expect(thrown(() => events.withColumn("x", [1, Number.NaN, 2]))).toMatchObject({ code: "COLS-006" });
    expect(dataset({}).withColumn("x", [1, 2]).length).toBe(2);
  });

  it("renames columns, four-vectors and aliases, also crosswise", () => {
    const renamed = events.rename({ a: "b", b: "a", ab: "both", angle: "phi", weight: "w" });
    expect([...renamed.fourVector("b").e]).toEqual([1, 2, 3]);
    expect([...renamed.fourVector("both").e]).toEqual([101, 103, 105]);
    expect(renamed.schema.weight).toBe("w");
    expect(renamed.unitOf("phi")).toBe("rad");
    expect(thrown(() => events.rename({ angle: "a_e" }))).toMatchObject({ code: "COLS-003" });
    expect(thrown(() => events.rename({ angel: "x" }))).toMatchObject({ code: "COLS-001" });
  });

  it("picks columns by meaning, with the weight", () => {
    expect(events.pick(["angle"]).names).toEqual(["angle", "weight"]);
    expect(events.pick(["ab"]).fourVector("ab").e.length).toBe(3);
    expect([...events.pick(["a"]).schema.aliases]).toEqual([]);
    expect(thrown(() => events.pick(["c"]))).toMatchObject({ code: "COLS-001" });
  });

  it("gives aliases", () => {
    expect([
      ...dataset(four("a", 1))
        .withAliases({ x: ["a"] })
        .fourVector("x").e,
    ]).toEqual([1, 2, 3]);
    expect(thrown(() => events.withAliases({ x: ["c"] }))).toMatchObject({ code: "COLS-007" });
  });
});

describe("concat", () => {
  it("puts rows end to end, with weight 1 where there was none", () => {
    const joined = dataset({ x: [1, 2] }).concat(dataset({ x: [3], weight: [5] }));
    expect([...joined.column("x")]).toEqual([1, 2, 3]);
    expect([...joined.weights()]).toEqual([1, 1, 5]);
    expect(concat([events.slice(0, 1), events.slice(1)]).parts).toEqual(events.parts);
  });

  it("keeps float32 only where all have it", () => {
    const narrow = dataset({ x: new Float32Array([1]) });
    expect(concat([narrow, narrow]).column("x")).toBeInstanceOf(Float32Array);
    expect(concat([narrow, dataset({ x: [0.1] })]).column("x")).toEqual(new Float64Array([1, 0.1]));
  });

  it("refuses what does not fit", () => {
    expect(thrown(() => concat([]))).toMatchObject({ code: "COLS-012" });
    const error = thrown(() => concat([dataset({ x: [1], y: [1] }), dataset({ x: [1], z: [1] })]));
    expect(error).toMatchObject({
      code: "COLS-012",
      message: "Data set 1 (counted from 0) has other columns than the first: y; it has z",
    });
    expect(
      thrown(() =>
        concat([dataset({ x: [1] }, { units: { x: "GeV" } }), dataset({ x: [1] }, { units: { x: "MeV" } })]),
      ),
    ).toMatchObject({ code: "COLS-012" });
  });
});

describe("an empty data set", () => {
  it("has no events and no weight", () => {
    const empty = dataset({ x: [], weight: [] });
    expect([empty.length, empty.sumOfWeights]).toEqual([0, 0]);
    expect(empty.bootstrap(1).length).toBe(0);
    expect(empty.bootstrap(1, { scheme: "multinomial" }).length).toBe(0);
    expect(empty.binBy("x", [0, 1]).map(({ events: inside }) => inside.length)).toEqual([0]);
  });
});
