/**
 * Sums over elements of polynomials in what is the same for all elements: Σ w |Σ p_k b_k|² = Σ p_k p_l (Σ w b_k b_l). The
 * sums on the right are of data only, so they are computed once per data set, and the left costs nothing per element.
 *
 * A summand is first read as a polynomial in numbers and in linear forms that are used more than once (an amplitude times
 * several angular functions), then the forms are multiplied out among terms with the same coefficient. Sums that come out
 * equal are one node. Summands that are no polynomials, or long ones, stay; what can be taken out of them is.
 */
import { add, divide, negate, total } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { overElements } from "../expression/over-elements.ts";
import { addScaled, type Combination, combined, scaledBy } from "./combination.ts";
import { type LinearForm, linearArguments, linearFormOf, ONE, times, unsigned } from "./linear-form.ts";
import { isDataOnly, isMixed } from "./mixed.ts";
import { namedPass } from "./rewrite.ts";
import { substitute } from "./substitute.ts";

/** A polynomial with more terms stays as it was written. */
const MAX_TERMS = 4096;
const MAX_DEGREE = 4;
/** Sums of data may cost so many times the operations of one evaluation as it was written. */
const MAX_WORK_RATIO = 16;

/** Σ coefficient · product of atoms, by the ids of the atoms; coefficients are combinations of data. */
type Polynomial = ReadonlyMap<string, Monomial>;
interface Monomial {
  /** Numbers, and linear forms per element; sorted. */
  readonly atoms: readonly Expression[];
  readonly coefficient: Combination;
}

/** Multiplies out what sums over elements allow. For lowered graphs. */
export const expandTotals = namedPass("expand-totals", (roots) => {
  const order = topologicalOrder(roots);
  const totals = order.filter(
    ({ operation, args: [summand] }) => operation === operations.total && summand !== undefined && isMixed(summand),
  );
  if (totals.length === 0) return roots;
  const users = new Map<Expression, number>();
  for (const { args } of order) for (const arg of new Set(args)) users.set(arg, (users.get(arg) ?? 0) + 1);
  const expansion = new Expansion(users);
  const replaced = new Map(totals.map((node) => [node, expansion.totalOf(node.args[0] as Expression)]));
  return substitute(roots, (node) => replaced.get(node));
});

class Expansion {
  readonly #users: ReadonlyMap<Expression, number>;
  readonly #forms = new Map<Expression, LinearForm | undefined>();
  readonly #polynomials = new Map<Expression, Polynomial | undefined>();

  constructor(users: ReadonlyMap<Expression, number>) {
    this.#users = users;
  }

  /** Σ of a summand: of its polynomial part by sums of data, of the rest as it is. Undefined leaves all as it is. */
  totalOf(summand: Expression): Expression | undefined {
    const terms = summandsOf(summand);
    let rest: Expression | undefined;
    let part: Polynomial | undefined;
    const partAsWritten: Expression[] = [];
    for (const { node, isNegative } of terms) {
      const polynomial = this.#polynomial(node);
      const signed = isNegative ? negate(node) : node;
      const next = polynomial && sumOf(part ?? new Map(), polynomial, isNegative ? -1 : 1);
      if (next === undefined || next.size > MAX_TERMS) rest = rest === undefined ? signed : add(rest, signed);
      else {
        part = next;
        partAsWritten.push(node);
      }
    }
    if (part === undefined) return undefined;
    const expanded = this.#expanded(part, summand, MAX_WORK_RATIO * mixedCount(partAsWritten) + 16);
    if (expanded === undefined) return undefined;
    return rest === undefined ? expanded : add(expanded, total(rest));
  }

