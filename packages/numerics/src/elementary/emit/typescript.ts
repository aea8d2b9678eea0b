/**
 * Back end: TypeScript text. A 64-bit integer is two 32-bit words of which only those that are needed are computed.
 *
 * A value used once stands inside the expression that uses it; others get a name. Words are read through the shared view
 * `WORDS`, right after the float64 is written.
 */
import type { ElementaryProgram, Step, StraightLine } from "../program/program.ts";

/** A piece of TypeScript: text with holes. */
interface Piece {
  readonly parts: readonly (string | Piece)[];
  /** Needs no parentheses. */
  readonly isAtom?: boolean;
  /** Two words that are read from memory together. */
  readonly words?: WordPair;
  uses: number;
  name?: string;
}

interface WordPair {
  readonly source: Piece;
  readonly low: Piece;
  readonly high: Piece;
}

/** Halves of a 64-bit integer, made when asked for. */
interface Halves {
  readonly low: () => Word;
  readonly high: () => Word;
}

/** A word known now, or computed by the program. */
type Word = number | Piece;

const LONGEST_INLINE = 96;

const piece = (...parts: readonly (string | Piece)[]): Piece => ({ parts, uses: 0 });
const atom = (...parts: readonly (string | Piece)[]): Piece => ({ parts, isAtom: true, uses: 0 });
const wordPiece = (word: Word): Piece => (typeof word === "number" ? atom(word < 0 ? `(${word})` : `${word}`) : word);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Declarations of `name` and, if there is a slow path, of `nameSlow`. Functions of two results write them to `out`. */
export function typescriptFunctions(program: ElementaryProgram): string {
  const slowName = `${program.name}Slow`;
  const fast = typescriptFunction(program, program.name, program.fast, program.slow && slowName);
  if (program.slow === undefined) return `export ${fast}`;
  return `export ${fast}\n${typescriptFunction(program, slowName, program.slow, undefined)}`;
}

function typescriptFunction(program: ElementaryProgram, name: string, line: StraightLine, slowName?: string): string {
  const isMany = program.outputs.length > 1;
  const parameters = [...program.inputs.map((input) => `${input}: number`), ...(isMany ? ["out: Float64Array"] : [])];
  const passed = [...program.inputs, ...(isMany ? ["out"] : [])].join(", ");
  const writer = new Writer(program.inputs);
  const pieces = lower(line.steps, program.inputs);
  const guard = line.guard === undefined ? undefined : realOf(pieces, line.guard);
  const outputs = line.outputs.map((output) => realOf(pieces, output));
  for (const root of [...(guard ? [guard] : []), ...outputs]) countUses(root);
  if (guard) writer.line(`if (!(${writer.text(guard, true)})) return ${slowName}(${passed});`);
  const results = outputs.map((output) => writer.text(output, true));
  if (isMany) results.forEach((result, i) => void writer.line(`out[${i}] = ${result};`));
  else writer.line(`return ${results[0]};`);
  return `function ${name}(${parameters.join(", ")}): ${isMany ? "void" : "number"} {\n${writer.lines.join("\n")}\n}\n`;
}

/** Names values in the order of use and writes their declarations. */
class Writer {
  readonly lines: string[] = [];
  private count = 0;
  private readonly taken: ReadonlySet<string>;

  constructor(taken: readonly string[]) {
    this.taken = new Set(taken);
  }

  line(text: string): void {
    this.lines.push(`  ${text}`);
  }

  /** Text of a value; `isOutermost` leaves the parentheses away. */
  text(value: Piece, isOutermost = false): string {
    if (value.name !== undefined) return value.name;
    if (value.words) return this.readWords(value, value.words);
    const text = value.parts.map((part) => (typeof part === "string" ? part : this.text(part))).join("");
    if (value.isAtom) return text;
    if (value.uses > 1 || (!isOutermost && text.length > LONGEST_INLINE)) {
      value.name = this.freshName();
      this.line(`const ${value.name} = ${text};`);
      return value.name;
    }
    return isOutermost ? text : `(${text})`;
  }

