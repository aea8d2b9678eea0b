import type { Expression, Payload } from "../expression/expression.ts";
import { constant, isConstant, truth } from "../expression/leaves.ts";
import type { Value } from "../expression/operation.ts";
import { numberAt, type TableValues } from "../expression/table-values.ts";
import { type RuleTable, rewrite } from "./rewrite.ts";

/** Folds operations on constants, with the bits that the program would have computed. */
export const constantRules: RuleTable = {
  tableValue: ([index], { payload }) =>
    index !== undefined && isConstant(index)
      ? constant(numberAt(payload as TableValues, index.payload as number))
      : undefined,
  any: (args, { operation }) => {
    if (args.length === 0 || operation.evaluate === undefined) return undefined;
    for (const arg of args) if (!isKnown(arg)) return undefined;
    return literal(operation.evaluate(...args.map(({ payload }) => payload as Value)));
  },
};

/** Constant folding alone. */
export const foldConstants = rewrite("fold-constants", constantRules);

/** A leaf that is not an input: a constant or a truth value. */
function isKnown({ operation, args, payload }: Expression): boolean {
  return args.length === 0 && operation.source === undefined && isValue(payload);
}

function isValue(payload: Payload): payload is Value {
  return typeof payload === "number" || typeof payload === "boolean";
}

function literal(value: Value): Expression {
  return typeof value === "boolean" ? truth(value) : constant(value);
}
