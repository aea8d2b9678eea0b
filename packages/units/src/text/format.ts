/** From a number and a unit to text that `parseQuantity` reads back. */
import { UnitError } from "../errors.ts";

/** How a quantity is written. */
export interface FormatOptions {
  /** Significant digits, 1 to 21; without it the shortest text that gives the same float64 back. */
  readonly significantDigits?: number;
}

/**
 * A number and its unit: `format(27.3891, "dB", { significantDigits: 3 })` is `27.4 dB`. Decimal point in every locale, no
 * grouping, an exponent below 1e-5 and from 1e21 up. The unit is printed as given; pure numbers (`1`) stand alone.
 *
 * @throws UnitError UNIT-008 when `significantDigits` is not a whole number from 1 to 21.
 */
export function format(value: number, unit: string, { significantDigits }: FormatOptions = {}): string {
  const digits = significantDigits === undefined ? shortest(value) : rounded(value, significantDigits);
  return unit === "1" || unit === "" ? digits : `${digits} ${unit}`;
}

function shortest(value: number): string {
  return String(value).replace("e+", "e");
}

function rounded(value: number, significantDigits: number): string {
  if (!Number.isInteger(significantDigits) || significantDigits < 1 || significantDigits > 21) {
    throw new UnitError({
      code: "UNIT-008",
      message: `significantDigits is ${significantDigits}`,
      remedy: "Give a whole number from 1 to 21.",
      context: { significantDigits },
    });
  }
  const text = value.toPrecision(significantDigits);
  // toPrecision(3) writes 123456 as 1.23e+5; up to 1e21 people expect 123000.
  const isLarge = /e\+/.test(text) && Math.abs(value) < 1e21;
  return isLarge ? String(Number(text)) : text.replace("e+", "e");
}
