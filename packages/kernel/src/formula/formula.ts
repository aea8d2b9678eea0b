import { kernelError } from "../errors.ts";
import type { Expression } from "../expression/expression.ts";
import { column, expressionOf, type Operand, parameter, state, time } from "../expression/leaves.ts";
import { isReserved } from "./functions.ts";
import { parse } from "./parse.ts";
import type { Hole } from "./tokens.ts";

/** What the names of a formula mean: expressions, or numbers for constants. */
export type SymbolTable = Readonly<Record<string, Operand>>;

const NAME = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

/**
 * Reads a formula from text, for example a rate law of a YAML file.
 *
 * `path` says where the text stands and becomes that of errors. Throws `KERN-001` … `KERN-007` with the place
 * underlined, and `KERN-008` where a name of the table is not a name or belongs to the language (`i`, `pi`, functions).
 */
export function parseFormula(text: string, symbols: SymbolTable, options: { readonly path?: string } = {}): Expression {
  const known = new Map(Object.entries(symbols).map(([name, operand]) => [checkedName(name), expressionOf(operand)]));
  return parse({
    source: { text, ...options },
    holes: [],
    values: [],
    lookUp: (name) => known.get(name),
    knownNames: known.keys(),
  });
}

/**
 * The formula language as a template: `` expr`1 / (${m}^2 - s - i*${m}*${gamma})` ``. Expressions and numbers are
 * interpolated (never text); a bare name that the language does not know is the column of that name. Throws as
 * `parseFormula`.
 */
export function expr(parts: TemplateStringsArray, ...operands: readonly Operand[]): Expression {
  const values = operands.map(expressionOf);
  const holes: Hole[] = [];
  let text = "";
  parts.forEach((part, index) => {
    // The cooked text, where \u0020 is a space; undefined for a bad escape, which the raw text then shows.
    text += part ?? parts.raw[index] ?? "";
    const value = values[index];
    if (value === undefined) return;
    const from = text.length;
    text += `\${${display(value, index)}}`;
    holes.push({ index, from, to: text.length });
  });
  return parse({
    source: { text },
    holes,
    values,
    lookUp: (name) => (isReserved(name) ? undefined : column(name)),
    knownNames: [],
  });
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

function display({ payload, operation }: Expression, index: number): string {
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