  private readWords(value: Piece, { source, low, high }: WordPair): string {
    this.line(`REAL[0] = ${this.text(source, true)};`);
    for (const [word, index] of [
      [low, 0],
      [high, 1],
    ] as const) {
      if (word.uses === 0) continue;
      word.name = this.freshName();
      this.line(`const ${word.name} = WORDS[${index}] as number;`);
    }
    return value.name as string;
  }

  private freshName(): string {
    let name: string;
    do name = `t${++this.count}`;
    while (this.taken.has(name));
    return name;
  }
}

function countUses(root: Piece): void {
  root.uses++;
  if (root.uses > 1) return;
  if (root.words) countUses(root.words.source);
  for (const part of root.parts) if (typeof part !== "string") countUses(part);
}

type Lowered = Piece | Halves;

function realOf(pieces: readonly Lowered[], place: number | undefined): Piece {
  return pieces[place as number] as Piece;
}

function lower(steps: readonly Step[], inputs: readonly string[]): readonly Lowered[] {
  const lowered: Lowered[] = [];
  for (const step of steps) {
    const real = (i: number): Piece => realOf(lowered, step.args[i]);
    const integer = (i: number): Halves => lowered[step.args[i] as number] as Halves;
    lowered.push(step.op === "isOdd" ? oddness(step, steps, lowered) : lowerStep(step, real, integer, inputs));
  }
  return lowered;
}

/** Tests the bit where it stands, so that a shift from one word to the other is not needed. */
function oddness(step: Step, steps: readonly Step[], lowered: readonly Lowered[]): Piece {
  let place = step.args[0] as number;
  let bit = 1;
  const { op, value = 0, args } = steps[place] as Step;
  if (op === "shiftRight" && value < 31) {
    bit = 1 << value;
    place = args[0] as number;
  }
  return piece("(", wordPiece((lowered[place] as Halves).low()), ` & ${bit}) !== 0`);
}

function lowerStep(
  step: Step,
  real: (i: number) => Piece,
  integer: (i: number) => Halves,
  inputs: readonly string[],
): Lowered {
  switch (step.op) {
    case "input":
      return atom(inputs[step.value as number] as string);
    case "constant":
      return atom(numberText(step.value as number));
    case "add":
      return piece(real(0), " + ", real(1));
    case "sub":
      return piece(real(0), " - ", real(1));
    case "mul":
      return piece(real(0), " * ", real(1));
    case "div":
      return piece(real(0), " / ", real(1));
    case "neg":
      return piece("-", real(0));
    case "sqrt":
      return piece("Math.sqrt(", real(0), ")");
    case "abs":
      return piece("Math.abs(", real(0), ")");
    case "floor":
      return piece("Math.floor(", real(0), ")");
    case "select":
      return piece(real(0), " ? ", real(1), " : ", real(2));
    case "less":
      return piece(real(0), " < ", real(1));
    case "lessOrEqual":
      return piece(real(0), " <= ", real(1));
    case "equal":
      return piece(real(0), " === ", real(1));
    case "and":
      return piece(real(0), " && ", real(1));
    case "or":
      return piece(real(0), " || ", real(1));
    case "not":
      return piece("!", real(0));
    case "toReal":
      return wordPiece(integer(0).low());
    case "powerOfTwo":
      return piece("POWERS_OF_TWO[(", wordPiece(integer(0).low()), " + 1023) & 2047] as number");
    case "load":
      return piece(`${step.table}[`, wordPiece(integer(0).low()), "] as number");
    default:
      return lowerInteger(step, real, integer);
  }
}

