import type { Expression } from "./expression.ts";
import type { Operation, Source } from "./operation.ts";

const BITS: Readonly<Record<Source, number>> = { parameter: 1, column: 2, state: 4, time: 8 };
/** From the data, but the same for all elements: a sum over them, or their number. */
const STATISTIC = 16;
const BY_ELEMENT = BITS.column | BITS.state;
const SOURCES = Object.keys(BITS) as readonly Source[];

/**
 * The union of what the arguments depend on, and of the source that the node itself is. A reduction takes the elements
 * out.
 */
export function dependenceBits(
  { source, isReduction }: Operation,
  args: readonly { readonly dependence: number }[],
): number {
  let bits = source === undefined ? 0 : BITS[source];
  for (const { dependence } of args) bits |= dependence;
  return isReduction === true ? (bits & ~BY_ELEMENT) | STATISTIC : bits;
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
  return (dependence & BY_ELEMENT) !== 0;
}

/** Whether the value depends on columns alone, or on nothing. */
export function isOfColumns({ dependence }: Expression): boolean {
  return (dependence & ~BITS.column) === 0;
}

/** Whether the value holds a sum over the elements of the data. */
export function hasStatistics({ dependence }: Expression): boolean {
  return (dependence & STATISTIC) !== 0;
}
