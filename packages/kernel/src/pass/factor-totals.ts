/**
 * Takes what is the same for all elements out of sums over them: Σ s c = s Σ c.
 *
 * Derivatives of a likelihood multiply whole adjoints by numbers that come from sums themselves (W / Σ w I). Left inside,
 * each would ask for a second pass over the elements. So an element's value is split into Σ s_k c_k, s_k from sums and c_k
 * without them, wherever it is linear in them. Parameters are taken out where they are factors of a whole summand.
 *
 * Sums are rounded in another order: results agree to rounding, not to the bit.
 */
import { add, divide, multiply, negate, select, subtract, total } from "../expression/build.ts";
import { hasStatistics, variesByElement } from "../expression/dependence.ts";
import { type Expression, node } from "../expression/expression.ts";
import { constant, isConstant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { overElements } from "../expression/over-elements.ts";
import { namedPass } from "./rewrite.ts";

const ONE = constant(1);
const ZERO = constant(0);
/** Beyond so many scales one summand would become too many sums. */
const MAX_SCALES = 8;

/** Value per element as a sum of numbers times values without sums in them; by the number. */
type Split = ReadonlyMap<Expression, Expression>;

/** Takes factors out of totals, the innermost totals first. Linear in the number of nodes. */
export const factorTotals = namedPass("factor-totals", (roots) => {
  const replaced = new Map<Expression, Expression>();
  const splits = new Map<Expression, Split | undefined>();
  for (const old of topologicalOrder(roots)) {
    const args = old.args.map((arg) => replaced.get(arg) as Expression);
    const isSame = args.every((arg, index) => arg === old.args[index]);
    let next = isSame ? old : node(old.operation, args, old.payload);
    if (next.operation === operations.total) {
      const summand = args[0] as Expression;
      next = totalOf(summand, splitOf(summand, splits) ?? new Map([[ONE, summand]]));
    } else if (variesByElement(next) && hasStatistics(next) && !splits.has(next))
      splits.set(
        next,
        splitNode(next, (arg) => splitOf(arg, splits)),
      );
    replaced.set(old, next);
  }
  return roots.map((root) => replaced.get(root) as Expression);
});

/** Σ s total(c), with factors of whole summands taken out too. */
function totalOf(summand: Expression, split: Split): Expression {
  const terms = [...split].map(([scale, core]) => {
    const { factor, rest } = withoutFactors(core);
    const sum = rest === undefined ? overElements(core, summand) : times(factor, total(rest));
    return times(scale, sum);
  });
  return terms.reduce((sum, term) => add(sum, term));
}

/** A product or quotient as what is the same for all elements, and the rest; no rest if there is no such factor. */
function withoutFactors(node: Expression): { readonly factor: Expression; readonly rest: Expression | undefined } {
  const [a, b] = node.args as readonly [Expression, Expression];
  const none = { factor: ONE, rest: undefined };
  if (!variesByElement(node)) return none;
  if (node.operation === operations.negate) {
    const inner = withoutFactors(a);
    return { factor: negate(inner.factor), rest: inner.rest ?? a };
  }
  if (node.operation === operations.multiply) {
    if (!variesByElement(a)) return joined(a, withoutFactors(b), b);
    if (!variesByElement(b)) return joined(b, withoutFactors(a), a);
    const [left, right] = [withoutFactors(a), withoutFactors(b)];
    if (left.rest === undefined && right.rest === undefined) return none;
    return { factor: times(left.factor, right.factor), rest: multiply(left.rest ?? a, right.rest ?? b) };
  }
  if (node.operation === operations.divide) {
    const left = withoutFactors(a);
    if (!variesByElement(b)) return { factor: divide(left.factor, b), rest: left.rest ?? a };
    if (!variesByElement(a)) return { factor: a, rest: divide(1, b) };
    return left.rest === undefined ? none : { factor: left.factor, rest: divide(left.rest, b) };
  }
  return none;
}

function joined(
  factor: Expression,
  inner: { readonly factor: Expression; readonly rest: Expression | undefined },
  node: Expression,
) {
  return { factor: times(factor, inner.factor), rest: inner.rest ?? node };
}

function times(a: Expression, b: Expression): Expression {
  return a === ONE ? b : b === ONE ? a : multiply(a, b);
}

/** Undefined where the value is not linear in numbers from sums. */
function splitOf(node: Expression, known: ReadonlyMap<Expression, Split | undefined>): Split | undefined {
  if (!variesByElement(node)) return new Map([[node, ONE]]);
  return hasStatistics(node) ? known.get(node) : new Map([[ONE, node]]);
}

function splitNode(node: Expression, of: (arg: Expression) => Split | undefined): Split | undefined {
  const [a, b, c] = node.args as readonly [Expression, Expression, Expression];
  switch (node.operation) {
    case operations.negate:
      return mapped(of(a), negate);
    case operations.add:
      return merged(of(a), of(b), (x, y) => (x === undefined ? (y as Expression) : y === undefined ? x : add(x, y)));
    case operations.subtract:
      return merged(of(a), of(b), (x, y) =>
        x === undefined ? negate(y as Expression) : y === undefined ? x : subtract(x, y),
      );
    case operations.multiply:
      return product(of(a), of(b));
    case operations.divide:
      return quotient(of(a), of(b));
    case operations.select:
      return hasStatistics(a) ? undefined : merged(of(b), of(c), (x, y) => select(a, x ?? ZERO, y ?? ZERO));
    default:
      return undefined;
  }
}

function mapped(split: Split | undefined, change: (core: Expression) => Expression): Split | undefined {
  return split && new Map([...split].map(([scale, core]) => [scale, change(core)]));
}

function merged(
  a: Split | undefined,
  b: Split | undefined,
  join: (x: Expression | undefined, y: Expression | undefined) => Expression,
): Split | undefined {
  if (a === undefined || b === undefined) return undefined;
  const scales = new Set([...a.keys(), ...b.keys()]);
  if (scales.size > MAX_SCALES) return undefined;
  return new Map([...scales].map((scale) => [scale, join(a.get(scale), b.get(scale))]));
}

function product(a: Split | undefined, b: Split | undefined): Split | undefined {
  if (a === undefined || b === undefined || a.size * b.size > MAX_SCALES) return undefined;
  const terms = new Map<Expression, Expression>();
  for (const [scaleA, coreA] of a)
    for (const [scaleB, coreB] of b) {
      const scale = times(scaleA, scaleB);
      const core = times(coreA, coreB);
      const known = terms.get(scale);
      terms.set(scale, known === undefined ? core : add(known, core));
    }
  return terms;
}

function quotient(a: Split | undefined, b: Split | undefined): Split | undefined {
  if (a === undefined || b === undefined || b.size !== 1) return undefined;
  const [[scaleB, coreB]] = b as unknown as readonly [readonly [Expression, Expression]];
  const over = (x: Expression, y: Expression) => (isConstant(y, 1) ? x : divide(x, y));
  return new Map([...a].map(([scale, core]) => [over(scale, scaleB), over(core, coreB)]));
}
