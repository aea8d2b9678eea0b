import type { Expression } from "../expression/expression.ts";
import type { MachineOperationName } from "../expression/operations.ts";
import type { TableValues } from "../expression/table-values.ts";

type Text = (a: string, b: string, c: string) => string;

/** How each operation is written in JavaScript, where all of them are exact or correctly rounded. */
const CODE: Readonly<Record<MachineOperationName, Text>> = {
  add: (a, b) => `${a} + ${b}`,
  subtract: (a, b) => `${a} - ${b}`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / ${b}`,
  negate: (a) => `-${a}`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  floor: (a) => `Math.floor(${a})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  less: (a, b) => `${a} < ${b}`,
  lessOrEqual: (a, b) => `${a} <= ${b}`,
  equal: (a, b) => `${a} === ${b}`,
  notEqual: (a, b) => `${a} !== ${b}`,
  and: (a, b) => `${a} && ${b}`,
  or: (a, b) => `${a} || ${b}`,
  not: (a) => `!${a}`,
  select: (condition, a, b) => `${condition} ? ${a} : ${b}`,
};

/** A number as text that reads back as the same float64 and may stand after any operator. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : `${value}`;
}

/**
 * A node as one JavaScript expression of the texts of its arguments, which are names or literals. Elementary functions are
 * called by their names in `elementaryFunctions`. `entryOf` gives the text of an entry of a table, for the text of an index
 * that is within it. Undefined for inputs and for what lowering replaces.
 */
export function nodeText(
  { operation, payload, args }: Expression,
  texts: readonly string[],
  entryOf: (table: TableValues, index: string) => string,
): string | undefined {
  const [a = "", b = "", c = ""] = texts;
  if (operation.elementary !== undefined) return `${operation.elementary}(${args.length === 1 ? a : `${a}, ${b}`})`;
  if (operation.isGather === true) return entryOf(payload as TableValues, tableIndex(payload as TableValues, a));
  if (args.length > 0) return (CODE as Readonly<Record<string, Text>>)[operation.name]?.(a, b, c);
  if (operation.source !== undefined) return undefined;
  return typeof payload === "number" ? numberText(payload) : `${payload}`;
}

/** As `numberAt`: NaN picks the first, for `>>>` makes it 0. */
function tableIndex({ values }: TableValues, index: string): string {
  return `Math.min(Math.max(${index}, 0), ${values.length - 1}) >>> 0`;
}
