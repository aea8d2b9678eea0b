/** Conversion between any two units of one dimension. */
import { commonLogarithm, powerOfTen } from "../decimal/decimal.ts";
import { areEqualDimensions, describeDimension } from "../dimension/dimension.ts";
import { UnitError } from "../errors.ts";
import { type ParsedUnit, parseUnit } from "../unit/parse-unit.ts";

/**
 * The number of `to` that equals `value` of `from`: `convert(80, "km", "m")` is 80000.
 *
 * Temperatures move along their scales (`degC` to `K`), absolute levels through their reference (`dBm` to `mW`). Powers of
 * ten are applied as one exact factor, so `convert(1550, "nm", "m")` is the float64 that `1550e-9` should be.
 *
 * @throws UnitError UNIT-002 when the dimensions differ, UNIT-006 for the level of a power that is not positive, and the
 * errors of {@link parseUnit}. Cost: two look-ups and a few operations, about 100 ns.
 */
export function convert(value: number, from: string, to: string): number {
  return from === to ? value : convertParsed(value, parseUnit(from), parseUnit(to));
}

/** {@link convert} for units that are already read. */
export function convertParsed(value: number, from: ParsedUnit, to: ParsedUnit): number {
  if (!areEqualDimensions(from.dimension, to.dimension)) throw incompatible(from, to);
  if (areSameParsedUnits(from, to)) return value;
  const linear = from.scale.kind === "level" ? powerOfTen(value / 10) : value + offsetOf(from);
  const scaled = scale(linear, from, to);
  if (to.scale.kind !== "level") return scaled - offsetOf(to);
  if (!(scaled > 0)) {
    throw new UnitError({
      code: "UNIT-006",
      message: `${value} ${from.text} has no level in ${to.text}: the logarithm needs a positive power`,
      remedy: `Give a positive number of ${from.text}.`,
      context: { value, from: from.text, to: to.text },
    });
  }
  return 10 * commonLogarithm(scaled);
}

/** True when quantities of the two units can be converted into one another. */
export function areCompatibleUnits(a: string, b: string): boolean {
  return a === b || areEqualDimensions(parseUnit(a).dimension, parseUnit(b).dimension);
}

/** True when two spellings mean the same unit: `kg/m³` and `kg m^-3`, `1/s` and `Hz`. */
export function areSameUnits(a: string, b: string): boolean {
  return a === b || areSameParsedUnits(parseUnit(a), parseUnit(b));
}

function areSameParsedUnits(a: ParsedUnit, b: ParsedUnit): boolean {
  return (
    a.mantissa === b.mantissa &&
    a.tens === b.tens &&
    a.scale.kind === b.scale.kind &&
    offsetOf(a) === offsetOf(b) &&
    areEqualDimensions(a.dimension, b.dimension)
  );
}

function offsetOf({ scale }: ParsedUnit): number {
  return scale.kind === "affine" ? scale.offset : 0;
}

/** One rounding for the ratio of the mantissas, where there is one, and one for the power of ten. */
function scale(value: number, from: ParsedUnit, to: ParsedUnit): number {
  const scaled = from.mantissa === to.mantissa ? value : (value * from.mantissa) / to.mantissa;
  const tens = from.tens - to.tens;
  return tens < 0 ? scaled / powerOfTen(-tens) : scaled * powerOfTen(tens);
}

function incompatible(from: ParsedUnit, to: ParsedUnit): UnitError {
  const fromDimension = describeDimension(from.dimension);
  const toDimension = describeDimension(to.dimension);
  const isLevelOfRatio = [fromDimension, toDimension].sort().join() === "level (dB),pure number (1)";
  return new UnitError({
    code: "UNIT-002",
    message: `${from.text} is ${fromDimension}, but ${to.text} is ${toDimension}`,
    remedy: isLevelOfRatio
      ? "Use ratioFromDecibel or decibelFromRatio: a level is never a ratio by itself."
      : `Give a quantity that can be expressed in ${to.text}.`,
    context: { from: from.text, to: to.text, fromDimension, toDimension },
  });
}
