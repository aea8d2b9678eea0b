import { add, complex, divide, multiply, negate, subtract } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { constant, isConstant } from "../expression/leaves.ts";

/**
 * A complex number as real expressions. An absent part is exactly zero and takes no part in arithmetic, as with the
 * real and imaginary types of C99, annex G: i · x costs nothing, and ∞ · i has no NaN in it.
 */
export interface Parts {
  readonly re: Expression | undefined;
  readonly im: Expression | undefined;
}

const ZERO = constant(0);

/** Parts of a real node or of `complex(re, im)`, whose constant +0 are absent. */
export function partsOf(expression: Expression): Parts {
  if (expression.type === "real") return { re: expression, im: undefined };
  const [re, im] = expression.args as readonly [Expression, Expression];
  return { re: present(re), im: present(im) };
}

/** The node `complex(re, im)`, with the constant +0 for absent parts. */
export function joined({ re, im }: Parts): Expression {
  return complex(re ?? ZERO, im ?? ZERO);
}

/** The real expression of a part; absent is +0. */
export function filled(part: Expression | undefined): Expression {
  return part ?? ZERO;
}

function present(part: Expression): Expression | undefined {
  return isConstant(part, 0) ? undefined : part;
}

function plus(a: Expression | undefined, b: Expression | undefined): Expression | undefined {
  return a === undefined ? b : b === undefined ? a : add(a, b);
}

function minus(a: Expression | undefined, b: Expression | undefined): Expression | undefined {
  return b === undefined ? a : a === undefined ? negate(b) : subtract(a, b);
}

function times(a: Expression | undefined, b: Expression | undefined): Expression | undefined {
  return a === undefined || b === undefined ? undefined : multiply(a, b);
}

function over(a: Expression | undefined, b: Expression): Expression | undefined {
  return a === undefined ? undefined : divide(a, b);
}

/** Part by part. */
export function addParts(a: Parts, b: Parts): Parts {
  return { re: plus(a.re, b.re), im: plus(a.im, b.im) };
}

/** Part by part. */
export function subtractParts(a: Parts, b: Parts): Parts {
  return { re: minus(a.re, b.re), im: minus(a.im, b.im) };
}

/** (ac − bd) + i (ad + bc). */
export function multiplyParts(a: Parts, b: Parts): Parts {
  return { re: minus(times(a.re, b.re), times(a.im, b.im)), im: plus(times(a.re, b.im), times(a.im, b.re)) };
}

/** a b̄ / |b|²; part by part where b is real, and turned by −i where it is imaginary. */
export function divideParts(a: Parts, b: Parts): Parts {
  if (b.im === undefined) return { re: over(a.re, filled(b.re)), im: over(a.im, filled(b.re)) };
  if (b.re === undefined) return { re: over(a.im, b.im), im: minus(undefined, over(a.re, b.im)) };
  const size = add(multiply(b.re, b.re), multiply(b.im, b.im));
  return {
    re: over(plus(times(a.re, b.re), times(a.im, b.im)), size),
    im: over(minus(times(a.im, b.re), times(a.re, b.im)), size),
  };
}

/** −z. */
export function negateParts({ re, im }: Parts): Parts {
  return { re: minus(undefined, re), im: minus(undefined, im) };
}
