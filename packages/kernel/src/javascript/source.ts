import type { Expression } from "../expression/expression.ts";
import type { Source } from "../expression/operation.ts";
import type { TableValues } from "../expression/table-values.ts";
import { SUM_BLOCK, SUM_LANES, SUM_ROW } from "../program/element-sum.ts";
import { inputIndex, type Program, type ProgramOutput } from "../program/program.ts";
import { nodeText } from "./node-text.ts";

/** Where the value of an input stands in the generated function. */
const INPUT: Readonly<Record<Source, (index: number) => string>> = {
  parameter: (index) => `parameters[${index}]`,
  column: (index) => `column${index}[element]`,
  state: (index) => `state${index}[element]`,
  time: () => "time",
};

/** Text of a kernel and the elementary functions that it calls, by name. */
export interface JavaScriptSource {
  /**
   * Body of a function of `(call, count, sums, partials, endRow, endBlock)` after the functions named in `calls`; the last
   * four as in `element-sum.ts`, used where an output is a sum.
   */
  readonly body: string;
  readonly calls: readonly string[];
  /** Tables that it picks from, as the argument `tables`. */
  readonly tables: readonly TableValues[];
}

/** Writes a program as JavaScript. Names are made here from numbers: nothing that a user wrote gets into the text. */
export function javaScriptSource(program: Program): JavaScriptSource {
  const names = new Map<Expression, string>();
  const calls = new Set<string>();
  const tables: TableValues[] = [];
  const define = (node: Expression): string => {
    const { operation } = node;
    const name = `v${names.size}`;
    const args = node.args.map((arg) => names.get(arg) as string);
    names.set(node, name);
    if (operation.elementary !== undefined) calls.add(operation.elementary);
    const code =
      operation.source === undefined
        ? nodeText(node, args, (table, index) => `${tableName(tables, table)}[${index}]`)
        : INPUT[operation.source](inputIndex(program, node));
    return `const ${name} = ${code};`;
  };
  const hoisted = program.hoisted.map(define);
  const perElement = program.perElement.map(define);
  const nameOf = ({ value }: ProgramOutput) => names.get(value) as string;
  const sums = program.outputs.filter(({ reduction }) => reduction === "sum");
  const turn = [
    ...perElement,
    ...program.outputs.flatMap((output, index) => {
      const name = nameOf(output);
      return output.reduction === "sum" ? [] : [`output${index}[element] = ${name} === ${name} ? ${name} : NaN;`];
    }),
    ...sums.map((output, index) => `row[${SUM_LANES * index} + (element & ${SUM_LANES - 1})] += ${nameOf(output)};`),
  ];
  const lines = [
    '"use strict";',
    "const { parameters, columns, states, outputs } = call;",
    "const time = call.time ?? 0;",
    ...tables.map((_, index) => `const table${index} = tables[${index}].values;`),
    ...program.columns.map((_, index) => `const column${index} = columns[${index}];`),
    ...program.states.map((_, index) => `const state${index} = states[${index}];`),
    ...program.outputs.map((_, index) => `const output${index} = outputs[${index}];`),
    ...hoisted,
    ...(sums.length === 0 ? loop("0", "count", turn) : loopOverBlocks(turn, sums.length)),
  ];
  return { body: lines.join("\n"), calls: [...calls].sort(), tables };
}

function loop(from: string, to: string, turn: readonly string[]): readonly string[] {
  return [`for (let element = ${from}; element < ${to}; element++) {`, ...turn.map((line) => `  ${line}`), "}"];
}

function loopOverBlocks(turn: readonly string[], sums: number): readonly string[] {
  return [
    "const { row } = sums;",
    "let at = 0;",
    `for (let block = 0; block < count; block += ${SUM_BLOCK}) {`,
    `  const blockEnd = Math.min(block + ${SUM_BLOCK}, count);`,
    `  for (let start = block; start < blockEnd; start += ${SUM_ROW}) {`,
    `    const rowEnd = Math.min(start + ${SUM_ROW}, blockEnd);`,
    ...loop("start", "rowEnd", turn).map((line) => `    ${line}`),
    "    endRow(sums);",
    "  }",
    "  endBlock(sums, partials, at);",
    `  at += ${2 * sums};`,
    "}",
  ];
}

/** Name of a table in the text; its place in the list is made when it is met first. */
function tableName(tables: TableValues[], table: TableValues): string {
  const known = tables.findIndex(({ key }) => key === table.key);
  return `table${known >= 0 ? known : tables.push(table) - 1}`;
}
