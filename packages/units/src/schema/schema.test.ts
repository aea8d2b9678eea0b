import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { UnitError } from "../errors.ts";
import type { Quantity } from "../quantity.ts";
import { celsius, type Decibel, dbm, decibel, hertz, kilometre, metre, type Watt, watt } from "./named-units.ts";
import { findUnit, quantity, unitOf } from "./schema.ts";

const amplifier = z.strictObject({
  gainDb: decibel().default(16),
  noiseFigureDb: decibel().min(3).default(5),
  carrierHz: hertz().default(193.4e12),
});

describe("quantity schemas", () => {
  it("take plain literals and give branded numbers", () => {
    const config = amplifier.parse({ gainDb: 20 });
    expect(config).toEqual({ gainDb: 20, noiseFigureDb: 5, carrierHz: 193.4e12 });
    expectTypeOf(config.gainDb).toEqualTypeOf<Decibel>();
    expectTypeOf<z.output<typeof amplifier>["carrierHz"]>().toEqualTypeOf<Quantity<"Hz">>();
    expectTypeOf<20>().toExtend<z.input<typeof amplifier>["gainDb"]>();
    expectTypeOf<number>().toExtend<z.input<typeof amplifier>["gainDb"]>();
  });

  it("refuse at compile time a number branded with another unit", () => {
    type Input = z.input<typeof amplifier>;
    const ok: Input = { gainDb: decibel(3), carrierHz: "193.4 THz" };
    // @ts-expect-error a length is no gain
    const wrong: Input = { gainDb: kilometre(3) };
    // @ts-expect-error a length is no bound of a gain
    const bound = decibel().min(kilometre(3));
    // @ts-expect-error a frequency is no default of a gain
    const fallback = decibel().default(hertz(3));
    expect([ok, wrong, bound, fallback]).toHaveLength(4);
  });

  it("convert text with a unit into the unit of the field", () => {
    expect(metre().parse("80 km")).toBe(80_000);
    expect(hertz().parse("32 GHz")).toBe(32e9);
    expect(dbm().parse("1 mW")).toBe(0);
    expect(celsius().parse("25 °C")).toBe(25);
    expect(quantity("kg/m^3").parse("1.2 g/cm3")).toBe(1200);
  });

  it("check bounds after conversion", () => {
    expect(kilometre().min(1).safeParse("500 m").success).toBe(false);
    expect(kilometre().min(1).safeParse("1500 m").data).toBe(1.5);
    expect(metre().int().safeParse("1.5 m").success).toBe(false);
  });

  it("refuse text of another dimension, with the code and the remedy", () => {
    const { error } = z.strictObject({ lengthKm: kilometre() }).safeParse({ lengthKm: "3 dB" });
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]).toMatchObject({
      code: "custom",
      path: ["lengthKm"],
      params: { code: "UNIT-002", unit: "km" },
    });
    expect(error?.issues[0]?.message).toContain("dB is level (dB), but km is length (m)");
  });

  it.each([["80"], ["km"], [""], [null], [true], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    "refuse %j for a length",
    (input) => {
      expect(kilometre().safeParse(input).success).toBe(false);
    },
  );

  it("carry the unit in meta, JSON Schema and unitOf, through every wrapper", () => {
    expect(decibel().min(3).meta()).toEqual({ unit: "dB" });
    expect(decibel().describe("gain").meta()).toEqual({ unit: "dB", description: "gain" });
    const { gainDb, noiseFigureDb } = amplifier.shape;
    expect(
      [gainDb, noiseFigureDb, metre().optional(), metre().nullable().readonly(), metre().array()].map(unitOf),
    ).toEqual(["dB", "dB", "m", "m", "m"]);
    expect(
      unitOf(
        watt()
          .transform((powerW) => powerW * 2)
          .pipe(z.number().meta({ unit: "mW" })),
      ),
    ).toBe("mW");
    expect(z.toJSONSchema(amplifier).properties).toMatchObject({
      noiseFigureDb: { type: "number", minimum: 3, default: 5, unit: "dB" },
    });
    expect(z.toJSONSchema(amplifier, { io: "input" }).properties).toMatchObject({
      noiseFigureDb: { type: ["number", "string"], minimum: 3, default: 5, unit: "dB" },
    });
  });

  it("say when a schema has no unit", () => {
    expect(findUnit(z.number())).toBeUndefined();
    expect(() => unitOf(z.string())).toThrow(UnitError);
    expect(() => unitOf(z.string())).toThrow("type string carries no unit");
  });

  it("refuse an unknown unit when the schema is made", () => {
    expect(() => quantity("parsec")).toThrow('Unknown unit "parsec"');
  });
});

describe("quantities", () => {
  const lossDb = (lengthKm: Quantity<"km">): Decibel => decibel(0.2 * lengthKm);

  it("of one unit do not compile where another is wanted", () => {
    expect(lossDb(kilometre(80))).toBe(16);
    // @ts-expect-error metres are not kilometres
    expect(lossDb(metre(80))).toBe(16);
    // @ts-expect-error neither is a level
    expect(lossDb(decibel(80))).toBe(16);
    // @ts-expect-error a plain number says no unit
    expect(lossDb(80)).toBe(16);
    // @ts-expect-error a quantity is not rebranded by accident
    expect(watt(decibel(3))).toBe(3);
  });

  it("are numbers in arithmetic", () => {
    const sum = watt(1) + watt(2);
    expectTypeOf(sum).toEqualTypeOf<number>();
    const power: Watt = watt(sum);
    expect(power).toBe(3);
  });
});
