import { elementaryOperations } from "./elementary.ts";
import {
  booleanToBoolean,
  conditionThenNumeric,
  numericToComplex,
  numericToNumeric,
  numericToReal,
  type Operation,
  realToBoolean,
  realToComplex,
  realToReal,
  type Signature,
  type Source,
  sameAsArgument,
  type Value,
} from "./operation.ts";

const nothing = (type: "real" | "boolean"): Signature => ({ expects: "nothing", typeOf: () => type });

/** Leaves. Their values stand in the node's payload: a number, a truth value, or the name of an input. */
const leaves = {
  constant: { name: "constant", arity: 0, signature: nothing("real") },
  truth: { name: "truth", arity: 0, signature: nothing("boolean") },
  parameter: source("parameter"),
  column: source("column"),
  state: source("state"),
  time: source("time"),
} satisfies Record<string, Operation>;

const arithmetic = {
  add: real("add", 2, numericToNumeric, (a, b) => a + b, true),
  subtract: real("subtract", 2, numericToNumeric, (a, b) => a - b),
  multiply: real("multiply", 2, numericToNumeric, (a, b) => a * b, true),
  divide: real("divide", 2, numericToNumeric, (a, b) => a / b),
  negate: real("negate", 1, numericToNumeric, (a) => -a),
  abs: real("abs", 1, numericToReal, (a) => Math.abs(a)),
  sqrt: real("sqrt", 1, numericToNumeric, (a) => Math.sqrt(a)),
  floor: real("floor", 1, realToReal, (a) => Math.floor(a)),
  min: real("min", 2, realToReal, (a, b) => Math.min(a, b), true),
  max: real("max", 2, realToReal, (a, b) => Math.max(a, b), true),
  /** The exponent, a whole number, is the payload; expanded to products before code is made. */
  integerPower: { name: "integerPower", arity: 1, signature: numericToNumeric },
} satisfies Record<string, Operation>;

const logic = {
  less: real("less", 2, realToBoolean, (a, b) => a < b),
  lessOrEqual: real("lessOrEqual", 2, realToBoolean, (a, b) => a <= b),
  equal: real("equal", 2, realToBoolean, (a, b) => a === b, true),
  notEqual: real("notEqual", 2, realToBoolean, (a, b) => a !== b, true),
  and: boolean("and", 2, (a, b) => a && b),
  or: boolean("or", 2, (a, b) => a || b),
  not: boolean("not", 1, (a) => !a),
  select: {
    name: "select",
    arity: 3,
    signature: conditionThenNumeric,
    evaluate: (...[condition, a, b]) => (condition === true ? a : b) as Value,
  },
} satisfies Record<string, Operation>;

/** Making and taking apart complex numbers. None survives lowering. */
const complexParts = {
  complex: { name: "complex", arity: 2, signature: realToComplex },
  real: { name: "real", arity: 1, signature: numericToReal },
  imaginary: { name: "imaginary", arity: 1, signature: numericToReal },
  conjugate: { name: "conjugate", arity: 1, signature: numericToNumeric },
  argument: { name: "argument", arity: 1, signature: numericToReal },
} satisfies Record<string, Operation>;

/** Functions with derivatives of their own, replaced by arithmetic of the others before code is made. */
const composites = {
  asinh: { name: "asinh", arity: 1, signature: numericToNumeric },
  acosh: { name: "acosh", arity: 1, signature: numericToNumeric },
  atanh: { name: "atanh", arity: 1, signature: numericToNumeric },
  faddeeva: { name: "faddeeva", arity: 1, signature: numericToComplex },
  /** Parts of w(x + i y), of two real numbers: what lowering makes of `faddeeva`. */
  faddeevaReal: { name: "faddeevaReal", arity: 2, signature: realToReal },
  faddeevaImaginary: { name: "faddeevaImaginary", arity: 2, signature: realToReal },
} satisfies Record<string, Operation>;

/** Numbers picked from a table, the payload; the argument is the index, as `numberAt` takes it. */
const gathers = {
  tableValue: { name: "tableValue", arity: 1, signature: realToReal, isGather: true },
} satisfies Record<string, Operation>;

/** Over all elements of the data. None survives planning: programs know sums as a kind of output. */
const reductions = {
  total: { name: "total", arity: 1, signature: numericToNumeric, isReduction: true },
} satisfies Record<string, Operation>;

/** Marks: tags for activation, a label for people; the payload holds them. None survives planning. */
const marks = {
  tag: { name: "tag", arity: 1, signature: sameAsArgument, isTransparent: true },
  label: { name: "label", arity: 1, signature: sameAsArgument, isTransparent: true },
} satisfies Record<string, Operation>;

/** All operations by name. */
export const operations = {
  ...leaves,
  ...arithmetic,
  ...logic,
  ...complexParts,
  ...composites,
  ...gathers,
  ...reductions,
  ...marks,
  ...elementaryOperations,
};

/** Name of an operation. */
export type OperationName = keyof typeof operations;

/** Name of an operation that may stand in a lowered program and is written by each back end in its own way. */
export type MachineOperationName = Exclude<keyof typeof arithmetic, "integerPower"> | keyof typeof logic;

function source(name: Source): Operation {
  return { name, arity: 0, signature: nothing("real"), source: name };
}

function real(
  name: string,
  arity: number,
  signature: Signature,
  evaluate: (a: number, b: number) => Value,
  isCommutative = false,
): Operation {
  return { name, arity, signature, isCommutative, evaluate: evaluate as (...args: readonly Value[]) => Value };
}

function boolean(name: string, arity: number, evaluate: (a: boolean, b: boolean) => boolean): Operation {
  const isCommutative = arity === 2;
  return {
    name,
    arity,
    signature: booleanToBoolean,
    isCommutative,
    evaluate: evaluate as (...args: readonly unknown[]) => Value,
  };
}
