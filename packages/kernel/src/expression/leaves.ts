import { kernelError } from "../errors.ts";
import { type Expression, node } from "./expression.ts";
import { operations } from "./operations.ts";

/** An expression or a number that stands for a constant. */
export type Operand = Expression | number;

/** A real constant; any float64, NaN, infinities and −0 included. */
export function constant(value: number): Expression {
  return node(operations.constant, [], value);
}

/** A condition that is always or never true. */
export function truth(value: boolean): Expression {
  return node(operations.truth, [], value);
}

/** A number that is set for a whole call: a fit parameter, a coefficient. Throws `KERN-008` for an empty name. */
export function parameter(name: string): Expression {
  return node(operations.parameter, [], checked(name));
}

/** A number per element of the data. Throws `KERN-008` for an empty name. */
export function column(name: string): Expression {
  return node(operations.column, [], checked(name));
}

/** A component of the state of a differential equation, one number per member of the ensemble. Throws `KERN-008`. */
export function state(name: string): Expression {
  return node(operations.state, [], checked(name));
}

/** The independent variable of a differential equation; one number per call. */
export const time: Expression = node(operations.time, [], "time");

/** π to the nearest float64. */
export const pi: Expression = constant(Math.PI);

/** √−1. Its real part is absent rather than zero: `i * x` has no real arithmetic. */
export const i: Expression = node(operations.complex, [constant(0), constant(1)]);

/** The expression itself, or the constant that a number stands for. */
export function expressionOf(operand: Operand): Expression {
  return typeof operand === "number" ? constant(operand) : operand;
}

/** Whether the expression is a real constant; with `value`, that one, the sign of zero included. */
export function isConstant(expression: Expression, value?: number): boolean {
  if (expression.operation !== operations.constant) return false;
  return value === undefined || Object.is(expression.payload, value);
}

/** Whether the expression is an input: a parameter, column, state or the time. */
export function isInput({ operation }: Expression): boolean {
  return operation.source !== undefined;
}

function checked(name: string): string {
  if (name !== "") return name;
  throw kernelError("KERN-008", "An input has an empty name", "Give each parameter, column and state a name.");
}
