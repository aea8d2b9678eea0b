import { describe, expect, it } from "vitest";
import * as door from "../index.ts";
import { parseUnit } from "../unit/parse-unit.ts";
import * as named from "./named-units.ts";
import { unitOf } from "./schema.ts";

describe("named units", () => {
  const units = Object.entries(named);

  it.each(units)("%s is a readable unit, a schema and a value", (_, unit) => {
    expect(parseUnit(unit.symbol).text).toBe(unit.symbol);
    expect(unitOf(unit())).toBe(unit.symbol);
    expect((unit as door.Unit<string>)(2.5)).toBe(2.5);
  });

  it("have one name per unit", () => {
    expect(new Set(units.map(([, unit]) => unit.symbol)).size).toBe(units.length);
  });

  it("are all exported", () => {
    expect(door).toMatchObject(named);
  });
});
