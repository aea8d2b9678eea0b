import { log10 } from "@simloom/numerics";
import { BASE_UNITS, type Dimension, type ParsedUnit, parseUnit, SimloomError } from "@simloom/units";
import { kernelError } from "../errors.ts";

/** A product of powers of units that were declared: what it measures, how large one of it is, and how people write it. */
export interface UnitPower {
  /** As in `@simloom/units`, in twelfths, without plane angle: a radian is a pure number here. */
  readonly dimension: Dimension;
  /** Decimal logarithm of the number of coherent units that one of it is. */
  readonly tens: number;
  /** Exponents by the symbol of the declared unit. */
  readonly symbols: ReadonlyMap<string, number>;
}

/** Below this, exponents and logarithms of sizes are equal: they come from some ten roundings of numbers up to 1e3. */
const TOLERANCE = 1e-9;
const ANGLE = BASE_UNITS.indexOf("rad");

/** The unit of pure numbers. */
export const PURE: UnitPower = { dimension: BASE_UNITS.map(() => 0), tens: 0, symbols: new Map() };

/**
 * The unit of a text; undefined for temperature scales and levels (`degC`, `dBm`), of which there are no products.
 * Throws `KERN-090` for what is no unit; `of` says whose it is.
 */
export function readUnit(text: string, of: string): UnitPower | undefined {
  const { dimension, mantissa, tens, scale } = parsed(text, of);
  if (scale.kind !== "linear") return undefined;
  return {
    dimension: dimension.map((exponent, base) => (base === ANGLE ? 0 : exponent)),
    tens: log10(mantissa) + tens,
    symbols: symbolsOf(text.trim()),
  };
}

/** a · b^exponent. */
export function timesPower(a: UnitPower, b: UnitPower, exponent: number): UnitPower {
  const symbols = new Map(a.symbols);
  for (const [symbol, own] of b.symbols) {
    const sum = (symbols.get(symbol) ?? 0) + own * exponent;
    if (Math.abs(sum) < TOLERANCE) symbols.delete(symbol);
    else symbols.set(symbol, sum);
  }
  return {
    dimension: a.dimension.map((own, base) => own + (b.dimension[base] as number) * exponent),
    tens: a.tens + b.tens * exponent,
    symbols,
  };
}

/** Whether both measure the same. */
export function hasSameDimension(a: UnitPower, b: UnitPower): boolean {
  return a.dimension.every((own, base) => Math.abs(own - (b.dimension[base] as number)) < TOLERANCE);
}

/** Whether one of a is one of b. */
export function isSameUnit(a: UnitPower, b: UnitPower): boolean {
  return hasSameDimension(a, b) && Math.abs(a.tens - b.tens) < TOLERANCE;
}

/** The unit for people, `GeV^2`; `1` for pure numbers. */
export function unitText({ symbols }: UnitPower): string {
  const inOrder = [...symbols].sort(([a, m], [b, n]) => Math.sign(n) - Math.sign(m) || (a < b ? -1 : 1));
  const factors = inOrder.map(([symbol, exponent]) => {
    if (exponent === 1) return symbols.size > 1 ? inParentheses(symbol) : symbol;
    return `${inParentheses(symbol)}^${exponentText(exponent)}`;
  });
  return factors.length === 0 ? "1" : factors.join(" ");
}

function parsed(text: string, of: string): ParsedUnit {
  try {
    return parseUnit(text);
  } catch (thrown) {
    if (!(thrown instanceof SimloomError)) throw thrown;
    throw kernelError("KERN-090", `The unit of ${of} cannot be read: ${thrown.message}`, thrown.remedy, { unit: text });
  }
}

/** One symbol with its exponent, so that products cancel and merge; any other text is a symbol by itself. */
function symbolsOf(text: string): ReadonlyMap<string, number> {
  if (text === "1") return PURE.symbols;
  const [, inverse, symbol, exponent = "1"] = /^(1\/)?(\p{L}+)(?:\^?(-?\d+))?$/u.exec(text) ?? [];
  if (symbol === undefined) return new Map([[text, 1]]);
  return new Map([[symbol, inverse === undefined ? Number(exponent) : -Number(exponent)]]);
}

/** As `@simloom/units` reads it where the exponent is whole, or a fraction with a denominator that divides 12. */
function exponentText(exponent: number): string {
  const denominator = [1, 2, 3, 4, 6, 12].find(
    (one) => Math.abs(exponent * one - Math.round(exponent * one)) < TOLERANCE,
  );
  if (denominator === undefined) return `${Number(exponent.toPrecision(4))}`;
  const numerator = Math.round(exponent * denominator);
  return denominator === 1 ? `${numerator}` : `(${numerator}/${denominator})`;
}

function inParentheses(symbol: string): string {
  return /^[\p{L}°%‰]+$/u.test(symbol) ? symbol : `(${symbol})`;
}
