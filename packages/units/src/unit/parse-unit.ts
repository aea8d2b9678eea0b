/**
 * Reads a compound unit: `W`, `sqrt(W)`, `1/(W m)`, `ps/(nm km)`, `s^2/m`, `kg/m³`, `kg/m3`, `ps/√km`, `GeV^-1`.
 *
 * Grammar (blanks separate factors; `*`, `·` and `⋅` do too):
 *
 *     product = power { power } { "/" power }
 *     power   = atom [ exponent ]
 *     atom    = symbol | "1" | "(" product ")" | ("sqrt" "(" product ")") | ("√" atom)
 *     exponent = ("^" | "**") ( integer | "(" integer [ "/" integer ] ")" | decimal ) | integer | superscript digits
 *
 * A factor after a quotient needs parentheses: people read `ps/nm km` in two ways, so it is refused.
 */
import { commonLogarithm, powerOfTen } from "../decimal/decimal.ts";
import {
  DIMENSIONLESS,
  type Dimension,
  EXPONENT_PARTS,
  multiplyDimensions,
  raiseDimension,
} from "../dimension/dimension.ts";
import { UnitError } from "../errors.ts";
import { lookUpSymbol, type SymbolMeaning, suggestSymbol } from "./symbol.ts";
import type { UnitScale } from "./table.ts";

/** A unit understood: one of it is `mantissa * 10^tens` coherent SI units, on the given scale. */
export interface ParsedUnit {
  /** As written, without blanks at the ends. */
  readonly text: string;
  readonly dimension: Dimension;
  readonly mantissa: number;
  /** Power of ten; not whole when a prefix stands under a root. */
  readonly tens: number;
  readonly scale: UnitScale;
}

const LINEAR: UnitScale = { kind: "linear" };
const ONE: SymbolMeaning = { dimension: DIMENSIONLESS, mantissa: 1, tens: 0, scale: LINEAR };
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SYMBOL_LETTER = /[\p{Letter}°℃%‰]/u;
const MAX_REMEMBERED = 1024;
const MAX_LENGTH = 120;
const MAX_EXPONENT = 30;

const remembered = new Map<string, ParsedUnit>();

/**
 * Reads a unit. Results are remembered, so reading the same text again costs one look-up.
 *
 * @throws UnitError UNIT-001 for an unknown symbol, UNIT-003 for text that is no unit, UNIT-005 for a temperature scale or
 * an absolute level (`degC`, `dBm`) inside a compound.
 */
export function parseUnit(text: string): ParsedUnit {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const parsed = new UnitReader(text.trim()).readAll();
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(text, parsed);
  return parsed;
}

/** Owns the position in the text while it is read. */
class UnitReader {
  private position = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  readAll(): ParsedUnit {
    if (this.text.length > MAX_LENGTH) throw this.unreadable(`is longer than ${MAX_LENGTH} characters`, "Shorten it.");
    if (this.text === "") throw this.unreadable("is empty", "Write a unit such as km, or 1 for a pure number.");
    const meaning = this.readProduct();
    if (this.position < this.text.length) throw this.unreadable("has something left over here", "Remove what follows.");
    const { dimension, mantissa, tens, scale } = meaning;
    return Object.freeze({ text: this.text, dimension, mantissa, tens, scale });
  }

  private readProduct(): SymbolMeaning {
    let product = this.readPower();
    let isQuotient = false;
    for (;;) {
      this.skipBlanks();
      const next = this.peek();
      if (next === "" || next === ")") return product;
      if (next === "/") {
        this.position++;
        product = this.multiply(product, this.raise(this.readPower(), -EXPONENT_PARTS));
        isQuotient = true;
        continue;
      }
      if (isQuotient) {
        throw this.unreadable("is ambiguous here", "Put the factors after / in parentheses, as in ps/(nm km).");
      }
      if ((next === "*" && this.text[this.position + 1] !== "*") || next === "·" || next === "⋅") this.position++;
      product = this.multiply(product, this.readPower());
    }
  }

  private readPower(): SymbolMeaning {
    const atom = this.readAtom();
    const exponentParts = this.readExponent();
    return exponentParts === undefined ? atom : this.raise(atom, exponentParts);
  }

  private readAtom(): SymbolMeaning {
    this.skipBlanks();
    const next = this.peek();
    if (next === "(") return this.readParentheses();
    if (next === "√") {
      this.position++;
      return this.raise(this.readAtom(), EXPONENT_PARTS / 2);
    }
    if (next === "1") {
      this.position++;
      if (/\d/.test(this.peek())) throw this.unreadable("has a number here", "Write units only; 1 is the pure number.");
      return ONE;
    }
    const start = this.position;
    while (SYMBOL_LETTER.test(this.peek())) this.position++;
    const symbol = this.text.slice(start, this.position);
    if (symbol === "sqrt" && this.peek() === "(") return this.raise(this.readParentheses(), EXPONENT_PARTS / 2);
    if (symbol === "") throw this.unreadable("needs a unit here", "Write a unit such as km, or 1 for a pure number.");
    return lookUpSymbol(symbol) ?? this.refuseSymbol(symbol);
  }

  private readParentheses(): SymbolMeaning {
    this.position++;
    const product = this.readProduct();
    if (this.peek() !== ")") throw this.unreadable("lacks a closing parenthesis here", "Add it.");
    this.position++;
    return product;
  }