  #polynomial(root: Expression): Polynomial | undefined {
    const pending = [root];
    for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
      const { length } = pending;
      if (!this.#polynomials.has(node)) {
        const simple = this.#simplePolynomial(node);
        if (simple === undefined) for (const arg of node.args) if (!this.#polynomials.has(arg)) pending.push(arg);
        if (pending.length > length) continue;
        this.#polynomials.set(node, simple ?? this.#polynomialOf(node));
      }
      pending.pop();
    }
    return this.#polynomials.get(root);
  }

  /** That of data, of a number, and of a linear form that several nodes use. */
  #simplePolynomial(node: Expression): Polynomial | undefined {
    if (node.type !== "real") return undefined;
    if (isDataOnly(node)) return new Map([["", { atoms: [], coefficient: new Map([[node, 1]]) }]]);
    if (!isMixed(node) || ((this.#users.get(node) ?? 0) > 1 && (this.#form(node)?.size ?? 0) > 1))
      return new Map([[keyOf([node]), { atoms: [node], coefficient: new Map([[ONE, 1]]) }]]);
    return undefined;
  }

  #polynomialOf(node: Expression): Polynomial | undefined {
    if (node.type !== "real") return undefined;
    const [a, b] = node.args.map((arg) => this.#polynomials.get(arg));
    switch (node.operation) {
      case operations.negate:
        return a && sumOf(new Map(), a, -1);
      case operations.add:
        return a && b && sumOf(a, b, 1);
      case operations.subtract:
        return a && b && sumOf(a, b, -1);
      case operations.multiply:
        return a && b && productOf(a, b);
      case operations.integerPower:
        return a && powerOf(a, node.payload as number);
      case operations.divide: {
        const divisor = node.args[1] as Expression;
        return a && !isMixed(divisor) ? productOf(a, inverseOf(divisor)) : undefined;
      }
      default:
        return undefined;
    }
  }

  /** The linear form of a node, if it has one. */
  #form(root: Expression): LinearForm | undefined {
    const pending = [root];
    for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
      const linear = isMixed(node) ? linearArguments(node) : undefined;
      const missing = linear?.filter((arg) => !this.#forms.has(arg)) ?? [];
      if (!this.#forms.has(node) && missing.length > 0) {
        pending.push(...missing);
        continue;
      }
      pending.pop();
      if (this.#forms.has(node)) continue;
      const isLinear = linear?.every((arg) => this.#forms.get(arg) !== undefined) === true;
      const form = isLinear ? linearFormOf(node, (arg) => new Map(this.#forms.get(arg))) : undefined;
      this.#forms.set(node, form !== undefined && form.size <= MAX_TERMS ? form : undefined);
    }
    return this.#forms.get(root);
  }

  /** The total of a polynomial by sums of data, or undefined if that takes too many of them, or too much work. */
  #expanded(polynomial: Polynomial, summand: Expression, maxWork: number): Expression | undefined {
    const groups = new Map<Expression, { factor: number; atoms: readonly Expression[] }[]>();
    for (const { atoms, coefficient } of polynomial.values()) {
      const { factor, node } = combined(coefficient);
      groups.set(node, [...(groups.get(node) ?? []), { factor, atoms }]);
    }
    const bySum = new Map<Expression, Combination>();
    let work = 0;
    for (const [coefficient, monomials] of groups) {
      const products = this.#multipliedOut(monomials, coefficient, maxWork - work);
      if (products === undefined) return undefined;
      for (const { numbers, data } of products) {
        if (data.size === 0) continue;
        work += data.size + 1;
        if (work > maxWork || bySum.size > MAX_TERMS) return undefined;
        const { factor, node } = combined(data);
        const sum = overElements(times(coefficient, node), summand);
        bySum.set(sum, addScaled(bySum.get(sum) ?? new Map(), new Map([[productOfAll(numbers), 1]]), factor));
      }
    }
    const terms = [...bySum].map(([sum, numbers]) => {
      const { factor, node } = combined(numbers);
      return times(sum, times(constant(factor), node));
    });
    return terms.length === 0 ? undefined : terms.reduce((sum, term) => add(sum, term));
  }

  /** Σ factor · atoms, with forms multiplied out: by products of numbers, combinations of products of data. */
  #multipliedOut(
    monomials: readonly { readonly factor: number; readonly atoms: readonly Expression[] }[],
    coefficient: Expression,
    maxWork: number,
  ): readonly { readonly numbers: readonly Expression[]; readonly data: Combination }[] | undefined {
    const products = new Map<string, { numbers: readonly Expression[]; data: Combination }>();
    let work = 0;
    for (const { factor, atoms } of monomials) {
      let terms: { numbers: readonly Expression[]; data: Expression; factor: number }[] = [
        { numbers: [], data: ONE, factor },
      ];
      for (const atom of atoms) {
        const form = isMixed(atom) ? this.#form(atom) : new Map([[atom, ONE]]);
        if (form === undefined || terms.length * form.size > MAX_TERMS) return undefined;
        terms = terms.flatMap((term) =>
          [...form].map(([p, value]) => {
            const { sign, node } = unsigned(value);
            return {
              numbers: p === ONE ? term.numbers : [...term.numbers, p],
              data: times(term.data, node),
              factor: sign * term.factor,
            };
          }),
        );
        work += terms.length;
        if (work > 4 * maxWork && coefficient !== ONE) return undefined;
      }
      for (const term of terms) {
        const numbers = [...term.numbers].sort(byHash);
        const key = keyOf(numbers);
        const known = products.get(key)?.data ?? new Map();
        products.set(key, { numbers, data: addScaled(known, new Map([[term.data, 1]]), term.factor) });
      }
    }
    return [...products.values()];
  }
}

/** One text for the same nodes. */
function keyOf(nodes: readonly Expression[]): string {
  let key = "";
  for (const { id } of nodes) key += `${id} `;
  return key;
}

function byHash(a: Expression, b: Expression): number {
  return a.hash - b.hash;
}

function productOfAll(numbers: readonly Expression[]): Expression {
  return numbers.reduce(times, ONE);
}

/** Terms of a sum with their signs. */
function summandsOf(root: Expression): readonly { readonly node: Expression; readonly isNegative: boolean }[] {
  const found: { node: Expression; isNegative: boolean }[] = [];
  const stack = [{ node: root, isNegative: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [a, b] = top.node.args as readonly [Expression, Expression];
    const { operation } = top.node;
    if (operation === operations.add || operation === operations.subtract) {
      const isNegative = operation === operations.subtract ? !top.isNegative : top.isNegative;
      stack.push({ node: b, isNegative }, { node: a, isNegative: top.isNegative });
    } else if (operation === operations.negate) stack.push({ node: a, isNegative: !top.isNegative });
    else found.push(top);
  }
  return found;
}

function mixedCount(roots: readonly Expression[]): number {
  return topologicalOrder(roots).filter(isMixed).length;
}

function inverseOf(divisor: Expression): Polynomial {
  const inverse = divide(1, divisor);
  return isDataOnly(divisor)
    ? new Map([["", { atoms: [], coefficient: new Map([[inverse, 1]]) }]])
    : new Map([[keyOf([inverse]), { atoms: [inverse], coefficient: new Map([[ONE, 1]]) }]]);
}

function sumOf(a: Polynomial, b: Polynomial, sign: 1 | -1): Polynomial | undefined {
  const sum = new Map(a);
  for (const [key, { atoms, coefficient }] of b)
    sum.set(key, { atoms, coefficient: addScaled(sum.get(key)?.coefficient ?? new Map(), coefficient, sign) });
  return sum.size > MAX_TERMS ? undefined : sum;
}

function productOf(a: Polynomial, b: Polynomial): Polynomial | undefined {
  if (a.size * b.size > MAX_TERMS) return undefined;
  const product = new Map<string, Monomial>();
  for (const left of a.values())
    for (const right of b.values()) {
      const atoms = [...left.atoms, ...right.atoms].sort(byHash);
      if (atoms.length > MAX_DEGREE) return undefined;
      const key = keyOf(atoms);
      const coefficient = addScaled(
        product.get(key)?.coefficient ?? new Map(),
        scaledBy(left.coefficient, right.coefficient),
        1,
      );
      product.set(key, { atoms, coefficient });
    }
  return product;
}

function powerOf(base: Polynomial, exponent: number): Polynomial | undefined {
  if (exponent < 1 || exponent > MAX_DEGREE) return undefined;
  let power: Polynomial | undefined = base;
  for (let k = 1; k < exponent; k++) power = power && productOf(power, base);
  return power;
}
