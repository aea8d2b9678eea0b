import * as build from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { i, pi } from "../expression/leaves.ts";

/** A function of the formula language. */
export interface FormulaFunction {
  readonly arity: number;
  build(...args: readonly Expression[]): Expression;
}

type Three = readonly [Expression, Expression, Expression];

const unary = (make: (a: Expression) => Expression): FormulaFunction => ({
  arity: 1,
  build: (...args) => make(args[0] as Expression),
});
const binary = (make: (a: Expression, b: Expression) => Expression): FormulaFunction => ({
  arity: 2,
  build: (...args) => make(args[0] as Expression, args[1] as Expression),
});

/** Functions by the name that formulas call them. */
export const formulaFunctions: ReadonlyMap<string, FormulaFunction> = new Map(
  Object.entries({
    abs: unary(build.abs),
    sqrt: unary(build.sqrt),
    cbrt: unary(build.cbrt),
    floor: unary(build.floor),
    sign: unary(build.sign),
    min: binary(build.min),
    max: binary(build.max),
    select: { arity: 3, build: (...args) => build.select(...(args as Three)) },
    pow: binary(build.power),
    exp: unary(build.exp),
    exp2: unary(build.exp2),
    expm1: unary(build.expm1),
    log: unary(build.log),
    log2: unary(build.log2),
    log10: unary(build.log10),
    log1p: unary(build.log1p),
    hypot: binary(build.hypot),
    sin: unary(build.sin),
    cos: unary(build.cos),
    tan: unary(build.tan),
    asin: unary(build.asin),
    acos: unary(build.acos),
    atan: unary(build.atan),
    atan2: binary(build.atan2),
    sinh: unary(build.sinh),
    cosh: unary(build.cosh),
    tanh: unary(build.tanh),
    erf: unary(build.erf),
    erfc: unary(build.erfc),
    complex: binary(build.complex),
    real: unary(build.real),
    imag: unary(build.imaginary),
    conj: unary(build.conjugate),
    arg: unary(build.argument),
    abs2: unary(build.absSquared),
  } satisfies Record<string, FormulaFunction>),
);

/** Constants by the name that formulas call them. */
export const formulaConstants: ReadonlyMap<string, Expression> = new Map([
  ["i", i],
  ["pi", pi],
]);

/** Words that join conditions. */
export const formulaWords: ReadonlySet<string> = new Set(["and", "or", "not"]);

/** Whether a name has a meaning of its own and cannot be that of an input. */
export function isReserved(name: string): boolean {
  return formulaFunctions.has(name) || formulaConstants.has(name) || formulaWords.has(name);
}
