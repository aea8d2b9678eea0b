/**
 * The units Simloom knows, as data. A unit is `mantissa * 10^tens` coherent SI units: the power of ten is kept apart, so a
 * conversion between nm and m divides by an exact 1e9 and rounds once.
 *
 * Sources: BIPM, The International System of Units, 9th ed. (2019), tables 2, 4, 7 and 8; CODATA 2018 for eV and b.
 */
import { type BaseUnit, DIMENSIONLESS, type Dimension, dimensionOf } from "../dimension/dimension.ts";

/** How a number on a scale becomes a number of coherent units. */
export type UnitScale =
  /** value * mantissa * 10^tens */
  | { readonly kind: "linear" }
  /** (value + offset) * mantissa * 10^tens; only for temperatures */
  | { readonly kind: "affine"; readonly offset: number }
  /** 10^(value / 10) * mantissa * 10^tens; a power over a reference */
  | { readonly kind: "level" };

/** One row of the table. */
export interface UnitEntry {
  readonly symbol: string;
  /** English name, singular. */
  readonly name: string;
  readonly dimension: Dimension;
  readonly mantissa: number;
  readonly tens: number;
  readonly scale: UnitScale;
  readonly takesPrefix: boolean;
}

type Exponents = Readonly<Partial<Record<BaseUnit, number>>>;

const PRESSURE: Exponents = { kg: 1, m: -1, s: -2 };
const ENERGY: Exponents = { kg: 1, m: 2, s: -2 };
const POWER: Exponents = { kg: 1, m: 2, s: -3 };
const LINEAR: UnitScale = { kind: "linear" };

function prefixed(symbol: string, name: string, exponents: Exponents, mantissa = 1, tens = 0): UnitEntry {
  return { symbol, name, dimension: dimensionOf(exponents), mantissa, tens, scale: LINEAR, takesPrefix: true };
}

function plain(symbol: string, name: string, exponents: Exponents, mantissa = 1, tens = 0): UnitEntry {
  return { ...prefixed(symbol, name, exponents, mantissa, tens), takesPrefix: false };
}

function number(symbol: string, name: string, tens: number): UnitEntry {
  return { symbol, name, dimension: DIMENSIONLESS, mantissa: 1, tens, scale: LINEAR, takesPrefix: false };
}

function temperature(symbol: string, name: string, offset: number, kelvins = 1): UnitEntry {
  return { ...plain(symbol, name, { K: 1 }, kelvins), scale: { kind: "affine", offset } };
}

function powerLevel(symbol: string, name: string, tens: number): UnitEntry {
  return { ...plain(symbol, name, POWER, 1, tens), scale: { kind: "level" } };
}

export const UNIT_TABLE: readonly UnitEntry[] = [
  // SI bases
  prefixed("m", "metre", { m: 1 }),
  prefixed("g", "gram", { kg: 1 }, 1, -3),
  prefixed("s", "second", { s: 1 }),
  prefixed("A", "ampere", { A: 1 }),
  prefixed("K", "kelvin", { K: 1 }),
  prefixed("mol", "mole", { mol: 1 }),
  prefixed("cd", "candela", { cd: 1 }),

  // Angle, information, level
  prefixed("rad", "radian", { rad: 1 }),
  plain("deg", "degree of arc", { rad: 1 }, Math.PI / 180),
  plain("°", "degree of arc", { rad: 1 }, Math.PI / 180),
  prefixed("bit", "bit", { bit: 1 }),
  prefixed("B", "byte", { bit: 1 }, 8),
  plain("dB", "decibel", { dB: 1 }),
  plain("Np", "neper", { dB: 1 }, 8.685889638065037), // 20 / ln 10
  powerLevel("dBm", "decibel over a milliwatt", -3),
  powerLevel("dBW", "decibel over a watt", 0),

  // SI derived
  prefixed("Hz", "hertz", { s: -1 }),
  prefixed("Bd", "baud", { s: -1 }),
  prefixed("N", "newton", { kg: 1, m: 1, s: -2 }),
  prefixed("Pa", "pascal", PRESSURE),
  prefixed("J", "joule", ENERGY),
  prefixed("W", "watt", POWER),
  prefixed("C", "coulomb", { A: 1, s: 1 }),
  prefixed("V", "volt", { kg: 1, m: 2, s: -3, A: -1 }),
  prefixed("F", "farad", { kg: -1, m: -2, s: 4, A: 2 }),
  prefixed("ohm", "ohm", { kg: 1, m: 2, s: -3, A: -2 }),
  prefixed("Ω", "ohm", { kg: 1, m: 2, s: -3, A: -2 }),
  prefixed("S", "siemens", { kg: -1, m: -2, s: 3, A: 2 }),
  prefixed("Wb", "weber", { kg: 1, m: 2, s: -2, A: -1 }),
  prefixed("T", "tesla", { kg: 1, s: -2, A: -1 }),
  prefixed("H", "henry", { kg: 1, m: 2, s: -2, A: -2 }),

  // Accepted beside the SI
  prefixed("eV", "electronvolt", ENERGY, 1.602176634, -19),
  prefixed("b", "barn", { m: 2 }, 1, -28),
  prefixed("bar", "bar", PRESSURE, 1, 5),
  prefixed("L", "litre", { m: 3 }, 1, -3),
  prefixed("l", "litre", { m: 3 }, 1, -3),
  prefixed("P", "poise", { kg: 1, m: -1, s: -1 }, 1, -1),
  plain("t", "tonne", { kg: 1 }, 1, 3),
  plain("min", "minute", { s: 1 }, 60),
  plain("h", "hour", { s: 1 }, 3600),
  plain("d", "day", { s: 1 }, 86400),
  plain("atm", "standard atmosphere", PRESSURE, 101325),
  plain("mmHg", "millimetre of mercury", PRESSURE, 133.322387415),
  plain("psi", "pound-force per square inch", PRESSURE, 6894.757293168361),

  // Temperature scales
  temperature("degC", "degree Celsius", 273.15),
  temperature("°C", "degree Celsius", 273.15),
  temperature("℃", "degree Celsius", 273.15),
  temperature("degF", "degree Fahrenheit", 459.67, 5 / 9),
  temperature("°F", "degree Fahrenheit", 459.67, 5 / 9),

  // Pure numbers
  number("1", "one", 0),
  number("%", "percent", -2),
  number("percent", "percent", -2),
  number("‰", "per mille", -3),
  number("ppm", "part per million", -6),
  number("ppb", "part per billion", -9),
  number("phr", "part per hundred parts of resin", -2),
  number("pbw", "part by weight per hundred parts of polyol", -2),
];

/** SI prefixes with their powers of ten; micro is read in its three spellings. */
export const PREFIX_TENS: ReadonlyMap<string, number> = new Map([
  ["Q", 30],
  ["R", 27],
  ["Y", 24],
  ["Z", 21],
  ["E", 18],
  ["P", 15],
  ["T", 12],
  ["G", 9],
  ["M", 6],
  ["k", 3],
  ["h", 2],
  ["da", 1],
  ["d", -1],
  ["c", -2],
  ["m", -3],
  ["µ", -6],
  ["μ", -6],
  ["u", -6],
  ["n", -9],
  ["p", -12],
  ["f", -15],
  ["a", -18],
  ["z", -21],
  ["y", -24],
  ["r", -27],
  ["q", -30],
]);
