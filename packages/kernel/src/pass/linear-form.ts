import { add, complex, conjugate, divide, multiply, negate, select, subtract } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant, isConstant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { isDataOnly, isMixed } from "./mixed.ts";

/**
 * A value per element as Σ p b, with p the same for all elements and b of data only: each p once, in the order in which they
 * were met. Either may be the constant 1.
 */
export type LinearForm = Map<Expression, Expression>;

/** The constant 1. */
export const ONE = constant(1);
const ZERO = constant(0);

/**
 * The arguments in which a mixed node is linear with coefficients of data only or the same for all elements; undefined
 * where it is not linear. Which of them are linear themselves is the caller's question.
 */
export function linearArguments({ operation, args }: Expression): readonly Expression[] | undefined {
  const mixed = args.filter(isMixed);
  const [a, b] = args as readonly [Expression, Expression];
  switch (operation) {
    case operations.add:
    case operations.subtract:
    case operations.complex:
    case operations.negate:
    case operations.conjugate:
      return mixed;
    case operations.multiply:
      return mixed.length <= 1 ? mixed : undefined;
    case operations.divide:
      return isMixed(b) ? undefined : mixed;
    case operations.select:
      return isDataOnly(a) ? mixed : undefined;
    default:
      return undefined;
  }
}

/** The form of a node that is linear in its mixed arguments, from theirs. May change a form that `take` gives away. */
export function linearFormOf(node: Expression, take: (arg: Expression) => LinearForm): LinearForm {
  const { operation } = node;
  const [a, b, c] = node.args as readonly [Expression, Expression, Expression];
  const form = (arg: Expression): LinearForm => (isMixed(arg) ? take(arg) : simpleForm(arg));
  switch (operation) {
    case operations.add:
      return merged(form(a), form(b));
    case operations.subtract:
      return merged(form(a), mapped(form(b), negate));
    case operations.complex:
      return merged(
        mapped(form(a), (part) => complex(part, ZERO)),
        mapped(form(b), (part) => complex(ZERO, part)),
      );
    case operations.negate:
      return mapped(form(a), negate);
    case operations.conjugate: {
      const turned: LinearForm = new Map();
      for (const [p, value] of form(a)) addTerm(turned, conjugated(p), conjugated(value));
      return turned;
    }
    case operations.multiply:
      return isMixed(a) || isDataOnly(b) ? scaled(form(a), b) : scaled(form(b), a);
    case operations.divide:
      if (isDataOnly(b)) return mapped(form(a), (value) => divide(value, b));
      return scaled(form(a), divide(1, b));
    default: {
      const [yes, no] = [form(b), form(c)];
      const chosen: LinearForm = new Map();
      for (const p of new Set([...yes.keys(), ...no.keys()]))
        chosen.set(p, select(a, yes.get(p) ?? ZERO, no.get(p) ?? ZERO));
      return chosen;
    }
  }
}

/** Data as 1 · b, a number as p · c with its constant factors in c. */
function simpleForm(node: Expression): LinearForm {
  if (isDataOnly(node)) return new Map([[ONE, node]]);
  const { operation, args } = node;
  const [a, b] = args as readonly [Expression, Expression];
  if (operation === operations.negate) return mapped(simpleForm(a), negate);
  if (operation === operations.multiply && a.dependence === 0) return mapped(simpleForm(b), (c) => times(c, a));
  if (operation === operations.multiply && b.dependence === 0) return mapped(simpleForm(a), (c) => times(c, b));
  if (operation === operations.divide && b.dependence === 0) return mapped(simpleForm(a), (c) => divide(c, b));
  return new Map([[node, ONE]]);
}

/** A form times data or a number. */
function scaled(form: LinearForm, factor: Expression): LinearForm {
  if (isDataOnly(factor)) return mapped(form, (value) => times(value, factor));
  const [[p, c]] = simpleForm(factor) as unknown as readonly [readonly [Expression, Expression]];
  const product: LinearForm = new Map();
  for (const [own, value] of form) addTerm(product, times(own, p), times(value, c));
  return product;
}

function mapped(form: LinearForm, change: (value: Expression) => Expression): LinearForm {
  for (const [p, value] of form) form.set(p, change(value));
  return form;
}

/** The sum, in the longer of both. */
function merged(a: LinearForm, b: LinearForm): LinearForm {
  const [into, from] = a.size >= b.size ? [a, b] : [b, a];
  for (const [p, value] of from) addTerm(into, p, value);
  return into;
}

function addTerm(form: LinearForm, p: Expression, value: Expression): void {
  const known = form.get(p);
  form.set(p, known === undefined ? value : add(known, value));
}

/** a · b without factors of 1. */
export function times(a: Expression, b: Expression): Expression {
  if (isConstant(a, 1)) return b;
  return isConstant(b, 1) ? a : multiply(a, b);
}

function conjugated(node: Expression): Expression {
  return node.type === "complex" ? conjugate(node) : node;
}

/** A value without negations in front, and the sign that they make together. */
export function unsigned(node: Expression): { readonly sign: 1 | -1; readonly node: Expression } {
  let sign: 1 | -1 = 1;
  let inner = node;
  while (inner.operation === operations.negate) {
    sign = sign === 1 ? -1 : 1;
    inner = inner.args[0] as Expression;
  }
  if (isConstant(inner) && (inner.payload as number) < 0)
    return { sign: sign === 1 ? -1 : 1, node: constant(-(inner.payload as number)) };
  return { sign, node: inner };
}

/** Whether a node is the sum of the terms of its form already, in some order. */
export function isSumOfForm(root: Expression, form: LinearForm): boolean {
  const terms = new Set([...form].map(([p, value]) => times(p, unsigned(value).node)));
  const stack = [root];
  let count = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { operation, args } = node;
    const isSum = operation === operations.add || operation === operations.subtract || operation === operations.negate;
    if (isSum && !terms.has(node)) stack.push(...args);
    else if (terms.has(unsigned(node).node)) count++;
    else return false;
    if (count > terms.size) return false;
  }
  return count === terms.size;
}

/** Σ p b, in an order that depends on the terms alone; the first is a positive one if there is any. */
export function sumOfForm(form: LinearForm): Expression {
  const terms = [...form].map(([p, value]) => {
    const { sign, node } = unsigned(value);
    return { sign, node: times(p, node) };
  });
  terms.sort((a, b) => a.node.hash - b.node.hash);
  const first = Math.max(
    0,
    terms.findIndex(({ sign }) => sign === 1),
  );
  const [head] = terms.splice(first, 1) as [(typeof terms)[number]];
  return terms.reduce(
    (sum, { sign, node }) => (sign === 1 ? add(sum, node) : subtract(sum, node)),
    head.sign === 1 ? head.node : negate(head.node),
  );
}
