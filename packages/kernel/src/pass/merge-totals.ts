import { add, negate, subtract, total } from "../expression/build.ts";
import { hasStatistics, variesByElement } from "../expression/dependence.ts";
import { type Expression, node } from "../expression/expression.ts";
import { operations } from "../expression/operations.ts";
import { ONE, times } from "./linear-form.ts";
import { isDataOnly } from "./mixed.ts";

interface Term {
  readonly node: Expression;
  readonly isNegative: boolean;
}

/**
 * s Σ a + s p Σ b = s Σ (a + p b), s from sums and p not: terms of one sum of numbers that are sums over the same set of elements
 * become one, unless something else uses them too. `order` is that of the nodes below the roots. Reverse mode makes one sum for each use of a parameter; together they are one per parameter.
 */
export function mergeTotals(
  roots: readonly Expression[],
  order: readonly Expression[],
  setOf: ReadonlyMap<Expression, string>,
): readonly Expression[] {
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
  const results = new Map<Expression, Expression>();
  // scales that were put together are no nodes of the old graph: they are as they are
  const resultOf = (old: Expression) => results.get(old) ?? old;
  for (const old of order) {
    const groups = heads.get(old);
    if (groups !== undefined) {
      results.set(old, signedSum(groups.map((group) => group.build(resultOf))));
      continue;
    }
    if (old.args.some((arg) => results.has(arg)))
      results.set(old, node(old.operation, old.args.map(resultOf), old.payload));
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

/** A summand with the numbers that stand before its total: those from sums, and the others. */
interface Scaled {
  readonly outer: Expression;
  readonly inner: Expression;
  readonly summand: Expression;
  readonly isNegative: boolean;
}

/** Parts of a sum, with totals of one set and outer scale as one; undefined if no two of them go together. */
function grouped(
  terms: readonly Term[],
  isOwn: (node: Expression) => boolean,
  setOf: ReadonlyMap<Expression, string>,
): readonly Part[] | undefined {
  const groups = new Map<string, { readonly terms: Term[]; readonly members: Scaled[] }>();
  const parts: Part[] = [];
  const asIs = ({ node, isNegative }: Term): Part => ({ build: (resultOf) => ({ node: resultOf(node), isNegative }) });
  for (const term of terms) {
    const found = scaledTotal(term.node, isOwn);
    if (found === undefined) {
      parts.push(asIs(term));
      continue;
    }
    const key = `${found.outer.id} ${setOf.get(found.summand)}`;
    const group = groups.get(key) ?? { terms: [], members: [] };
    group.terms.push(term);
    group.members.push({ ...found, isNegative: found.isNegative !== term.isNegative });
    groups.set(key, group);
  }
  if ([...groups.values()].every(({ members }) => members.length === 1)) return undefined;
  for (const group of groups.values()) {
    if (group.members.length === 1) parts.push(...group.terms.map(asIs));
    else parts.push({ build: (resultOf) => ({ node: merged(group.members, resultOf), isNegative: false }) });
  }
  return parts;
}

/** outer · Σ (± inner · summand). */
function merged(members: readonly Scaled[], resultOf: (old: Expression) => Expression): Expression {
  const [{ outer }] = members as readonly [Scaled];
  const terms = members.map(({ inner, summand, isNegative }) => ({
    node: times(resultOf(inner), resultOf(summand)),
    isNegative,
  }));
  return times(resultOf(outer), total(signedSum(terms)));
}

/** ± s · total(x), also with several factors, where x is not of data only and nothing else uses any of it. */
function scaledTotal(node: Expression, isOwn: (node: Expression) => boolean): Scaled | undefined {
  if (!isOwn(node)) return undefined;
  const [a, b] = node.args as readonly [Expression, Expression];
  if (node.operation === operations.total)
    return variesByElement(a) && !isDataOnly(a) ? { outer: ONE, inner: ONE, summand: a, isNegative: false } : undefined;
  if (node.operation === operations.negate) {
    const found = scaledTotal(a, isOwn);
    return found && { ...found, isNegative: !found.isNegative };
  }
  if (node.operation !== operations.multiply) return undefined;
  const [found, scale] = holdsTotal(b, isOwn) ? [scaledTotal(b, isOwn), a] : [scaledTotal(a, isOwn), b];
  if (found === undefined) return undefined;
  const [outer, inner] = withoutSums(scale);
  return { ...found, outer: times(outer, found.outer), inner: times(inner, found.inner) };
}

/** A number as its factors that come from sums, and the others. */
function withoutSums(scale: Expression): readonly [fromSums: Expression, others: Expression] {
  if (!hasStatistics(scale)) return [ONE, scale];
  if (scale.operation !== operations.multiply) return [scale, ONE];
  const [a, b] = scale.args.map(withoutSums) as [ReturnType<typeof withoutSums>, ReturnType<typeof withoutSums>];
  return [times(a[0], b[0]), times(a[1], b[1])];
}

/** Whether a product or negation ends in a total, through nodes that nothing else uses. */
function holdsTotal(node: Expression, isOwn: (node: Expression) => boolean): boolean {
  const { operation, args } = node;
  if (!isOwn(node)) return false;
  if (operation === operations.total) return true;
  const isPassed = operation === operations.multiply || operation === operations.negate;
  return isPassed && args.some((arg) => holdsTotal(arg, isOwn));
}

function signedSum([first, ...rest]: readonly Term[]): Expression {
  const { node, isNegative } = first as Term;
  return rest.reduce(
    (sum, term) => (term.isNegative ? subtract(sum, term.node) : add(sum, term.node)),
    isNegative ? negate(node) : node,
  );
}
