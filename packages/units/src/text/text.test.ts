import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format } from "./format.ts";
import { parseQuantity, parseQuantityIn } from "./parse-quantity.ts";

describe("parseQuantity", () => {
  it.each([
    ["80 km", 80, "km"],
    ["-3dBm", -3, "dBm"],
    ["−3 dBm", -3, "dBm"],
    [" 1.5e-9 s ", 1.5e-9, "s"],
    [".5 m", 0.5, "m"],
    ["25 °C", 25, "°C"],
    ["1.3 1/(W km)", 1.3, "1/(W km)"],
    ["5%", 5, "%"],
    ["0.8", 0.8, "1"],
  ])("reads %s", (text, value, unit) => {
    expect(parseQuantity(text)).toEqual({ value, unit });
  });

  it.each([
    ["", 0],
    ["km", 0],
    ["1e999 m", 0],
    ["NaN m", 0],
    ["80,5 km", 2],
    ["1_000 m", 1],
    ["1 000 m", 2],
    ["1'000 m", 1],
  ])("refuses %j at position %i", (text, position) => {
    expect(() => parseQuantity(text)).toThrow(
      expect.objectContaining({ code: "UNIT-004", context: { text, position } }),
    );
  });

  it("underlines the place", () => {
    expect(() => parseQuantity("80,5 km")).toThrow("has a second number or a grouped one\n  80,5 km\n    ^");
  });

  it("refuses a quantity whose unit is unknown", () => {
    expect(() => parseQuantity("80 kms")).toThrow(expect.objectContaining({ code: "UNIT-001" }));
  });
});

describe("parseQuantityIn", () => {
  it("expresses the quantity in the unit wanted", () => {
    expect([parseQuantityIn("80 km", "m"), parseQuantityIn("50 %", "1"), parseQuantityIn("0.5", "1")]).toEqual([
      80_000, 0.5, 0.5,
    ]);
  });

  it("refuses a bare number where a unit is wanted", () => {
    expect(() => parseQuantityIn("80", "km")).toThrow("1 is pure number (1), but km is length (m)");
  });
});

describe("format", () => {
  it.each([
    [27.3891, "dB", 3, "27.4 dB"],
    [32, "dB", 3, "32.0 dB"],
    [123456, "Hz", 3, "123000 Hz"],
    [1.5e-7, "s", 2, "1.5e-7 s"],
    [0.05, "1", 1, "0.05"],
    [-0.0001234, "W", 2, "-0.00012 W"],
  ])("writes %d %s with %i digits", (value, unit, significantDigits, text) => {
    expect(format(value, unit, { significantDigits })).toBe(text);
  });

  it.each([0, 22, 1.5, Number.NaN])("refuses %d digits", (significantDigits) => {
    expect(() => format(1, "m", { significantDigits })).toThrow(expect.objectContaining({ code: "UNIT-008" }));
  });

  it("is read back to the same number and unit", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom("km", "1/(W m)", "degC", "1", "%"),
        (value, unit) => {
          expect(parseQuantity(format(value, unit))).toEqual({ value: value + 0, unit }); // String(-0) is "0"
        },
      ),
      { seed: 1, numRuns: 1000 },
    );
  });
});
