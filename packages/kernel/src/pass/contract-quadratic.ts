/**
 * Sums of products of pairs with coefficients of data: |a x + b y|² + |a u + b v|² becomes (x² + u²) a² + 2 (x y + u v) a b +
 * (y² + v²) b², where a and b are values that other nodes use too. Angular functions enter intensities in this way, and their
 * products are fewer columns and operations. Only where the cost per element falls; for lowered graphs.
 *
 * Results agree to rounding. A sum of squares is no longer one term by term, so where it all but vanishes by interference, it
 * is zero to rounding and may come out below zero.
 */
import { add } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { addScaled, type Combination, combined, scaledBy } from "./combination.ts";
import { ONE, times } from "./linear-form.ts";
import { isDataOnly, isMixed } from "./mixed.ts";
import { namedPass, untilStable } from "./rewrite.ts";
import { simplify } from "./simplify.ts";
import { substitute } from "./substitute.ts";

const MAX_TERMS = 256;
/** Reading 8 bytes per element, in units of one operation. */
const COLUMN_COST = 2;

/** One term: data times up to two values. */
interface Term {
  readonly atoms: readonly Expression[];
  readonly coefficient: Combination;
}
type Quadratic = ReadonlyMap<string, Term>;

/** Collects coefficients of quadratic forms, and simplifies, until nothing changes. Linear in nodes times the terms of their forms. */
export const contractQuadratic = untilStable(namedPass("contract-quadratic", (roots) => simplify(contracted(roots))));

function contracted(roots: readonly Expression[]): readonly Expression[] {
  const order = topologicalOrder(roots);
  const users = new Map<Expression, Expression | undefined>();
  const isShared = (node: Expression) => users.has(node) && users.get(node) === undefined;
  for (const root of roots) users.set(root, undefined);
  for (const node of order)
    for (const arg of node.args) users.set(arg, users.has(arg) && users.get(arg) !== node ? undefined : node);
  const forms = new Map<Expression, Quadratic>();
  const formOf = (node: Expression): Quadratic => forms.get(node) as Quadratic;
  const replaced = new Map<Expression, Expression>();
  for (const node of order) {
    if (node.type !== "real" || node.args.length === 0 || !isMixed(node)) {
      forms.set(node, isDataOnly(node) ? dataForm(node) : atomForm(node));
      continue;
    }
    const form = quadraticOf(node, formOf);
    const isInner = form !== undefined && !isShared(node) && continues(users.get(node) as Expression, node);
    if (form !== undefined && !isInner && degreeOf(form) === 2) {
      const { expression, cost } = collected(form);
      if (cost < costAsWritten(node, forms, isShared)) replaced.set(node, expression);
    }
    forms.set(node, form === undefined || isShared(node) ? atomForm(node) : form);
  }
  return replaced.size === 0 ? roots : substitute(roots, (node) => replaced.get(node));
}

function dataForm(node: Expression): Quadratic {
  return new Map([["", { atoms: [], coefficient: new Map([[node, 1]]) }]]);
}

function atomForm(node: Expression): Quadratic {
  return new Map([[`${node.id}`, { atoms: [node], coefficient: new Map([[ONE, 1]]) }]]);
}

function degreeOf(form: Quadratic): number {
  return Math.max(0, ...[...form.values()].map(({ atoms }) => atoms.length));
}

/** Whether what uses a form is itself one that contains it. */
function continues({ operation, args }: Expression, node: Expression): boolean {
  if (operation === operations.multiply) return args.some((arg) => arg !== node && isDataOnly(arg));
  return operation === operations.add || operation === operations.subtract || operation === operations.negate;
}

/** The form of a node from those of its arguments; undefined if it has none or a long one. */
function quadraticOf({ operation, args }: Expression, formOf: (node: Expression) => Quadratic): Quadratic | undefined {
  const [a, b] = args as readonly [Expression, Expression];
  switch (operation) {
    case operations.negate:
      return sum(new Map(), formOf(a), -1);
    case operations.add:
      return sum(formOf(a), formOf(b), 1);
    case operations.subtract:
      return sum(formOf(a), formOf(b), -1);
    case operations.multiply:
      return product(formOf(a), formOf(b));
    default:
      return undefined;
  }
}

function sum(a: Quadratic, b: Quadratic, sign: 1 | -1): Quadratic | undefined {
  const total = new Map(a);
  for (const [key, { atoms, coefficient }] of b)
    total.set(key, { atoms, coefficient: addScaled(total.get(key)?.coefficient ?? new Map(), coefficient, sign) });
  return total.size > MAX_TERMS ? undefined : total;
}

function product(a: Quadratic, b: Quadratic): Quadratic | undefined {
  if (a.size * b.size > MAX_TERMS || degreeOf(a) + degreeOf(b) > 2) return undefined;
  const total = new Map<string, Term>();
  for (const left of a.values())
    for (const right of b.values()) {
      const atoms = [...left.atoms, ...right.atoms].sort((x, y) => x.hash - y.hash);
      const key = atoms.map(({ id }) => id).join(" ");
      const known = total.get(key)?.coefficient ?? new Map();
      total.set(key, { atoms, coefficient: addScaled(known, scaledBy(left.coefficient, right.coefficient), 1) });
    }
  return total;
}

/** Σ coefficient · (Σ factor · atoms), terms with proportional coefficients together, and what that costs. */
function collected(form: Quadratic): { readonly expression: Expression; readonly cost: number } {
  const groups = new Map<Expression, { factor: number; atoms: readonly Expression[] }[]>();
  for (const { atoms, coefficient } of form.values()) {
    if (coefficient.size === 0) continue;
    const { factor, node } = combined(coefficient);
    groups.set(node, [...(groups.get(node) ?? []), { factor, atoms }]);
  }
  let cost = -1;
  const terms = [...groups].map(([data, members]) => {
    const common = (members[0] as (typeof members)[number]).factor;
    const inner = members
      .map(({ factor, atoms }) => times(constant(factor / common), atoms.reduce(times, ONE)))
      .sort((x, y) => x.hash - y.hash);
    for (const { factor, atoms } of members) cost += Math.max(0, atoms.length - 1) + (factor === common ? 0 : 1) + 1;
    const scaled = times(constant(common), data);
    if (scaled.dependence !== 0) cost += COLUMN_COST + (members.every(({ atoms }) => atoms.length === 0) ? 0 : 1);
    return times(
      scaled,
      inner.reduce((x, y) => add(x, y)),
    );
  });
  const [first = constant(0), ...rest] = terms.sort((x, y) => x.hash - y.hash);
  return { expression: rest.reduce((x, y) => add(x, y), first), cost };
}

/** Operations and columns of a node down to the values that its form is made of. */
function costAsWritten(
  root: Expression,
  forms: ReadonlyMap<Expression, Quadratic>,
  isShared: (node: Expression) => boolean,
): number {
  const seen = new Set<Expression>([root]);
  const stack = [root];
  let cost = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isMixed(node)) {
      if (isDataOnly(node) && node.dependence !== 0) cost += COLUMN_COST;
      continue;
    }
    const isAtom = node !== root && (isShared(node) || forms.get(node)?.get(`${node.id}`)?.atoms[0] === node);
    if (isAtom) continue;
    cost += 1;
    for (const arg of node.args)
      if (!seen.has(arg)) {
        seen.add(arg);
        stack.push(arg);
      }
  }
  return cost;
}