  /** The exponent in twelfths, when there is one. */
  private readExponent(): number | undefined {
    const start = this.position;
    const parts = this.readExponentParts();
    if (parts === undefined || (Number.isInteger(parts) && Math.abs(parts) <= MAX_EXPONENT * EXPONENT_PARTS))
      return parts;
    this.position = start;
    throw this.unreadable(
      `has an exponent here that is no multiple of 1/${EXPONENT_PARTS} up to ${MAX_EXPONENT}`,
      "Use small whole exponents, halves or thirds.",
    );
  }

  private readExponentParts(): number | undefined {
    const superscript = this.match(/[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/y);
    if (superscript !== undefined) return Number(plainDigits(superscript)) * EXPONENT_PARTS;
    if (this.match(/\s*(?:\^|\*\*)\s*/y) === undefined) {
      const digits = this.match(/[+-]?\d+/y);
      return digits === undefined ? undefined : Number(digits) * EXPONENT_PARTS;
    }
    const exponent = this.match(/[+-]?\d+(?:\.\d+)?|\(\s*[+-]?\d+(?:\.\d+)?\s*(?:\/\s*\d+\s*)?\)/y);
    if (exponent === undefined) throw this.unreadable("needs an exponent here", "Write one such as ^2, ^-1 or ^(1/2).");
    const [numerator = "", denominator = "1"] = exponent.replace(/[()\s]/g, "").split("/");
    return (Number(numerator) * EXPONENT_PARTS) / Number(denominator);
  }

  private multiply(a: SymbolMeaning, b: SymbolMeaning): SymbolMeaning {
    if (a === ONE) return b;
    if (b === ONE) return a;
    this.refuseScale(a);
    this.refuseScale(b);
    return {
      dimension: multiplyDimensions(a.dimension, b.dimension),
      mantissa: a.mantissa * b.mantissa,
      tens: a.tens + b.tens,
      scale: LINEAR,
    };
  }

  private raise(meaning: SymbolMeaning, exponentParts: number): SymbolMeaning {
    this.refuseScale(meaning);
    const dimension = raiseDimension(meaning.dimension, exponentParts);
    if (!dimension.every(Number.isInteger)) {
      throw this.unreadable("takes a root here finer than 1/12", "Use whole exponents, halves or thirds.");
    }
    return {
      dimension,
      mantissa: raiseNumber(meaning.mantissa, exponentParts),
      tens: (meaning.tens * exponentParts) / EXPONENT_PARTS + 0, // + 0 turns -0 into 0
      scale: LINEAR,
    };
  }

  private refuseScale({ scale }: SymbolMeaning): void {
    if (scale.kind === "linear") return;
    const what = scale.kind === "affine" ? "a temperature scale" : "an absolute level";
    throw new UnitError({
      code: "UNIT-005",
      message: `Unit "${this.text}" has ${what} inside a compound`,
      remedy: scale.kind === "affine" ? "Use K for temperature differences." : "Use dB for relative levels, or W.",
      context: { unit: this.text },
    });
  }

  private refuseSymbol(symbol: string): never {
    const suggestion = suggestSymbol(symbol);
    throw new UnitError({
      code: "UNIT-001",
      message: `Unknown unit "${symbol}"${symbol === this.text ? "" : ` in "${this.text}"`}`,
      remedy:
        suggestion === undefined
          ? "Use an SI symbol, such as km, GHz or J/(kg K)."
          : `Did you mean "${suggestion}"? Symbols are written as in the SI, capitals matter.`,
      context: { unit: this.text, symbol, ...(suggestion === undefined ? {} : { suggestion }) },
    });
  }

  private unreadable(problem: string, remedy: string): UnitError {
    return new UnitError({
      code: "UNIT-003",
      message: `Unit ${problem}\n${underline(this.text, this.position)}`,
      remedy,
      context: { unit: this.text, position: this.position },
    });
  }

  private peek(): string {
    return this.text[this.position] ?? "";
  }

  private skipBlanks(): void {
    this.match(/\s+/y);
  }

  /** Consumes and returns what a sticky pattern matches here. */
  private match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }
}

/** Two lines: the text, and a caret under the character at `position`. */
export function underline(text: string, position: number): string {
  return `  ${text}\n  ${" ".repeat(position)}^`;
}

function plainDigits(superscript: string): string {
  return Array.from(superscript, (sign) =>
    sign === "⁻" ? "-" : sign === "⁺" ? "+" : String(SUPERSCRIPTS.indexOf(sign)),
  ).join("");
}

/** Whole powers by multiplication and square roots by `Math.sqrt`: the same bits on every platform. */
function raiseNumber(base: number, exponentParts: number): number {
  if (base === 1) return 1;
  if ((2 * exponentParts) % EXPONENT_PARTS !== 0) {
    return powerOfTen((commonLogarithm(base) * exponentParts) / EXPONENT_PARTS);
  }
  const root = exponentParts % EXPONENT_PARTS === 0 ? base : Math.sqrt(base);
  const count = Math.abs(exponentParts) / (root === base ? EXPONENT_PARTS : EXPONENT_PARTS / 2);
  let power = 1;
  for (let factor = 0; factor < count; factor++) power *= root;
  return exponentParts < 0 ? 1 / power : power;
}
