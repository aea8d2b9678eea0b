import type { Expression } from "./expression.ts";
import type { Source } from "./operation.ts";

const BITS: Readonly<Record<Source, number>> = { parameter: 1, column: 2, state: 4, time: 8 };
const SOURCES = Object.keys(BITS) as readonly Source[];

/** The union of what the arguments depend on, and of the source that the node itself is. */
export function dependenceBits(source: Source | undefined, args: readonly { readonly dependence: number }[]): number {
  return args.reduce((bits, { dependence }) => bits | dependence, source === undefined ? 0 : BITS[source]);
}

/** Whether the value changes with some input of that kind. */
export function dependsOn({ dependence }: Expression, source: Source): boolean {
  return (dependence & BITS[source]) !== 0;
}

/** Kinds of input that the value depends on, in the order parameter, column, state, time; empty for constants. */
export function dependenceOf(expression: Expression): readonly Source[] {
  return SOURCES.filter((source) => dependsOn(expression, source));
}

/**
 * Whether the value differs from one element of the columns or states to the next; all else is computed once per call.
 */
export function variesByElement({ dependence }: Expression): boolean {
  return (dependence & (BITS.column | BITS.state)) !== 0;
}
