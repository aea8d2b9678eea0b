import { abs, add, divide, multiply, negate, select, subtract } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant, isConstant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { type Rule, type RuleTable, rewrite } from "./rewrite.ts";

type Two = readonly [Expression, Expression];
type Three = readonly [Expression, Expression, Expression];

/**
 * Algebra that changes no bit of any result, for no argument: signs of zero, infinities and NaN included. So it never
 * moves a branch cut, `x + 0` stays (it turns −0 into +0), `x - x` stays (NaN for an infinity), and sums keep their
 * order.
 */
export const algebraRules: RuleTable = {
  add: realOnly((args) => {
    const [a, b] = args as Two;
    if (isConstant(a, -0)) return b;
    if (isConstant(b, -0)) return a;
    if (isNegation(b)) return subtract(a, inner(b));
    if (isNegation(a)) return subtract(b, inner(a));
    return undefined;
  }),
  subtract: realOnly((args) => {
    const [a, b] = args as Two;
    if (isConstant(b, 0)) return a;
    if (isConstant(a, -0)) return negate(b);
    return isNegation(b) ? add(a, inner(b)) : undefined;
  }),
  multiply: (args) => {
    const [a, b] = args as Two;
    // part by part for complex numbers too
    if (isConstant(a, 1)) return b;
    if (isConstant(b, 1)) return a;
    if (isConstant(a, -1)) return negate(b);
    if (isConstant(b, -1)) return negate(a);
    if (a.type !== "real" || b.type !== "real") return undefined;
    if (isNegation(a)) return isNegation(b) ? multiply(inner(a), inner(b)) : negate(multiply(inner(a), b));
    return isNegation(b) ? negate(multiply(a, inner(b))) : undefined;
  },
  divide: (args) => {
    const [a, b] = args as Two;
    if (isConstant(b, 1)) return a;
    if (a.type !== "real" || b.type !== "real") return undefined;
    if (isNegation(a)) return isNegation(b) ? divide(inner(a), inner(b)) : negate(divide(inner(a), b));
    if (isNegation(b)) return negate(divide(a, inner(b)));
    return isConstant(b) && hasExactReciprocal(b.payload as number)
      ? multiply(a, constant(1 / (b.payload as number)))
      : undefined;
  },
  negate: realOnly(([a]) => (a !== undefined && isNegation(a) ? inner(a) : undefined)),
  abs: realOnly(([a]) => {
    if (a?.operation === operations.abs) return a;
    return a !== undefined && isNegation(a) ? abs(inner(a)) : undefined;
  }),
  min: same,
  max: same,
  and: (args) => whenKnown(args as Two, false),
  or: (args) => whenKnown(args as Two, true),
  not: ([a]) => (a?.operation === operations.not ? inner(a) : undefined),
  select: (args, node) => {
    const [condition, a, b] = args as Three;
    if (a === b) return a;
    // a real branch of a complex choice stays, lest the type of the node change
    if (condition.operation === operations.truth) {
      const taken = condition.payload === true ? a : b;
      return taken.type === node.type ? taken : undefined;
    }
    return condition.operation === operations.not ? select(inner(condition), b, a) : undefined;
  },
};

/** Algebra alone. */
export const algebra = rewrite("algebra", algebraRules);

/** Complex nodes are rewritten after lowering, part by part. */
function realOnly(rule: Rule): Rule {
  return (args, node) => {
    for (const { type } of args) if (type !== "real") return undefined;
    return rule(args, node);
  };
}

function same(args: readonly Expression[]): Expression | undefined {
  return args[0] === args[1] ? args[0] : undefined;
}

/** `and` and `or` with a known argument: one value decides, the other has no say. */
function whenKnown([a, b]: Two, deciding: boolean): Expression | undefined {
  if (a === b) return a;
  if (a.operation === operations.truth) return a.payload === deciding ? a : b;
  if (b.operation === operations.truth) return b.payload === deciding ? b : a;
  return undefined;
}

function isNegation({ operation }: Expression): boolean {
  return operation === operations.negate;
}

function inner({ args }: Expression): Expression {
  return args[0] as Expression;
}

function hasExactReciprocal(divisor: number): boolean {
  const size = Math.abs(divisor);
  // powers of two: the product with the reciprocal is the same real number, so it is rounded the same way
  return size >= 2 ** -1022 && size <= 2 ** 1022 && size === 2 ** Math.round(Math.log2(size));
}
