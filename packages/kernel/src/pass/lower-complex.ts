import { kernelError } from "../errors.ts";
import { select, total } from "../expression/build.ts";
import { type Expression, node } from "../expression/expression.ts";
import { operations } from "../expression/operations.ts";
import * as functions from "./complex-functions.ts";
import {
  addParts,
  divideParts,
  filled,
  joined,
  multiplyParts,
  negateParts,
  type Parts,
  partsOf,
  subtractParts,
} from "./complex-parts.ts";
import { expandComplexPowers } from "./expand-powers.ts";
import * as inverse from "./inverse-functions.ts";
import { namedPass, type Pass, type Rule, rewrite } from "./rewrite.ts";

/**
 * Turns complex arithmetic into real arithmetic on parts. A complex root comes out as `complex(re, im)` of real
 * expressions, a real root as a real expression; no other node is complex. Throws `KERN-010` for an
 * operation on complex numbers that has no real form.
 */
export const lowerComplex: Pass = namedPass("lower-complex", (roots) => lowerParts(expandComplexPowers(roots)));

const lowerParts = rewrite("lower-parts", {
  add: two(addParts),
  subtract: two(subtractParts),
  multiply: two(multiplyParts),
  divide: two(divideParts),
  negate: one(negateParts),
  sqrt: one(functions.sqrtParts),
  exp: one(functions.expParts),
  log: one(functions.logParts),
  sin: one(functions.sinParts),
  cos: one(functions.cosParts),
  tan: one(functions.tanParts),
  sinh: one(functions.sinhParts),
  cosh: one(functions.coshParts),
  tanh: one(functions.tanhParts),
  asin: one(inverse.asinParts),
  acos: one(inverse.acosParts),
  atan: one(inverse.atanParts),
  asinh: one(inverse.asinhParts),
  acosh: one(inverse.acoshParts),
  atanh: one(inverse.atanhParts),
  pow: two(functions.powParts),
  faddeeva: one(({ re, im }) => {
    const parts = [filled(re), filled(im)];
    return { re: node(operations.faddeevaReal, parts), im: node(operations.faddeevaImaginary, parts) };
  }),
  total: one(totalParts),
  conjugate: ([z]) => {
    const { re, im } = partsOf(z as Expression);
    return im === undefined ? z : joined({ re, im: negateParts({ re: im, im: undefined }).re });
  },
  select: ([condition, a, b], node) => {
    if (node.type !== "complex") return undefined;
    const [yes, no] = [partsOf(a as Expression), partsOf(b as Expression)];
    const choose = (part: keyof Parts) =>
      yes[part] === undefined && no[part] === undefined
        ? undefined
        : select(condition as Expression, filled(yes[part]), filled(no[part]));
    return joined({ re: choose("re"), im: choose("im") });
  },
  tag: mark,
  label: mark,
  complex: () => undefined,
  real: ([z]) => filled(partsOf(z as Expression).re),
  imaginary: ([z]) => filled(partsOf(z as Expression).im),
  argument: ([z]) => functions.argumentOfParts(partsOf(z as Expression)),
  abs: ([z]) => (z?.type === "complex" ? functions.absParts(partsOf(z)) : undefined),
  any: (_, node) => {
    if (node.type !== "complex") return undefined;
    throw kernelError(
      "KERN-010",
      `\`${node.operation.name}\` of a complex number has no real form yet`,
      "Write it with log and sqrt, or take the real part of the argument first.",
      { operation: node.operation.name },
    );
  },
});

/** Marks go to both parts. */
function mark([z]: readonly Expression[], { type, operation, payload }: Expression): Expression | undefined {
  if (type !== "complex") return undefined;
  const { re, im } = partsOf(z as Expression);
  const marked = (part: Expression | undefined) => (part === undefined ? part : node(operation, [part], payload));
  return joined({ re: marked(re), im: marked(im) });
}

/** Σ re + i Σ im. */
function totalParts({ re, im }: Parts): Parts {
  return { re: re && total(re), im: im && total(im) };
}

function one(lower: (z: Parts) => Parts): Rule {
  return ([z], node) => (node.type === "complex" ? joined(lower(partsOf(z as Expression))) : undefined);
}

function two(lower: (a: Parts, b: Parts) => Parts): Rule {
  return ([a, b], node) =>
    node.type === "complex" ? joined(lower(partsOf(a as Expression), partsOf(b as Expression))) : undefined;
}
