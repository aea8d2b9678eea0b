/** What a bound plan holds that another one can use: equal expressions over the same columns of the caller. */
import type { Expression } from "../expression/expression.ts";
import type { Program } from "../program/program.ts";
import type { PlanContext, PreparedProgram } from "./bind.ts";
import type { SetPlan } from "./hoist.ts";

/** What a column holds: the expression that was cached in it, or the name of a column of the caller. */
export type ColumnIdentity = Expression | string;

/** Data of a bound plan. */
export interface Held {
  readonly counts: Readonly<Record<string, number>>;
  /** Sums of data by their summands. */
  readonly statistics: ReadonlyMap<Expression, number>;
  /** Bodies with data of their own, and what their columns hold. */
  readonly bodies: readonly {
    readonly set: string;
    readonly prepared: PreparedProgram;
    readonly columns: readonly ColumnIdentity[];
  }[];
}

/** What the names of columns of a set stand for. */
export function identitiesOf({ cached }: SetPlan): ReadonlyMap<string, ColumnIdentity> {
  return new Map(cached?.outputs.map(({ name, value }) => [name, value]));
}

/** What the columns of a program hold, in its order. */
export function heldColumns(
  { columns }: Program,
  identities: ReadonlyMap<string, ColumnIdentity>,
): readonly ColumnIdentity[] {
  return columns.map((name) => identities.get(name) ?? name);
}

/** A program on the data of a body that holds all its columns; undefined if there is none. */
export function placedBeside(
  context: PlanContext,
  program: Program,
  set: string,
  identities: ReadonlyMap<string, ColumnIdentity>,
  { bodies }: Held,
): PreparedProgram | undefined {
  const wanted = heldColumns(program, identities);
  const body = bodies.find((one) => one.set === set && wanted.every((identity) => one.columns.includes(identity)));
  if (body === undefined) return undefined;
  const columns = body.columns.map((identity, place) => {
    const own = wanted.indexOf(identity);
    return own < 0 ? `#unread ${place}` : (program.columns[own] as string);
  });
  return context.prepareBeside({ ...program, columns }, body.prepared);
}
