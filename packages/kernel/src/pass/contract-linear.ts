/**
 * Linear contraction: what is linear in parameters with coefficients of data only becomes Σ p b with b to be cached, where
 * that costs less per element, in columns read and operations, than the expression as it was written.
 *
 * A form passes through factors of data and through sums until something uses it otherwise. Where it would fan out (an
 * amplitude times each of several angular functions), it is summed first instead, if that needs fewer columns.
 * Sums are taken in another order, so results agree with those of the expression to rounding, not to the bit; the order
 * depends on the structure alone.
 */
import { multiply } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { isSumOfForm, type LinearForm, linearArguments, linearFormOf, ONE, sumOfForm } from "./linear-form.ts";
import { isDataOnly, isMixed } from "./mixed.ts";
import { namedPass, untilStable } from "./rewrite.ts";
import { simplify } from "./simplify.ts";
import { substitute } from "./substitute.ts";

/** A longer form stays as it was written. */
const MAX_TERMS = 4096;
/** Rounds of choosing where forms are summed. */
const MAX_ROUNDS = 32;
/** Passes over the graph: what one has gathered may let the next one gather more. */
const MAX_PASSES = 8;
/** Reading 8 bytes per element, in units of one addition. */
const COLUMN_COST = 2;

/** Contracts and simplifies until nothing changes; for real and complex graphs. About linear in nodes times the terms of their forms. */
export const contractLinear = untilStable(
  namedPass("contract-linear", (roots) => simplify(contracted(roots))),
  MAX_PASSES,
);

function contracted(roots: readonly Expression[]): readonly Expression[] {
  const order = topologicalOrder(roots);
  if (!order.some(isMixed)) return roots;
  const region = chooseSums(order, new Set(roots));
  const replaced = new Map<Expression, Expression>();
  const forms = formsOf(region);
  for (const node of region.ends) {
    const form = forms.get(node) as LinearForm;
    if (costOfForm(form) < costAsWritten(node, region) && !isSumOfForm(node, form)) replaced.set(node, sumOfForm(form));
  }
  return replaced.size === 0 ? roots : substitute(roots, (node) => replaced.get(node));
}

/** Nodes that are linear, and where their forms end: used by something that is not linear, or summed by choice. */
interface Region {
  readonly nodes: readonly Expression[];
  readonly members: ReadonlySet<Expression>;
  readonly ends: ReadonlySet<Expression>;
  /** Members that use a node. */
  readonly users: ReadonlyMap<Expression, readonly Expression[]>;
}

function regionOf(order: readonly Expression[], roots: ReadonlySet<Expression>, sums: ReadonlySet<Expression>): Region {
  const members = new Set<Expression>();
  const nodes: Expression[] = [];
  const ends = new Set<Expression>();
  const users = new Map<Expression, Expression[]>();
  for (const node of order) {
    const linear = isMixed(node) ? linearArguments(node) : undefined;
    const isMember = linear?.every((arg) => members.has(arg) && !sums.has(arg)) === true;
    for (const arg of node.args) {
      if (!members.has(arg)) continue;
      if (!isMember) ends.add(arg);
      else if (users.get(arg)?.at(-1) !== node) users.set(arg, [...(users.get(arg) ?? []), node]);
    }
    if (!isMember) continue;
    members.add(node);
    nodes.push(node);
    if (roots.has(node)) ends.add(node);
  }
  return { nodes, members, ends, users };
}

/** Chooses, one after the other, nodes whose forms are summed although they could pass. */
function chooseSums(order: readonly Expression[], roots: ReadonlySet<Expression>): Region {
  const sums = new Set<Expression>();
  for (let round = 0; ; round++) {
    const region = regionOf(order, roots, sums);
    const chosen = round < MAX_ROUNDS ? fanningOut(region) : [];
    if (chosen.length === 0) return region;
    for (const node of chosen) sums.add(node);
  }
}

