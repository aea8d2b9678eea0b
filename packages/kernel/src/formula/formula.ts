import { kernelError } from "../errors.ts";
import type { Expression } from "../expression/expression.ts";
import { column, constant, expressionOf, type Operand, parameter, state, time } from "../expression/leaves.ts";
import type { LookUpTable } from "../table/table.ts";
import { isShaped, type Shaped, shapeName } from "../vector/shape.ts";
import { isReserved } from "./functions.ts";
import { parse } from "./parse.ts";
import { type FormulaSource, formulaError } from "./source.ts";
import type { Hole } from "./tokens.ts";
import type { FormulaValue } from "./values.ts";

/** What can stand for a name or be interpolated: an expression, a number, a vector or matrix, a table to be called. */
export type FormulaSymbol = Operand | Shaped | LookUpTable;

/** What the names of a formula mean. */
export type SymbolTable = Readonly<Record<string, FormulaSymbol>>;

const NAME = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

/** Where a formula stands in its document. */
export interface FormulaOptions {
  /** Becomes the path of errors. */
  readonly path?: string;
}

/**
 * Reads a formula from text, for example a rate law of a YAML file.
 *
 * Throws `KERN-001` … `KERN-007` and `KERN-030` … `KERN-036` with the place underlined, and `KERN-008` where a name of the
 * table is not a name or belongs to the language (`i`, `pi`, functions). A formula that is a vector or matrix is `KERN-030`:
 * read it with `parseShapedFormula`.
 */
export function parseFormula(text: string, symbols: SymbolTable, options: FormulaOptions = {}): Expression {
  return number(parseShapedFormula(text, symbols, options), { text, ...options });
}

/** Reads a formula that may be a vector or a matrix, as `parseFormula` reads numbers. */
export function parseShapedFormula(
  text: string,
  symbols: SymbolTable,
  options: FormulaOptions = {},
): Expression | Shaped {
  const known = new Map<string, FormulaValue>();
  const functions = new Map<string, LookUpTable>();
  for (const [name, value] of Object.entries(symbols)) {
    if (typeof value === "function") functions.set(checkedName(name), value);
    else known.set(checkedName(name), formulaValue(value));
  }
  return parse({
    source: { text, ...options },
    holes: [],
    values: [],
    functions,
    lookUp: (name) => known.get(name),
    knownNames: [...known.keys()],
  });
}

/**
 * The formula language as a template: `` expr`1 / (${m}^2 - s - i*${m}*${gamma})` ``. Expressions, numbers, vectors and
 * matrices are interpolated (never text), and tables, as in `${table}(x)`; a bare name that the language does not know is the column of that name. Throws as
 * `parseFormula`.
 */
export function expr(parts: TemplateStringsArray, ...operands: readonly FormulaSymbol[]): Expression {
  const { value, text } = readTemplate(parts, operands);
  return number(value, { text });
}

/** The same for formulas that may be vectors or matrices: `` shapedExpr`[p.x, p.y] / norm(${v})` ``. */
export function shapedExpr(parts: TemplateStringsArray, ...operands: readonly FormulaSymbol[]): Expression | Shaped {
  return readTemplate(parts, operands).value;
}

function readTemplate(parts: TemplateStringsArray, operands: readonly FormulaSymbol[]) {
  const functions = new Map<number, LookUpTable>();
  const values = operands.map((operand, index) => {
    if (typeof operand !== "function") return formulaValue(operand);
    functions.set(index, operand);
    return constant(Number.NaN);
  });
  const holes: Hole[] = [];
  let text = "";
  parts.forEach((part, index) => {
    // The cooked text, where \u0020 is a space; undefined for a bad escape, which the raw text then shows.
    text += part ?? parts.raw[index] ?? "";
    const value = values[index];
    if (value === undefined) return;
    const from = text.length;
    text += `\${${functions.has(index) ? `#${index + 1}` : display(value, index)}}`;
    holes.push({ index, from, to: text.length });
  });
  const value = parse({
    source: { text },
    holes,
    values,
    functions,
    lookUp: (name) => (isReserved(name) ? undefined : column(name)),
    knownNames: [],
  });
  return { value, text };
}

function formulaValue(value: Operand | Shaped): FormulaValue {
  return isShaped(value) ? value : expressionOf(value);
}

function number(value: FormulaValue, source: FormulaSource): Expression {
  if (!isShaped(value)) return value;
  throw formulaError(
    source,
    { from: 0, to: source.text.length },
    "KERN-030",
    `The formula is ${shapeName(value)} where a number is needed`,
    "Take a component, as in v[1], or read it as a shaped formula.",
  );
}

/**
 * A table of inputs by name. `time` names the independent variable. Throws `KERN-008` for a name that formulas cannot
 * use or that stands twice.
 */
export function symbolTable(names: {
  readonly parameters?: readonly string[];
  readonly columns?: readonly string[];
  readonly states?: readonly string[];
  readonly time?: string;
}): SymbolTable {
  const { parameters = [], columns = [], states = [] } = names;
  const entries = [
    ...parameters.map((name) => [name, parameter(name)] as const),
    ...columns.map((name) => [name, column(name)] as const),
    ...states.map((name) => [name, state(name)] as const),
    ...(names.time === undefined ? [] : [[names.time, time] as const]),
  ];
  const seen = new Set<string>();
  for (const [name] of entries) {
    checkedName(name);
    if (seen.has(name))
      throw kernelError("KERN-008", `The name \`${name}\` stands for two inputs`, "Give each input its own name.", {
        name,
      });
    seen.add(name);
  }
  return Object.fromEntries(entries);
}

function display(value: FormulaValue, index: number): string {
  if (isShaped(value)) return `#${index + 1}`;
  const { payload, operation } = value;
  return operation.source !== undefined || operation.name === "constant" ? `${payload}` : `#${index + 1}`;
}

function checkedName(name: string): string {
  if (NAME.test(name) && !isReserved(name)) return name;
  throw kernelError(
    "KERN-008",
    isReserved(name) ? `\`${name}\` belongs to the formula language` : `\`${name}\` is not a name`,
    "Take letters, digits and underscores, a letter first, and none of i, pi, and, or, not or a function.",
    { name },
  );
}
