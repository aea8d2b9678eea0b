import type { Condition, ConditionOp, Expression, IntegerOp, Real, RealOp } from "./expression.ts";
import { input } from "./expression.ts";

/** One operation of a straight-line program; `args` are positions of earlier steps. */
export interface Step {
  readonly kind: "real" | "integer" | "condition";
  readonly op: RealOp | IntegerOp | ConditionOp;
  readonly args: readonly number[];
  /** Value of `constant`; bit count of shifts; position of `input`. */
  readonly value?: number;
  /** Value of `integer`. */
  readonly integer?: bigint;
  /** Table of `load`: see `elementaryTable`. */
  readonly table?: string;
}

/** A straight-line program: no branches, no calls, one assignment per step, equal steps merged. */
export interface StraightLine {
  readonly steps: readonly Step[];
  /** Steps that are the results. */
  readonly outputs: readonly number[];
  /** Step that says whether the results are valid. Absent: always. */
  readonly guard?: number;
}

/**
 * One elementary function as data.
 *
 * `fast` covers the common arguments. Where its `guard` is false, the result is that of `slow`, which takes the same
 * arguments and has no guard. A back end tests the guard (a vector one: whether it holds in all lanes) and runs `slow`
 * out of line. A function without `slow` is complete in `fast`.
 */
export interface ElementaryProgram {
  readonly name: string;
  /** Names of the arguments, all float64. */
  readonly inputs: readonly string[];
  /** Names of the results, all float64: one, or two for `sincos`. */
  readonly outputs: readonly string[];
  readonly fast: StraightLine;
  readonly slow?: StraightLine;
}

/** Results of a program under construction, with the condition under which they are valid. */
export interface Guarded {
  readonly results: readonly Real[];
  readonly guard?: Condition;
}

/**
 * Builds a program from functions of its arguments, when somebody looks at it: all of them together take 15 ms and 5 MiB,
 * and a process that loads the package may never compile one.
 */
export function elementary(
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  fast: (...args: readonly Real[]) => Guarded,
  slow?: (...args: readonly Real[]) => readonly Real[],
): ElementaryProgram {
  const args = inputs.map((_, position) => input(position));
  let fastLine: StraightLine | undefined;
  let slowLine: StraightLine | undefined;
  const program = {
    name,
    inputs,
    outputs,
    get fast(): StraightLine {
      fastLine ??= straightLine(fast(...args));
      return fastLine;
    },
  };
  if (slow === undefined) return program;
  return Object.defineProperty(program, "slow", {
    enumerable: true,
    get(): StraightLine {
      slowLine ??= straightLine({ results: slow(...args) });
      return slowLine;
    },
  });
}

/** Flattens expressions into steps: arguments first, equal steps once, in the order in which they were written. */
export function straightLine({ results, guard }: Guarded): StraightLine {
  const steps: Step[] = [];
  const placeOf = new Map<Expression, number>();
  const placeByText = new Map<string, number>();

  function place(expression: Expression): number {
    const known = placeOf.get(expression);
    if (known !== undefined) return known;
    const args = expression.args.map(place);
    const { kind, op, value, integer, table } = expression;
    const text = `${op}(${args})${Object.is(value, -0) ? "-0" : value}|${integer}|${table}`;
    let position = placeByText.get(text);
    if (position === undefined) {
      position = steps.length;
      steps.push({
        kind,
        op,
        args,
        ...(value !== undefined && { value }),
        ...(integer !== undefined && { integer }),
        ...(table !== undefined && { table }),
      });
      placeByText.set(text, position);
    }
    placeOf.set(expression, position);
    return position;
  }

  const guardPlace = guard === undefined ? undefined : place(guard);
  const outputs = results.map(place);
  return { steps, outputs, ...(guardPlace !== undefined && { guard: guardPlace }) };
}