/** Names of the numbers p of the forms. */
type Keys = ReadonlySet<Expression>;

/** Nodes nearest to the ends that would need more columns passing than summed; none above another. */
function fanningOut(region: Region): readonly Expression[] {
  const { nodes, users, ends } = region;
  const dominators = dominatorsOf(region);
  const candidates = [...nodes].reverse().filter((node) => {
    const count = users.get(node)?.length ?? 0;
    return dominators.get(node) === undefined && (count > 1 || (count === 1 && ends.has(node)));
  });
  if (candidates.length === 0) return [];
  const keys = keysOf(region);
  const chosen: Expression[] = [];
  const touched = new Set<Expression>();
  for (const node of candidates) {
    const above = nodesAbove(node, region);
    if (above.some((other) => touched.has(other))) continue;
    if (columnsToPass(node, above, region, keys) < columnsToSum(node, region, keys)) continue;
    chosen.push(node);
    for (const other of above) touched.add(other);
    touched.add(node);
  }
  return chosen;
}

/** For each node the next one through which all its uses lead; undefined if they end in several places. */
function dominatorsOf({ nodes, users, ends }: Region): ReadonlyMap<Expression, Expression | undefined> {
  const dominators = new Map<Expression, Expression | undefined>();
  const depths = new Map<Expression, number>();
  const depthOf = (node: Expression | undefined) => (node === undefined ? 0 : (depths.get(node) as number));
  for (const node of [...nodes].reverse()) {
    const [first, ...rest] = ends.has(node) ? [] : (users.get(node) ?? []);
    let common: Expression | undefined = first;
    for (let other of rest as (Expression | undefined)[])
      while (common !== other) {
        if (depthOf(common) >= depthOf(other)) common = common && dominators.get(common);
        else other = other && dominators.get(other);
      }
    dominators.set(node, common);
    depths.set(node, depthOf(common) + 1);
  }
  return dominators;
}

function keysOf(
  region: Region,
  without?: Expression,
  only?: readonly Expression[],
  known?: ReadonlyMap<Expression, Keys>,
) {
  const keys = new Map<Expression, Keys>(known);
  for (const node of only ?? region.nodes) {
    if (node === without) continue;
    keys.set(
      node,
      keysOfNode(node, (arg) => (arg === without ? new Set() : (keys.get(arg) ?? new Set()))),
    );
  }
  return keys;
}

function keysOfNode(node: Expression, of: (arg: Expression) => Keys): Keys {
  const [a, b] = node.args as readonly [Expression, Expression];
  if (node.operation === operations.multiply || node.operation === operations.divide) {
    if (isMixed(a) && isDataOnly(b)) return of(a);
    if (isMixed(b) && isDataOnly(a)) return of(b);
    if (isMixed(a)) return new Set([...of(a)].map((key) => multiply(key, b)));
    if (isMixed(b)) return new Set([...of(b)].map((key) => multiply(key, a)));
    return new Set([isDataOnly(a) ? b : a].map(withoutConstants));
  }
  const keys = new Set<Expression>();
  for (const arg of node.args) {
    if (isMixed(arg)) for (const key of of(arg)) keys.add(key);
    else keys.add(isDataOnly(arg) ? ONE : withoutConstants(arg));
  }
  return keys;
}

function withoutConstants(p: Expression): Expression {
  const [a, b] = p.args as readonly [Expression, Expression];
  if (p.operation === operations.negate) return withoutConstants(a);
  if (p.operation !== operations.multiply && p.operation !== operations.divide) return p;
  if (b.dependence === 0) return withoutConstants(a);
  return p.operation === operations.multiply && a.dependence === 0 ? withoutConstants(b) : p;
}

/** Members that a node leads to, in order; itself not. */
function nodesAbove(node: Expression, { users, nodes }: Region): readonly Expression[] {
  const found = new Set<Expression>();
  const stack = [node];
  for (let top = stack.pop(); top !== undefined; top = stack.pop())
    for (const user of users.get(top) ?? [])
      if (!found.has(user)) {
        found.add(user);
        stack.push(user);
      }
  return nodes.filter((other) => found.has(other));
}

