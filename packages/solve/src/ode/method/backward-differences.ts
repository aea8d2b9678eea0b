/**
 * Modified backward differences: D_k is the k-th backward difference of the states of the last steps, all of one length.
 * Source: L. Shampine, M. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1, section 2.3.
 */
import { numberText } from "@simloom/kernel";
import type { At, Emitter } from "../code/emitter.ts";
import { type Region, slot } from "../code/workspace.ts";

/** Highest order of the formulas. */
export const MAX_ORDER = 5;

/** κ of the modified formulas NDF, order 0 … 6 (0 where they are those of BDF). */
const KAPPA = [0, -0.185, -1 / 9, -0.0823, -0.0415, 0, 0];
/** γ_k = Σ 1/j. */
const GAMMA = KAPPA.map((_, order) =>
  Array.from({ length: order }, (_unused, j) => 1 / (j + 1)).reduce((a, b) => a + b, 0),
);
/** Σ of the weights of the new state: the matrix is (ALPHA / h) M − J. */
export const ALPHA = GAMMA.map((gamma, order) => (1 - (KAPPA[order] as number)) * gamma);
/** Error of a step over the correction of its prediction. */
export const ERROR = GAMMA.map((gamma, order) => (KAPPA[order] as number) * gamma + 1 / (order + 1));

/** Factors of a rescaling take so many numbers. */
export const RESCALING_LENGTH = 3 * (MAX_ORDER + 1) ** 2;

const textSum = (terms: readonly string[]) => terms.join(" + ");

/** `predictq()`: the state that differences up to order q lead to, the derivative that they give, and error weights. */
export function predictFunction(
  emit: Emitter,
  q: number,
  to: Readonly<Record<"next" | "history" | "correction" | "scales", Region>>,
  row: (k: number) => Region,
): string {
  const names = Array.from({ length: q + 1 }, (_, k) => `x${k}`);
  return `function predict${q}() {
  const hi = 1 / ${slot("step")}, rt = ${slot("relativeTolerance")};
  ${emit.each(
    (at) => `const ${names.map((name, k) => `${name} = ${at(row(k))}`).join(", ")}, y = ${textSum(names)};
${at(to.next)} = y; ${at(to.correction)} = 0; ${at(to.scales)} = 1 / (${at(emit.absolute)} + rt * Math.abs(y));
${at(to.history)} = hi * (${textSum(names.slice(1).map((name, k) => `${numberText(GAMMA[k + 1] as number)} * ${name}`))});`,
  )}
}`;
}

/** `updateq()`: differences of an accepted step, from the correction of the prediction. */
export function updateFunction(emit: Emitter, q: number, correction: Region, row: (k: number) => Region): string {
  const down = Array.from({ length: q + 1 }, (_, index) => q - index);
  return `function update${q}() {
  ${emit.each(
    (at) => `const e = ${at(correction)}; ${at(row(q + 2))} = e - ${at(row(q + 1))}; ${at(row(q + 1))} = e;
${down.map((k) => `const x${k} = ${at(row(k))} + ${k === q ? "e" : `x${k + 1}`}; ${at(row(k))} = x${k};`).join(" ")}`,
  )}
}`;
}

/** Coefficients of θ of the interpolating polynomial: Σ D_k Π (θ − 1 + j)/(j + 1), j < k; masks leave out orders above q. */
export function coefficientText(
  emit: Emitter,
  d: (k: number, at: At) => string,
  coefficients: readonly Region[],
): string {
  const powers = binomialPowers();
  return emit.each((at) => {
    const values = Array.from(
      { length: MAX_ORDER },
      (_, k) => `const x${k} = ${k === 0 ? "" : `m${k} * `}${d(k + 1, at)};`,
    );
    const sums = coefficients.map((target, power) => {
      const terms = powers.flatMap((row, k) => {
        const value = row[power] ?? 0;
        return value === 0 ? [] : [`${numberText(value)} * x${k}`];
      });
      const sum = terms.length === 0 ? "0" : terms.join(" + ");
      return `${at(target)} = ${power === 0 ? `${d(0, at)} + ` : ""}${sum};`;
    });
    return `${values.join(" ")} ${sums.join(" ")}`;
  });
}

/** Row k − 1: powers of θ in Π_{j<k} (θ − 1 + j)/(j + 1). */
function binomialPowers(): readonly (readonly number[])[] {
  const rows: number[][] = [];
  let polynomial = [1];
  for (let j = 0; j < MAX_ORDER; j++) {
    const longer = new Array<number>(polynomial.length + 1).fill(0);
    polynomial.forEach((value, power) => {
      longer[power] = (longer[power] as number) + (value * (j - 1)) / (j + 1);
      longer[power + 1] = (longer[power + 1] as number) + value / (j + 1);
    });
    polynomial = longer;
    rows.push(polynomial);
  }
  return rows;
}

/** `rescaleq()`: differences for the step that `fillRescaling` was told of. */
export function rescaleFunction(emit: Emitter, q: number, factors: Region, row: (k: number) => Region): string {
  const size = MAX_ORDER + 1;
  const ks = Array.from({ length: q }, (_, index) => index + 1);
  const factor = (k: number, j: number) => `w[${factors.offset + 2 * size * size + k * size + j}]`;
  return `function rescale${q}() {
  const ${ks.flatMap((j) => ks.map((k) => `r${k}_${j} = ${factor(k, j)}`)).join(", ")};
  ${emit.each(
    (at) => `const ${ks.map((k) => `x${k} = ${at(row(k))}`).join(", ")};
${ks.map((j) => `${at(row(j))} = ${textSum(ks.map((k) => `r${k}_${j} * x${k}`))};`).join(" ")}`,
  )}
}`;
}

/** `fillRescaling(q, factor)`: the matrix that makes backward differences those of a step `factor` times as long. */
export function ratioFunctions({ offset }: Region): string {
  const size = MAX_ORDER + 1;
  const [r, u, product] = [0, 1, 2].map((k) => offset + k * size * size);
  return `
function fillRescaling(q, factor) {
  fillRatios(${r}, q, factor);
  fillRatios(${u}, q, 1);
  for (let k = 0; k <= q; k++) for (let j = 0; j <= q; j++) {
    let ratio = 0;
    for (let l = 0; l <= q; l++) ratio += w[${r} + k * ${size} + l] * w[${u} + l * ${size} + j];
    w[${product} + k * ${size} + j] = ratio;
  }
}
function fillRatios(base, q, factor) {
  for (let j = 0; j <= q; j++) {
    let product = 1;
    w[base + j] = 1;
    for (let i = 1; i <= q; i++) {
      product = j === 0 ? 0 : product * (i - 1 - factor * j) / i;
      w[base + i * ${size} + j] = product;
    }
  }
}`;
}
