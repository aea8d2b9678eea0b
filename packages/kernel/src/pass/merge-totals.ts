import { add, multiply, negate, subtract, total } from "../expression/build.ts";
import { variesByElement } from "../expression/dependence.ts";
import { type Expression, node } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { isDataOnly } from "./mixed.ts";

interface Term {
  readonly node: Expression;
  readonly isNegative: boolean;
}

const ONE = constant(1);

/**
 * s Σ a + s Σ b = s Σ (a + b): terms of one sum of numbers that are sums over the same set of elements become one, unless
 * something else uses them too. Reverse mode makes one sum for each use of a parameter; together they are one per parameter.
 */
export function mergeTotals(
  roots: readonly Expression[],
  setOf: ReadonlyMap<Expression, string>,
): readonly Expression[] {
  const order = topologicalOrder(roots);
  const uses = new Map<Expression, number>();
  for (const root of roots) uses.set(root, (uses.get(root) ?? 0) + 1);
  for (const { args } of order) for (const arg of args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  const isOwn = (node: Expression) => uses.get(node) === 1;
  const inner = new Set<Expression>();
  const heads = new Map<Expression, readonly Part[]>();
  for (const node of [...order].reverse()) {
    if (!isSum(node) || variesByElement(node) || node.type !== "real" || inner.has(node)) continue;
    const groups = grouped(termsOf(node, isOwn, inner), isOwn, setOf);
    if (groups !== undefined) heads.set(node, groups);
  }
  if (heads.size === 0) return roots;
  const merged = new Map<Expression, Expression>();
  const resultOf = (old: Expression) => merged.get(old) as Expression;
  for (const old of order) {
    const groups = heads.get(old);
    if (groups !== undefined) {
      merged.set(old, signedSum(groups.map((group) => group.build(resultOf))));
      continue;
    }
    const isSame = old.args.every((arg) => resultOf(arg) === arg);
    merged.set(old, isSame ? old : node(old.operation, old.args.map(resultOf), old.payload));
  }
  return roots.map(resultOf);
}

function isSum({ operation }: Expression): boolean {
  return operation === operations.add || operation === operations.subtract || operation === operations.negate;
}

/** Terms below a sum, through sums that nothing else uses; those are noted in `inner`. */
function termsOf(root: Expression, isOwn: (node: Expression) => boolean, inner: Set<Expression>): readonly Term[] {
  const terms: Term[] = [];
  const stack: Term[] = [{ node: root, isNegative: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, isNegative } = top;
    if (node !== root && !(isSum(node) && isOwn(node))) {
      terms.push(top);
      continue;
    }
    inner.add(node);
    const [a, b] = node.args as readonly [Expression, Expression];
    if (node.operation === operations.negate) stack.push({ node: a, isNegative: !isNegative });
    else
      stack.push(
        { node: b, isNegative: node.operation === operations.subtract ? !isNegative : isNegative },
        { node: a, isNegative },
      );
  }
  return terms;
}

/** A part of a merged sum, from what its nodes have become. */
interface Part {
  build(resultOf: (old: Expression) => Expression): Term;
}

/** Parts of a sum, with totals of one set and scale as one; undefined if no two of them go together. */
function grouped(
  terms: readonly Term[],
  isOwn: (node: Expression) => boolean,
  setOf: ReadonlyMap<Expression, string>,
): readonly Part[] | undefined {
  const groups = new Map<string, { scale: Expression; terms: Term[] }>();
  const parts: Part[] = [];
  for (const term of terms) {
    const { isNegative } = term;
    const found = scaledTotal(term.node, isOwn);
    if (found === undefined) {
      parts.push({ build: (resultOf) => ({ node: resultOf(term.node), isNegative }) });
      continue;
    }
    const key = `${found.scale.id} ${setOf.get(found.summand)}`;
    const group = groups.get(key) ?? { scale: found.scale, terms: [] };
    group.terms.push({ node: found.summand, isNegative });
    groups.set(key, group);
  }
  if ([...groups.values()].every(({ terms: own }) => own.length === 1)) return undefined;
  for (const { scale, terms: own } of groups.values())
    parts.push({
      build: (resultOf) => {
        const sum = total(signedSum(own.map((term) => ({ ...term, node: resultOf(term.node) }))));
        return { node: scale === ONE ? sum : multiply(resultOf(scale), sum), isNegative: false };
      },
    });
  return parts;
}

/** s · total(x) with x not of data only. */
function scaledTotal(
  node: Expression,
  isOwn: (node: Expression) => boolean,
): { readonly scale: Expression; readonly summand: Expression } | undefined {
  if (!isOwn(node)) return undefined;
  const [a, b] = node.args as readonly [Expression, Expression];
  if (node.operation === operations.total)
    return variesByElement(a) && !isDataOnly(a) ? { scale: ONE, summand: a } : undefined;
  if (node.operation !== operations.multiply) return undefined;
  const [scale, sum] = a.operation === operations.total ? [b, a] : [a, b];
  if (sum.operation !== operations.total || scale.operation === operations.total) return undefined;
  const inner = scaledTotal(sum, isOwn);
  return inner && { scale, summand: inner.summand };
}

function signedSum([first, ...rest]: readonly Term[]): Expression {
  const { node, isNegative } = first as Term;
  return rest.reduce(
    (sum, term) => (term.isNegative ? subtract(sum, term.node) : add(sum, term.node)),
    isNegative ? negate(node) : node,
  );
}
