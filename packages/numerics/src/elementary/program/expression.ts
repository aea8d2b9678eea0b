/**
 * Arithmetic as data: the words in which every elementary function is written once, for all back ends.
 *
 * An expression is an immutable node. Real numbers are float64 with the exact IEEE 754 operations + − × ÷ √, negation,
 * absolute value and floor; 64-bit integers wrap; conditions come from comparisons. There is no branch (`select`
 * evaluates both sides) and no fused multiply-add, so that a back end has nothing to decide about rounding.
 */
export type RealOp =
  | "input"
  | "constant"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "sqrt"
  | "neg"
  | "abs"
  | "floor"
  | "select"
  | "toReal"
  | "powerOfTwo"
  | "load";
export type IntegerOp = "integer" | "bits" | "integerAdd" | "integerSub" | "integerAnd" | "shiftLeft" | "shiftRight";
export type ConditionOp = "less" | "lessOrEqual" | "equal" | "isOdd" | "and" | "or" | "not";

interface Base {
  readonly args: readonly Expression[];
  /** Value of `constant`; bit count of shifts; position of `input`. */
  readonly value?: number;
  /** Value of `integer`. */
  readonly integer?: bigint;
  /** Table of `load`. */
  readonly table?: string;
}

/** A float64 value. */
export interface Real extends Base {
  readonly kind: "real";
  readonly op: RealOp;
}

/** A 64-bit integer; arithmetic wraps. */
export interface Integer extends Base {
  readonly kind: "integer";
  readonly op: IntegerOp;
}

/** True or false. */
export interface Condition extends Base {
  readonly kind: "condition";
  readonly op: ConditionOp;
}

export type Expression = Real | Integer | Condition;

/** A real expression, or a number that stands for a constant. */
export type Operand = Real | number;

/** An integer expression, or a bigint that stands for a constant. */
export type IntegerOperand = Integer | bigint;

/** A constant; its exact bits are kept, the sign of zero included. */
export function constant(value: number): Real {
  return { kind: "real", op: "constant", args: [], value };
}

/** An integer constant, taken modulo 2^64. */
export function integer(value: bigint): Integer {
  return { kind: "integer", op: "integer", args: [], integer: BigInt.asIntN(64, value) };
}

/** The argument at a position of the function's argument list. */
export function input(position: number): Real {
  return { kind: "real", op: "input", args: [], value: position };
}

const lift = (operand: Operand): Real => (typeof operand === "number" ? constant(operand) : operand);
const liftInteger = (operand: IntegerOperand): Integer => (typeof operand === "bigint" ? integer(operand) : operand);

function real(op: RealOp, ...args: readonly Operand[]): Real {
  return { kind: "real", op, args: args.map(lift) };
}

function whole(op: IntegerOp, ...args: readonly IntegerOperand[]): Integer {
  return { kind: "integer", op, args: args.map(liftInteger) };
}

/** Sum of two or more numbers, added from the left. */
export function add(first: Operand, ...rest: readonly Operand[]): Real {
  return rest.reduce<Real>((sum, term) => real("add", sum, term), lift(first));
}
export const sub = (a: Operand, b: Operand): Real => real("sub", a, b);

/** Product of two or more numbers, multiplied from the left. */
export function mul(first: Operand, ...rest: readonly Operand[]): Real {
  return rest.reduce<Real>((product, factor) => real("mul", product, factor), lift(first));
}
export const div = (a: Operand, b: Operand): Real => real("div", a, b);
export const sqrt = (a: Operand): Real => real("sqrt", a);
export const neg = (a: Operand): Real => real("neg", a);
export const abs = (a: Operand): Real => real("abs", a);
export const floor = (a: Operand): Real => real("floor", a);

/** `whenTrue` if the condition holds, otherwise `whenFalse`; both are evaluated. */
export function select(condition: Condition, whenTrue: Operand, whenFalse: Operand): Real {
  return { kind: "real", op: "select", args: [condition, lift(whenTrue), lift(whenFalse)] };
}

/** 2^exponent for an exponent in [−1022, 1023]; only the low 12 bits of the integer are read. */
export const powerOfTwo = (exponent: Integer): Real => ({ kind: "real", op: "powerOfTwo", args: [exponent] });

/** The integer as a number; it must fit in 32 bits. */
export const toReal = (a: Integer): Real => ({ kind: "real", op: "toReal", args: [a] });

/** Element of a named table of float64 numbers; the index is the low 32 bits, and must lie inside the table. */
export function load(table: string, index: Integer): Real {
  return { kind: "real", op: "load", args: [index], table };
}

/** The 64 bits of a float64, as an integer. */
export const bitsOf = (a: Operand): Integer => ({ kind: "integer", op: "bits", args: [lift(a)] });
export const integerAdd = (a: IntegerOperand, b: IntegerOperand): Integer => whole("integerAdd", a, b);
export const integerSub = (a: IntegerOperand, b: IntegerOperand): Integer => whole("integerSub", a, b);
export const integerAnd = (a: IntegerOperand, b: IntegerOperand): Integer => whole("integerAnd", a, b);

/** Shift by a constant number of bits, zeros coming in from the right. */
export const shiftLeft = (a: IntegerOperand, by: number): Integer => ({ ...whole("shiftLeft", a), value: by });

/** Arithmetic shift by a constant number of bits: floor(a / 2^by). */
export const shiftRight = (a: IntegerOperand, by: number): Integer => ({ ...whole("shiftRight", a), value: by });

function condition(op: ConditionOp, ...args: readonly Expression[]): Condition {
  return { kind: "condition", op, args };
}

/** Comparisons are false when an operand is NaN; −0 equals 0. */
export const less = (a: Operand, b: Operand): Condition => condition("less", lift(a), lift(b));
export const lessOrEqual = (a: Operand, b: Operand): Condition => condition("lessOrEqual", lift(a), lift(b));
export const equal = (a: Operand, b: Operand): Condition => condition("equal", lift(a), lift(b));
export const isOdd = (a: Integer): Condition => condition("isOdd", a);
export const both = (a: Condition, b: Condition): Condition => condition("and", a, b);
export const either = (a: Condition, b: Condition): Condition => condition("or", a, b);
export const not = (a: Condition): Condition => condition("not", a);
