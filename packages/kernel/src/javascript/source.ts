import type { Expression } from "../expression/expression.ts";
import type { Source } from "../expression/operation.ts";
import type { MachineOperationName } from "../expression/operations.ts";
import { inputIndex, type Program } from "../program/program.ts";

/** How each operation is written in JavaScript, where all of them are exact or correctly rounded. */
const CODE = {
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
} satisfies Record<MachineOperationName, (a: string, b: string, c: string) => string>;

/** Where the value of an input stands in the generated function. */
const INPUT: Readonly<Record<Source, (index: number) => string>> = {
  parameter: (index) => `parameters[${index}]`,
  column: (index) => `column${index}[element]`,
  state: (index) => `state${index}[element]`,
  time: () => "time",
};

/** Text of a kernel and the elementary functions that it calls, by name. */
export interface JavaScriptSource {
  /** Body of a function of `(call, count)` after the functions named in `calls`. */
  readonly body: string;
  readonly calls: readonly string[];
}

/** Writes a program as JavaScript. Names are made here from numbers: nothing that a user wrote gets into the text. */
export function javaScriptSource(program: Program): JavaScriptSource {
  const names = new Map<Expression, string>();
  const calls = new Set<string>();
  const define = (node: Expression): string => {
    const { operation } = node;
    const name = `v${names.size}`;
    const args = node.args.map((arg) => names.get(arg) as string);
    names.set(node, name);
    if (operation.elementary !== undefined) calls.add(operation.elementary);
    return `const ${name} = ${codeOf(program, node, args)};`;
  };
  const hoisted = program.hoisted.map(define);
  const perElement = program.perElement.map(define);
  const lines = [
    '"use strict";',
    "const { parameters, columns, states, outputs } = call;",
    "const time = call.time ?? 0;",
    ...program.columns.map((_, index) => `const column${index} = columns[${index}];`),
    ...program.states.map((_, index) => `const state${index} = states[${index}];`),
    ...program.outputs.map((_, index) => `const output${index} = outputs[${index}];`),
    ...hoisted,
    "for (let element = 0; element < count; element++) {",
    ...perElement.map((line) => `  ${line}`),
    ...program.outputs.map(({ value }, index) => {
      const name = names.get(value) as string;
      return `  output${index}[element] = ${name} === ${name} ? ${name} : NaN;`;
    }),
    "}",
  ];
  return { body: lines.join("\n"), calls: [...calls].sort() };
}

function codeOf(program: Program, node: Expression, [a = "", b = "", c = ""]: readonly string[]): string {
  const { operation, payload, args } = node;
  if (operation.source !== undefined) return INPUT[operation.source](inputIndex(program, node));
  if (operation.elementary !== undefined) return `${operation.elementary}(${args.length === 1 ? a : `${a}, ${b}`})`;
  if (args.length === 0) return Object.is(payload, -0) ? "-0" : `${payload}`;
  return CODE[operation.name as MachineOperationName](a, b, c);
}
