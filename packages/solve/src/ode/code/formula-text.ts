import type { Expression } from "@simloom/kernel";

const INFIX: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  less: "<",
  lessOrEqual: "<=",
  equal: "==",
  notEqual: "!=",
  and: "and",
  or: "or",
};

/** An expression as a formula for people; what nests deeper than `depth` operations is shortened to "…". */
export function formulaText({ operation, args, payload }: Expression, depth = 4): string {
  if (args.length === 0) return operation.source === "time" ? "t" : `${payload}`;
  if (depth === 0) return "…";
  const texts = args.map((arg) => formulaText(arg, depth - 1));
  const infix = INFIX[operation.name];
  if (infix !== undefined) return `(${texts.join(` ${infix} `)})`;
  if (operation.name === "negate") return `-${texts[0]}`;
  return `${operation.name}(${texts.join(", ")})`;
}