/** Columns that the ends above a node need on its account alone. */
function columnsToPass(
  node: Expression,
  above: readonly Expression[],
  region: Region,
  keys: ReadonlyMap<Expression, Keys>,
): number {
  const rest = keysOf(region, node, above, keys);
  let columns = 0;
  for (const end of above) {
    if (!region.ends.has(end)) continue;
    const others = rest.get(end) as Keys;
    for (const key of keys.get(end) as Keys) if (!others.has(key)) columns += width(end);
  }
  return columns;
}

/** Columns for the sum of a node's form and for the factors of data in what uses it. */
function columnsToSum(node: Expression, { users, ends }: Region, keys: ReadonlyMap<Expression, Keys>): number {
  const factors = new Set<Expression>();
  for (const user of users.get(node) ?? [])
    for (const arg of user.args)
      if (arg !== node && isDataOnly(arg) && arg.dependence !== 0 && arg.type !== "boolean") factors.add(arg);
  const own = ends.has(node) ? 0 : width(node) * (keys.get(node) as Keys).size;
  return [...factors].reduce((sum, factor) => sum + width(factor), own);
}

function width({ type }: Expression): number {
  return type === "complex" ? 2 : 1;
}

/** Forms of the ends; forms of other nodes are given away once their last user has them. */
function formsOf({ nodes, users, ends }: Region): ReadonlyMap<Expression, LinearForm> {
  const forms = new Map<Expression, LinearForm>();
  const usesLeft = new Map<Expression, number>();
  const take = (arg: Expression): LinearForm => {
    const form = forms.get(arg) as LinearForm;
    const left = (usesLeft.get(arg) ?? users.get(arg)?.length ?? 0) - 1;
    usesLeft.set(arg, left);
    if (left > 0 || ends.has(arg)) return new Map(form);
    forms.delete(arg);
    return form;
  };
  for (const node of nodes) {
    const [a, b] = node.args;
    // a sum of a node and itself takes its form twice
    if (a !== undefined && a === b) usesLeft.set(a, (usesLeft.get(a) ?? users.get(a)?.length ?? 0) + 1);
    forms.set(node, linearFormOf(node, take));
  }
  return forms;
}

function costOfForm(form: LinearForm): number {
  if (form.size > MAX_TERMS) return Number.POSITIVE_INFINITY;
  let cost = -1;
  let isComplex = false;
  for (const [p, b] of form) {
    isComplex ||= p.type === "complex" || b.type === "complex";
    if (b.dependence !== 0) cost += COLUMN_COST * width(b);
    if (p !== ONE && b !== ONE) cost += width(p) * width(b);
    cost += 1;
  }
  return isComplex ? cost + form.size - 1 : cost;
}

/** Operations on mixed nodes down to other ends, and the columns that they read. */
function costAsWritten(end: Expression, { members }: Region): number {
  const seen = new Set<Expression>([end]);
  const stack = [end];
  let cost = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isMixed(node)) {
      if (isDataOnly(node) && node.dependence !== 0 && node.type !== "boolean") cost += COLUMN_COST * width(node);
      continue;
    }
    if (!members.has(node)) continue;
    cost += operationCost(node);
    for (const arg of node.args)
      if (!seen.has(arg)) {
        seen.add(arg);
        stack.push(arg);
      }
  }
  return cost;
}

function operationCost({ operation, args, type }: Expression): number {
  const [a, b] = args as readonly [Expression, Expression];
  if (operation === operations.multiply) return width(a) * width(b) + (width(a) * width(b) === 4 ? 2 : 0);
  if (operation === operations.negate) return 0;
  if (operation === operations.divide) return 4 * width(a) * width(b);
  return type === "complex" && operation !== operations.complex ? 2 : 1;
}
