import {
  type ElementaryName,
  elementaryProgram,
  elementaryTable,
  type Step,
  type StraightLine,
} from "@simloom/numerics";
import { cNumber } from "./c-number.ts";

type StepCode = Readonly<Record<Step["op"], (args: readonly string[], step: Step) => string>>;

const CODE: StepCode = {
  input: (_, { value }) => `a${value}`,
  constant: (_, { value }) => `V(${cNumber(value as number)})`,
  add: ([a, b]) => `${a} + ${b}`,
  sub: ([a, b]) => `${a} - ${b}`,
  mul: ([a, b]) => `${a} * ${b}`,
  div: ([a, b]) => `${a} / ${b}`,
  sqrt: ([a]) => `vsqrt(${a})`,
  neg: ([a]) => `-${a}`,
  abs: ([a]) => `vabs(${a})`,
  floor: ([a]) => `vfloor(${a})`,
  select: ([condition, a, b]) => `pick(${condition}, ${a}, ${b})`,
  toReal: ([a]) => `real_of(${a})`,
  powerOfTwo: ([a]) => `power_of_two(${a})`,
  load: ([a], { table }) => `look_up(${table}, ${elementaryTable(table as string).length}, ${a})`,
  integer: (_, { integer }) => `I((long long)${BigInt.asUintN(64, integer as bigint)}ULL)`,
  bits: ([a]) => `(vi)${a}`,
  integerAdd: ([a, b]) => `${a} + ${b}`,
  integerSub: ([a, b]) => `${a} - ${b}`,
  integerAnd: ([a, b]) => `${a} & ${b}`,
  shiftLeft: ([a], { value }) => `${a} << ${value}`,
  shiftRight: ([a], { value }) => `${a} >> ${value}`,
  less: ([a, b]) => `(vi)(${a} < ${b})`,
  lessOrEqual: ([a, b]) => `(vi)(${a} <= ${b})`,
  equal: ([a, b]) => `(vi)(${a} == ${b})`,
  isOdd: ([a]) => `(vi)((${a} & I(1)) != I(0))`,
  and: ([a, b]) => `${a} & ${b}`,
  or: ([a, b]) => `${a} | ${b}`,
  not: ([a]) => `~${a}`,
};

/**
 * Elementary functions as C functions `f_<name>` on vectors, from the programs that every back end shares, with the tables
 * that they read. Where a lane is outside the range of the fast program, the slow one is computed for all and picked for
 * it. With `isInline` they become part of the loop that calls them: faster, and slow to compile where there are many.
 * Slow programs split numbers without error, which a fused product would undo: theirs stay apart in `fast` arithmetic too.
 */
export function cElementary(names: readonly string[], isInline: boolean): string {
  const kind = isInline ? "FN" : "static __attribute__((noinline, unused))";
  const tables = new Set<string>();
  const functions = names.flatMap((name) => {
    const { inputs, fast, slow } = elementaryProgram(name as ElementaryName);
    for (const { table } of [...fast.steps, ...(slow?.steps ?? [])]) if (table !== undefined) tables.add(table);
    const parameters = inputs.map((_, index) => `vd a${index}`).join(", ");
    const passed = inputs.map((_, index) => `a${index}`).join(", ");
    const lines = body(fast);
    const result = `s${fast.outputs[0]}`;
    if (slow === undefined || fast.guard === undefined)
      return [`${kind} vd f_${name}(${parameters}) {`, ...lines, `  return ${result};`, "}"];
    return [
      `static __attribute__((noinline, unused)) vd slow_${name}(${parameters}) {`,
      ...body(slow, { mul: ([a, b]) => `apart(${a} * ${b})` }),
      `  return s${slow.outputs[0]};`,
      "}",
      `${kind} vd f_${name}(${parameters}) {`,
      ...lines,
      `  if (__builtin_expect(every(s${fast.guard}), 1)) return ${result};`,
      `  return pick(s${fast.guard}, ${result}, slow_${name}(${passed}));`,
      "}",
    ];
  });
  const rows = [...tables].map((name) => {
    const values = Array.from(elementaryTable(name), cNumber);
    return `static const double ${name}[${values.length}] = {${values.join(", ")}};`;
  });
  return [...rows, ...functions, ""].join("\n");
}

function body({ steps }: StraightLine, other: Partial<StepCode> = {}): readonly string[] {
  const code = { ...CODE, ...other };
  return steps.map((step, index) => {
    const type = step.kind === "real" ? "vd" : "vi";
    return `  const ${type} s${index} = ${code[step.op](
      step.args.map((arg) => `s${arg}`),
      step,
    )};`;
  });
}
