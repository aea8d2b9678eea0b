/** What a node stands for: a float64, a pair of them, or a truth value. */
export type ExpressionType = "real" | "complex" | "boolean";

/** What an operation takes and gives. `typeOf` is undefined where the arguments do not fit. */
export interface Signature {
  /** For error messages: what the arguments must be. */
  readonly expects: string;
  typeOf(types: readonly ExpressionType[]): ExpressionType | undefined;
}

/**
 * A kind of node as a record, so that passes and back ends ask for properties and never list kinds.
 *
 * `evaluate` takes and gives real or boolean values and is the definition of the operation: every back end gives the same
 * bits (NaN apart, of which there is one). Operations on complex arguments have no `evaluate`; lowering replaces them.
 */
export interface Operation {
  readonly name: string;
  readonly arity: number;
  readonly signature: Signature;
  /** f(a, b) and f(b, a) have the same bits. */
  readonly isCommutative?: boolean;
  /** Values from outside (parameter, column, state, time): the dependence that begins here. */
  readonly source?: Source;
  /** One number from all elements of its argument: what depends on elements ends here. */
  readonly isReduction?: boolean;
  /** Picks a number from the `TableValues` of its payload; back ends write it as `numberAt` is defined. */
  readonly isGather?: boolean;
  /** Has the value of its argument: a mark for people or for activation, gone before code is made (`stripTags`). */
  readonly isTransparent?: boolean;
  /** Function of `@simloom/numerics` that computes it. */
  readonly elementary?: string;
  evaluate?(...args: readonly Value[]): Value;
}

/** Value of a real or boolean node. */
export type Value = number | boolean;

/** Where a value can come from. */
export type Source = "parameter" | "column" | "state" | "time";

const isNumeric = (type: ExpressionType) => type !== "boolean";
const isReal = (type: ExpressionType) => type === "real";
const isBoolean = (type: ExpressionType) => type === "boolean";
const join = (types: readonly ExpressionType[]): ExpressionType => (types.includes("complex") ? "complex" : "real");

/** Real arguments, real result. */
export const realToReal: Signature = {
  expects: "real numbers",
  typeOf: (types) => (types.every(isReal) ? "real" : undefined),
};

/** Real or complex arguments; complex when one of them is. */
export const numericToNumeric: Signature = {
  expects: "numbers",
  typeOf: (types) => (types.every(isNumeric) ? join(types) : undefined),
};

/** Real or complex arguments, real result. */
export const numericToReal: Signature = {
  expects: "numbers",
  typeOf: (types) => (types.every(isNumeric) ? "real" : undefined),
};

/** What it is given. */
export const sameAsArgument: Signature = {
  expects: "one value",
  typeOf: ([type]) => type,
};

/** Real or complex argument, complex result. */
export const numericToComplex: Signature = {
  expects: "numbers",
  typeOf: (types) => (types.every(isNumeric) ? "complex" : undefined),
};

/** Two real parts to a complex number. */
export const realToComplex: Signature = {
  expects: "real numbers",
  typeOf: (types) => (types.every(isReal) ? "complex" : undefined),
};

/** Comparison of real numbers. */
export const realToBoolean: Signature = {
  expects: "real numbers",
  typeOf: (types) => (types.every(isReal) ? "boolean" : undefined),
};

/** Truth values to a truth value. */
export const booleanToBoolean: Signature = {
  expects: "comparisons",
  typeOf: (types) => (types.every(isBoolean) ? "boolean" : undefined),
};

/** A condition, then two numbers. */
export const conditionThenNumeric: Signature = {
  expects: "a comparison and two numbers",
  typeOf: ([condition, ...branches]) =>
    condition === "boolean" && branches.every(isNumeric) ? join(branches) : undefined,
};
