import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnitError } from "../errors.ts";
import { areCompatibleUnits, areSameUnits, convert } from "./convert.ts";
import {
  amplitudeRatioFromDecibel,
  barFromPascals,
  celsiusFromKelvin,
  dbmFromWatts,
  decibelFromRatio,
  hertzFromMetres,
  kelvinFromCelsius,
  kilometresFromMetres,
  metresFromHertz,
  metresFromKilometres,
  pascalsFromBar,
  perKilometreFromDecibel,
  ratioFromDecibel,
  ratioFromPercent,
  wattsFromDbm,
} from "./named.ts";

describe("convert", () => {
  it.each([
    [80, "km", "m", 80_000],
    [1550, "nm", "m", 1550e-9],
    [0.2, "dB/km", "dB/m", 0.2e-3],
    [17, "ps/(nm km)", "s/m^2", 17e-6],
    [-21.7, "ps^2/km", "s^2/m", -21.7e-27],
    [1.3, "1/(W km)", "1/(W m)", 1.3e-3],
    [1, "GeV", "MeV", 1000],
    [1, "GeV", "J", 1.602176634e-10],
    [25, "degC", "K", 298.15],
    [2, "bar", "kPa", 200],
    [1.2, "g/cm^3", "kg/m3", 1200],
    [90, "min", "h", 1.5],
    [5, "%", "1", 0.05],
    [7, "phr", "%", 7],
    [0, "dBm", "mW", 1],
    [1, "mW", "dBm", 0],
    [30, "dBm", "dBW", 0],
    [180, "deg", "rad", Math.PI],
    [2, "kB", "bit", 16_000],
  ])("%d %s is the float64 that people write in %s", (value, from, to, expected) => {
    expect(convert(value, from, to)).toBe(expected);
  });

  it.each([
    [77, "degF", "degC", 25],
    [-40, "°F", "°C", -40],
    [25, "degC", "degF", 77],
    [0, "K", "degF", -459.67],
  ])("%d %s is %s, %d, within the rounding of an absolute temperature", (value, from, to, expected) => {
    // three roundings of some 500 degrees, 5.7e-14 each
    expect(Math.abs(convert(value, from, to) - expected)).toBeLessThan(2e-13);
  });

  it("keeps the value between spellings of one unit", () => {
    expect(convert(0.1, "kg/m³", "kg m^-3")).toBe(0.1);
    expect(convert(0.1, "degC", "°C")).toBe(0.1);
  });

  it("returns after a round trip to a few units in the last place", () => {
    const pairs = [
      ["ps/sqrt(km)", "s/sqrt(m)"],
      ["nm", "km"],
      ["h", "ms"],
      ["psi", "bar"],
      ["eV", "J"],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.double({ min: 1e-9, max: 1e9, noNaN: true }), ([a, b], value) => {
        // Four roundings in all, each of 2^-53.
        expect(Math.abs(convert(convert(value, a, b), b, a) / value - 1)).toBeLessThanOrEqual(4 * 2 ** -53);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it.each([
    ["W", "km", "W is power (kg m^2/s^3), but km is length (m)"],
    ["Hz", "rad/s", "Hz is frequency (1/s), but rad/s is rad/s"],
    ["dB/km", "dB", "dB/km is attenuation (dB/m), but dB is level (dB)"],
  ])("refuses %s as %s and names both dimensions", (from, to, message) => {
    expect(() => convert(1, from, to)).toThrow(expect.objectContaining({ code: "UNIT-002", message }));
  });

  it("never turns a level into a ratio", () => {
    expect(() => convert(3, "dB", "1")).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("ratioFromDecibel") }),
    );
  });

  it("refuses the level of no power", () => {
    expect(() => convert(0, "W", "dBm")).toThrow(expect.objectContaining({ code: "UNIT-006" }));
  });
});

describe("comparison of units", () => {
  it("sees one unit in two spellings", () => {
    expect([
      areSameUnits("1/s", "Hz"),
      areSameUnits("km", "m"),
      areSameUnits("degC", "K"),
      areSameUnits("dBm", "mW"),
    ]).toEqual([true, false, false, false]);
    expect([areCompatibleUnits("km", "nm"), areCompatibleUnits("dBm", "W"), areCompatibleUnits("dB", "1")]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("named conversions", () => {
  it("hold the values that everybody knows", () => {
    expect([wattsFromDbm(0), wattsFromDbm(30), wattsFromDbm(-30), dbmFromWatts(1), dbmFromWatts(1e-3)]).toEqual([
      1e-3, 1, 1e-6, 30, 0,
    ]);
    expect([ratioFromDecibel(10), ratioFromDecibel(3), decibelFromRatio(2), amplitudeRatioFromDecibel(20)]).toEqual([
      10, 1.9952623149688795, 3.010299956639812, 10,
    ]);
    expect([kelvinFromCelsius(25), celsiusFromKelvin(273.15), pascalsFromBar(1.5), barFromPascals(2e5)]).toEqual([
      298.15, 0, 1.5e5, 2,
    ]);
    expect([ratioFromPercent(5), metresFromKilometres(80), kilometresFromMetres(2000)]).toEqual([0.05, 80_000, 2]);
    // 193.1 THz is 1552.524 nm in every WDM table; half of its last digit.
    expect(Math.abs(metresFromHertz(193.1e12) - 1552.524e-9)).toBeLessThan(0.5e-12);
    expect(hertzFromMetres(metresFromHertz(193.1e12))).toBe(193.1e12);
    // 0.2 dB/km is 0.046052/km (ln 10 / 50).
    expect(perKilometreFromDecibel(0.2)).toBeCloseTo(Math.LN10 / 50, 16);
  });

  it("give minus infinity for no power and refuse a negative one", () => {
    expect([dbmFromWatts(0), decibelFromRatio(0)]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(() => decibelFromRatio(-1)).toThrow(UnitError);
    expect(() => dbmFromWatts(-1)).toThrow("A power of -1 W has no level");
  });
});
