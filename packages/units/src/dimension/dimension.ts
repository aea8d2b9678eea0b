/**
 * Dimension vectors: exponents over the seven SI bases, plane angle, information and logarithmic level.
 *
 * Exponents are rational, because fields are in sqrt(W) and polarisation mode dispersion is in ps/sqrt(km). They are held
 * as whole numbers of twelfths, so halves, thirds, quarters and sixths are exact and two dimensions compare exactly.
 * Angle is a base of its own: rad/s and Hz do not convert into one another. So is level (dB): a decibel becomes a ratio
 * only by a named function.
 */
export const BASE_UNITS = ["m", "kg", "s", "A", "K", "mol", "cd", "rad", "bit", "dB"] as const;

/** Symbol of the coherent unit of one base dimension. */
export type BaseUnit = (typeof BASE_UNITS)[number];

/** Exponents of the bases in the order of {@link BASE_UNITS}, in twelfths. */
export type Dimension = readonly number[];

/** How many parts one whole exponent has. */
export const EXPONENT_PARTS = 12;

/** The dimension of pure numbers. */
export const DIMENSIONLESS: Dimension = BASE_UNITS.map(() => 0);

/** The dimension with the given whole exponents, for example `{ m: 1, s: -2 }`. */
export function dimensionOf(exponents: Readonly<Partial<Record<BaseUnit, number>>>): Dimension {
  return BASE_UNITS.map((base) => (exponents[base] ?? 0) * EXPONENT_PARTS);
}

/** The dimension of a product. */
export function multiplyDimensions(a: Dimension, b: Dimension): Dimension {
  return a.map((exponent, index) => exponent + (b[index] ?? 0));
}

/** The dimension of a power; `exponentParts` is the exponent in twelfths. The caller checks that the parts stay whole. */
export function raiseDimension(dimension: Dimension, exponentParts: number): Dimension {
  return dimension.map((exponent) => (exponent * exponentParts) / EXPONENT_PARTS + 0); // + 0 turns -0 into 0
}

/** True when both dimensions have the same exponents. */
export function areEqualDimensions(a: Dimension, b: Dimension): boolean {
  return a.every((exponent, index) => exponent === b[index]);
}

/** The dimension for people: its name where it has one, then its base units, for example `power (kg m^2/s^3)`. */
export function describeDimension(dimension: Dimension): string {
  const bases = baseUnitText(dimension);
  const name = NAMES.get(bases);
  return name === undefined ? bases : `${name} (${bases})`;
}

/** The coherent unit of a dimension in a form that the unit parser reads back, for example `kg m^2/s^3`. */
export function baseUnitText(dimension: Dimension): string {
  const above: string[] = [];
  const below: string[] = [];
  for (const base of ["kg", "m", "s", "A", "K", "mol", "cd", "rad", "bit", "dB"] satisfies BaseUnit[]) {
    const parts = dimension[BASE_UNITS.indexOf(base)] ?? 0;
    if (parts > 0) above.push(powerText(base, parts));
    if (parts < 0) below.push(powerText(base, -parts));
  }
  const numerator = above.length === 0 ? "1" : above.join(" ");
  if (below.length === 0) return numerator;
  return below.length === 1 ? `${numerator}/${below[0]}` : `${numerator}/(${below.join(" ")})`;
}

function powerText(base: string, parts: number): string {
  if (parts === EXPONENT_PARTS) return base;
  if (parts % EXPONENT_PARTS === 0) return `${base}^${parts / EXPONENT_PARTS}`;
  const divisor = greatestCommonDivisor(parts, EXPONENT_PARTS);
  return `${base}^(${parts / divisor}/${EXPONENT_PARTS / divisor})`;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["1", "pure number"],
  ["m", "length"],
  ["m^2", "area"],
  ["m^3", "volume"],
  ["kg", "mass"],
  ["s", "time"],
  ["A", "current"],
  ["K", "temperature"],
  ["mol", "amount of substance"],
  ["rad", "angle"],
  ["bit", "information"],
  ["dB", "level"],
  ["dB/m", "attenuation"],
  ["1/s", "frequency"],
  ["m/s", "speed"],
  ["kg m/s^2", "force"],
  ["kg/(m s^2)", "pressure"],
  ["kg/(m s)", "viscosity"],
  ["kg m^2/s^2", "energy"],
  ["kg m^2/s^3", "power"],
  ["kg/m^3", "density"],
  ["m^2/(s^2 K)", "specific heat capacity"],
  ["kg m/(s^3 K)", "thermal conductivity"],
  ["kg m^2/(s^2 mol)", "molar energy"],
  ["mol/m^3", "concentration"],
  ["bit/s", "bit rate"],
]);
