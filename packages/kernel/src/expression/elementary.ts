import * as numerics from "@simloom/numerics";
import { numericToNumeric, type Operation, realToReal } from "./operation.ts";

/** Elementary functions of one or two real arguments, with the same bits on every back end. */
const functions = {
  exp: numerics.exp,
  exp2: numerics.exp2,
  expm1: numerics.expm1,
  log: numerics.log,
  log2: numerics.log2,
  log10: numerics.log10,
  log1p: numerics.log1p,
  pow: numerics.pow,
  cbrt: numerics.cbrt,
  hypot: numerics.hypot,
  sin: numerics.sin,
  cos: numerics.cos,
  tan: numerics.tan,
  asin: numerics.asin,
  acos: numerics.acos,
  atan: numerics.atan,
  atan2: numerics.atan2,
  sinh: numerics.sinh,
  cosh: numerics.cosh,
  tanh: numerics.tanh,
  erf: numerics.erf,
  erfc: numerics.erfc,
} as const;

/** Name of an elementary function that a kernel can call. */
export type ElementaryOperationName = keyof typeof functions;

/** Those that are also defined for complex arguments. */
const COMPLEX: ReadonlySet<string> = new Set([
  ...["exp", "log", "pow", "sin", "cos", "tan", "sinh", "cosh", "tanh"],
  ...["asin", "acos", "atan"],
]);

function operation(name: ElementaryOperationName): Operation {
  const evaluate = functions[name] as (...args: readonly unknown[]) => number;
  const signature = COMPLEX.has(name) ? numericToNumeric : realToReal;
  return { name, arity: evaluate.length, signature, elementary: name, evaluate };
}

/** One operation per elementary function. */
export const elementaryOperations = Object.fromEntries(
  Object.keys(functions).map((name) => [name, operation(name as ElementaryOperationName)]),
) as unknown as Readonly<Record<ElementaryOperationName, Operation>>;

/** The functions themselves, for back ends that call them. */
export const elementaryFunctions: Readonly<Record<string, (...args: number[]) => number>> = functions as Readonly<
  Record<string, (...args: number[]) => number>
>;
