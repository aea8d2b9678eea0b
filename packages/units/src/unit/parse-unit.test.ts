import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areEqualDimensions, baseUnitText, dimensionOf } from "../dimension/dimension.ts";
import { UnitError } from "../errors.ts";
import { parseUnit } from "./parse-unit.ts";
import { lookUpSymbol } from "./symbol.ts";
import { PREFIX_TENS, UNIT_TABLE } from "./table.ts";

function refusal(text: string): UnitError {
  try {
    parseUnit(text);
  } catch (error) {
    if (error instanceof UnitError) return error;
  }
  throw new Error(`"${text}" was not refused with a UnitError`);
}

describe("parseUnit", () => {
  it.each([
    ["W", "kg m^2/s^3", 0],
    ["sqrt(W)", "kg^(1/2) m/s^(3/2)", 0],
    ["1/(W m)", "s^3/(kg m^3)", 0],
    ["ps/(nm km)", "s/m^2", -6],
    ["s^2/m", "s^2/m", 0],
    ["dB/km", "dB/m", -3],
    ["GHz", "1/s", 9],
    ["ps/sqrt(km)", "s/m^(1/2)", -13.5],
    ["J/(kg K)", "m^2/(s^2 K)", 0],
    ["GBd", "1/s", 9],
    ["1", "1", 0],
    ["1/m/m", "1/m^2", 0],
    ["m ** 2", "m^2", 0],
    ["kg*m·s⋅A", "kg m s A", 0],
  ])("reads %s", (text, bases, tens) => {
    const unit = parseUnit(text);
    expect(baseUnitText(unit.dimension)).toBe(bases);
    expect([unit.mantissa, unit.tens, unit.scale.kind]).toEqual([1, tens, "linear"]);
  });

  it.each([
    ["kg/m^3", ["kg/m³", "kg/m3", "kg m^-3", "kg m⁻³", " kg / m ^ 3 ", "kg/(m m m)"]],
    ["um", ["µm", "μm"]],
    ["ps/sqrt(km)", ["ps/√km", "ps km^(-1/2)", "ps km^-0.5", "ps/km^(1/2)"]],
    ["L", ["l", "dm^3", "dm³"]],
    ["ohm", ["Ω", "V/A"]],
    ["GeV^-1", ["1/GeV", "GeV⁻¹"]],
  ])("reads %s in its other spellings", (text, spellings) => {
    const { text: _, ...meaning } = parseUnit(text);
    for (const spelling of spellings) expect(parseUnit(spelling)).toMatchObject(meaning);
  });

  it("takes the table before prefixes, so min is a minute and cd a candela", () => {
    expect(parseUnit("min").mantissa).toBe(60);
    expect(parseUnit("cd").dimension).toEqual(dimensionOf({ cd: 1 }));
    expect(parseUnit("dB").dimension).toEqual(dimensionOf({ dB: 1 }));
    expect(parseUnit("Pa").tens).toBe(0);
  });

  it("gives every symbol of the table and every prefix one meaning", () => {
    const meanings = new Map<string, string>();
    for (const entry of UNIT_TABLE) {
      for (const prefix of entry.takesPrefix ? PREFIX_TENS.keys() : []) {
        const symbol = prefix + entry.symbol;
        const isInTable = UNIT_TABLE.some((other) => other.symbol === symbol);
        if (isInTable) continue;
        expect(meanings.get(symbol) ?? entry.name, symbol).toBe(entry.name);
        meanings.set(symbol, entry.name);
        expect(lookUpSymbol(symbol)?.dimension, symbol).toEqual(entry.dimension);
      }
    }
  });

  it.each([
    ["Ghz", "GHz"],
    ["kms", "km"],
    ["meters", "m"],
    ["watt", "W"],
    ["celsius", "degC"],
    ["mhz", "MHz"],
  ])("suggests a unit for %s", (text, suggestion) => {
    expect(refusal(text)).toMatchObject({ code: "UNIT-001", context: { suggestion } });
  });

  it("names the unknown symbol and the whole unit", () => {
    expect(refusal("J/(kgs K)").message).toBe('Unknown unit "kgs" in "J/(kgs K)"');
    expect(refusal("qqqqqq").remedy).toBe("Use an SI symbol, such as km, GHz or J/(kg K).");
  });

  it("underlines where the text cannot be read", () => {
    expect(refusal("ps/nm km")).toMatchObject({
      code: "UNIT-003",
      message: "Unit is ambiguous here\n  ps/nm km\n        ^",
      remedy: "Put the factors after / in parentheses, as in ps/(nm km).",
    });
  });

  it.each([
    ["", 0],
    ["10 m", 1],
    ["(m", 2],
    ["m)", 1],
    ["m^", 2],
    ["m^(1/5)", 1],
    ["m^99", 1],
    ["m //s", 3],
    ["m^1/2", 4],
    ["*m", 0],
  ])("refuses %j at position %i", (text, position) => {
    expect(refusal(text)).toMatchObject({ code: "UNIT-003", context: { position } });
  });

  it("refuses text too long to be a unit before it reads it", () => {
    expect(refusal("(".repeat(100_000)).code).toBe("UNIT-003");
  });

  it.each(["dBm/nm", "J/degC", "degC^2", "sqrt(dBm)", "1/°C"])("refuses the scale inside %s", (text) => {
    expect(refusal(text).code).toBe("UNIT-005");
  });

  it("reads back the base units of every dimension", () => {
    const exponent = fc.integer({ min: -36, max: 36 });
    fc.assert(
      fc.property(fc.array(exponent, { minLength: 10, maxLength: 10 }), (dimension) => {
        const text = baseUnitText(dimension);
        fc.pre(text.length <= 120);
        return areEqualDimensions(parseUnit(text).dimension, dimension);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("fails on any text only with a UnitError", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."kmgsWdB1/( )^*√²⁻-0.3µ°".split("")), maxLength: 14 }),
        (text) => {
          try {
            return Number.isFinite(parseUnit(text).tens);
          } catch (error) {
            return error instanceof UnitError;
          }
        },
      ),
      { seed: 2, numRuns: 2000 },
    );
  });
});