function lowerInteger(step: Step, real: (i: number) => Piece, integer: (i: number) => Halves): Halves {
  const by = step.value ?? 0;
  switch (step.op) {
    case "integer":
      return {
        low: () => Number(BigInt.asIntN(32, step.integer as bigint)),
        high: () => Number(BigInt.asIntN(32, (step.integer as bigint) >> 32n)),
      };
    case "bits":
      return wordsOf(real(0));
    case "integerAdd":
    case "integerSub":
      return step.op === "integerAdd" ? addHalves(integer(0), integer(1)) : subtractHalves(integer(0), integer(1));
    case "integerAnd":
      return eachHalf(integer(0), integer(1), (a, b) => bitwise("&", a, b));
    case "shiftLeft":
      return shiftLeftHalves(integer(0), by);
    case "shiftRight":
      return shiftRightHalves(integer(0), by);
    default:
      throw new Error(`Unknown operation ${step.op}`);
  }
}

function wordsOf(source: Piece): Halves {
  const pair = { source } as { source: Piece; low: Piece; high: Piece };
  pair.low = { parts: [], isAtom: true, words: pair, uses: 0 };
  pair.high = { parts: [], isAtom: true, words: pair, uses: 0 };
  return { low: () => pair.low, high: () => pair.high };
}

function eachHalf(a: Halves, b: Halves, combine: (a: Word, b: Word) => Word): Halves {
  return { low: once(() => combine(a.low(), b.low())), high: once(() => combine(a.high(), b.high())) };
}

function addWords(a: Word, b: Word): Word {
  if (typeof a === "number" && typeof b === "number") return (a + b) | 0;
  if (b === 0) return a;
  if (a === 0) return b;
  return typeof b === "number" && b < 0
    ? piece("(", wordPiece(a), ` - ${-b}) | 0`)
    : piece("(", wordPiece(a), " + ", wordPiece(b), ") | 0");
}

function subtractWords(a: Word, b: Word): Word {
  if (typeof b === "number") return addWords(a, -b | 0);
  return piece("(", wordPiece(a), " - ", b, ") | 0");
}

/** 1 if a < b as unsigned words. */
function isBelow(a: Word, b: Word): Word {
  if (b === 0) return 0;
  return piece("(", wordPiece(a), " >>> 0) < (", wordPiece(b), " >>> 0) ? 1 : 0");
}

function addHalves(a: Halves, b: Halves): Halves {
  const low = once(() => addWords(a.low(), b.low()));
  const high = once(() => addWords(addWords(a.high(), b.high()), isBelow(low(), b.low())));
  return { low, high };
}

function subtractHalves(a: Halves, b: Halves): Halves {
  return {
    low: once(() => subtractWords(a.low(), b.low())),
    high: once(() => subtractWords(subtractWords(a.high(), b.high()), isBelow(a.low(), b.low()))),
  };
}

function bitwise(op: "&" | "|", a: Word, b: Word): Word {
  if (typeof a === "number" && typeof b === "number") return op === "&" ? a & b : a | b;
  if (b === 0) return op === "&" ? 0 : a;
  return piece(wordPiece(a), ` ${op} `, wordPiece(b));
}

function shifted(op: "<<" | ">>" | ">>>", a: Word, by: number): Word {
  if (by === 0) return a;
  if (typeof a !== "number") return piece(a, ` ${op} ${by}`);
  return op === "<<" ? a << by : op === ">>" ? a >> by : (a >>> by) | 0;
}

function shiftLeftHalves(a: Halves, by: number): Halves {
  if (by >= 32) return { low: () => 0, high: once(() => shifted("<<", a.low(), by - 32)) };
  return {
    low: once(() => shifted("<<", a.low(), by)),
    high: once(() => bitwise("|", shifted("<<", a.high(), by), shifted(">>>", a.low(), 32 - by))),
  };
}

function shiftRightHalves(a: Halves, by: number): Halves {
  if (by >= 32) {
    return { low: once(() => shifted(">>", a.high(), by - 32)), high: once(() => shifted(">>", a.high(), 31)) };
  }
  return {
    low: once(() => bitwise("|", shifted(">>>", a.low(), by), shifted("<<", a.high(), 32 - by))),
    high: once(() => shifted(">>", a.high(), by)),
  };
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.startsWith("-") ? `(${text})` : text;
}
