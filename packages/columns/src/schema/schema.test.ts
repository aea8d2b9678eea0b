import { describe, expect, it } from "vitest";
import { inferSchema } from "./schema.ts";

const beam = ["beam_e", "beam_px", "beam_py", "beam_pz"];
const code = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe("inferSchema", () => {
  it("finds four-vectors, scalars and the weight, whatever the order of the columns", () => {
    const names = ["weight", "phi", ...beam, "angle"];
    const schema = inferSchema(names);
    expect([...schema.fourVectors]).toEqual([["beam", { e: "beam_e", px: "beam_px", py: "beam_py", pz: "beam_pz" }]]);
    expect(schema.scalars).toEqual(["angle", "phi"]);
    expect(schema.weight).toBe("weight");
    expect(inferSchema(names.reverse())).toEqual(schema);
  });

  it("takes names with underscores apart at the last one", () => {
    expect([
      ...inferSchema(["k_short_1_e", "k_short_1_px", "k_short_1_py", "k_short_1_pz"]).fourVectors.keys(),
    ]).toEqual(["k_short_1"]);
  });

  it("lets suffixes in other cases stand in for components that are not there in lower case", () => {
    expect(inferSchema(["X_E", "X_Px", "X_PY", "X_pz"]).fourVectors.get("X")).toEqual({
      e: "X_E",
      px: "X_Px",
      py: "X_PY",
      pz: "X_pz",
    });
    const both = inferSchema([...beam, "beam_E"]);
    expect(both.fourVectors.get("beam")?.e).toBe("beam_e");
    expect(both.scalars).toEqual(["beam_E"]);
    expect(inferSchema(["a_E", "a_PX", "a_Px", "a_py", "a_pz"]).fourVectors.size).toBe(0);
  });

  it("keeps components without partners as scalars, or refuses them", () => {
    expect(inferSchema(["a_px", "a_e", ...beam]).scalars).toEqual(["a_e", "a_px"]);
    expect(code(() => inferSchema(["a_px", "a_e"], { incomplete: "error" }))).toMatchObject({
      code: "COLS-002",
      message: "The four-vector a lacks a_py, a_pz",
      remedy: "Add the missing columns, or use a_e, a_px as scalars.",
    });
  });

  it("has one name space for columns, four-vectors and aliases", () => {
    expect(code(() => inferSchema(["a", "b", "a"]))).toMatchObject({
      code: "COLS-003",
      message: "a would name two columns",
    });
    expect(code(() => inferSchema([...beam, "beam"]))).toMatchObject({ code: "COLS-003" });
    expect(code(() => inferSchema([...beam, "x"], { aliases: { x: ["beam"] } }))).toMatchObject({ code: "COLS-003" });
    expect(code(() => inferSchema([...beam, "x_px"], { aliases: { x: ["beam"] } }))).toMatchObject({
      code: "COLS-003",
    });
    expect(code(() => inferSchema([""]))).toMatchObject({ code: "COLS-003" });
  });

  it("lets aliases stand for different four-vectors that are there", () => {
    expect(code(() => inferSchema(beam, { aliases: { x: ["beem"] } }))).toMatchObject({
      code: "COLS-007",
      remedy: "Did you mean beam?",
    });
    for (const members of [[], ["beam", "beam"]])
      expect(code(() => inferSchema(beam, { aliases: { x: members } }))).toMatchObject({ code: "COLS-007" });
  });

  it("knows the weight by any name, and can insist on it", () => {
    expect(inferSchema(["w", "a"], { weight: "w" })).toMatchObject({ weight: "w", scalars: ["a"] });
    expect(code(() => inferSchema(["wieght"], { requireWeight: true }))).toMatchObject({
      code: "COLS-009",
      remedy: "Did you mean wieght?",
    });
  });
});
