import { numberText } from "@simloom/kernel";
import type { Emitter } from "../code/emitter.ts";
import { type Region, slot } from "../code/workspace.ts";
import { integralController } from "../engine/controller.ts";
import type { DensePolynomial, MethodCode, OdeMethod } from "./method.ts";

const MAX_ORDER = 5;
const MAX_ITERATIONS = 4;
/** Share of the error tolerance that may be left of Newton iterations. */
const NEWTON_SHARE = 0.03;
const ROUND_OFF = 2 ** -52;

/** κ of the modified formulas NDF, order 0 … 6 (0 where they are those of BDF). */
const KAPPA = [0, -0.185, -1 / 9, -0.0823, -0.0415, 0, 0];
/** γ_k = Σ 1/j. */
const GAMMA = KAPPA.map((_, order) =>
  Array.from({ length: order }, (_unused, j) => 1 / (j + 1)).reduce((a, b) => a + b, 0),
);
const ALPHA = GAMMA.map((gamma, order) => (1 - (KAPPA[order] as number)) * gamma);
const ERROR = GAMMA.map((gamma, order) => (KAPPA[order] as number) * gamma + 1 / (order + 1));

/**
 * Backward differentiation of variable order 1 to 5, in the form of modified backward differences with steps that stay
 * equal for a while; few evaluations per step, for large stiff systems at loose tolerances.
 * Source: L. Shampine, M. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1, sections 2.3 and 2.4.
 */
export const bdf: OdeMethod = {
  name: "bdf",
  order: MAX_ORDER,
  hasFixedSteps: false,
  takesMassMatrix: false,
  isImplicit: true,
  errorExponent: 2,
  controller: integralController(),
  write: writeSteps,
};

function writeSteps(emit: Emitter): MethodCode {
  const { n, state, next, layout } = emit;
  const differences = layout.region((MAX_ORDER + 3) * n);
  const rescaled = layout.region((MAX_ORDER + 1) * n);
  const factors = layout.region(2 * (MAX_ORDER + 1) ** 2);
  const constants = layout.region(3 * KAPPA.length);
  const [correction, history, right, scales] = [emit.vector(), emit.vector(), emit.vector(), emit.vector()];
  const scalar = () => `w[${layout.region(1).offset}]`;
  const [order, heldStep, equalSteps, needsJacobian, factored, isFresh, iterations, usedOrder, keptRate] = [
    scalar(),
    scalar(),
    scalar(),
    scalar(),
    scalar(),
    scalar(),
    scalar(),
    scalar(),
    scalar(),
  ];
  const [alpha, gamma, errorConstant] = [0, 1, 2].map(
    (row) => (index: string) => `w[${constants.offset + row * KAPPA.length} + ${index}]`,
  ) as [(index: string) => string, (index: string) => string, (index: string) => string];
  const d = (k: number, index: string) => `w[${differences.offset + k * n} + ${index}]`;
  // Rows at `k` steps from the one that begins at the place `o`, which the text defines outside its loops.
  const near = (k: number, index: string) => (k === 0 ? `w[o + ${index}]` : `w[o + ${k * n} + ${index}]`);
  const rowOf = (k: string) => `${differences.offset} + ${k} * ${n}`;
  const coefficients = Array.from({ length: MAX_ORDER + 1 }, () => emit.vector());
  const normOf = (name: string, value: (index: string) => string) =>
    `let ${name} = 0;\n${emit.each((at, i) => `const e = ${value(i)} * ${at(scales)}; ${name} += e * e;`)}\n${name} = Math.sqrt(${name} / ${n});`;
  const fail = (factor: string) =>
    `{ ${slot("error")} = size === size ? Infinity : NaN; ${slot("retryFactor")} = ${factor}; if (${isFresh} === 0) { ${needsJacobian} = 1; ${slot("retryFactor")} = 1; } return; }`;

  return {
    begin: `
${[ALPHA, GAMMA, ERROR].map((values, row) => values.map((value, k) => `w[${constants.offset + row * KAPPA.length + k}] = ${numberText(value)};`).join(" ")).join("\n")}
${order} = 1; ${heldStep} = ${slot("step")}; ${equalSteps} = 0; ${needsJacobian} = 1; ${factored} = 0; ${isFresh} = 0;
${emit.rightHandSide("t", state, right)}
for (let k = 2; k < ${MAX_ORDER + 3}; k++) { const o = ${rowOf("k")}; ${emit.each((_, i) => `${near(0, i)} = 0;`)} }
${emit.each((at, i) => `${d(0, i)} = ${at(state)}; ${d(1, i)} = ${slot("step")} * ${at(right)};`)}`,
    functions: rescaleFunction(n, differences, rescaled, factors),
    attempt: `
const q = ${order};
if (${heldStep} !== h) { rescale(q, h / ${heldStep}); ${heldStep} = h; ${equalSteps} = 0; ${factored} = 0; }
${emit.each((at) => `${at(next)} = 0; ${at(history)} = 0; ${at(correction)} = 0;`)}
for (let k = 0; k <= q; k++) {
  const g = ${gamma("k")}, o = ${rowOf("k")};
  ${emit.each((at, i) => `const x = ${near(0, i)}; ${at(next)} += x; ${at(history)} += g * x;`)}
}
const shift = ${alpha("q")} / h, weight = 1 / ${alpha("q")};
${emit.each((at) => `${at(history)} *= weight;`)}
if (${needsJacobian} === 1 || (${factored} === 0 && ${isFresh} === 0)) {
  ${emit.jacobian("tn", next)}
  ${needsJacobian} = 0; ${isFresh} = 1; ${factored} = 0;
}
if (${factored} === 0) {
  ${emit.factorise("shift")}
  if (${slot("matrixFailure")} !== 0) { ${slot("error")} = Infinity; ${slot("retryFactor")} = 0.25; return; }
  ${factored} = 1; ${keptRate} = 1;
}
const rt = ${slot("relativeTolerance")}, target = Math.max(${10 * ROUND_OFF} / rt, ${NEWTON_SHARE});
${emit.each((at) => `${at(scales)} = 1 / (${at(emit.absolute)} + rt * Math.abs(${at(next)}));`)}
let size = 0, before = 0, converged = false, iteration = 0;
while (iteration < ${MAX_ITERATIONS}) {
  iteration += 1;
  ${emit.rightHandSide("tn", next, right)}
  ${emit.each((at) => `${at(right)} -= shift * (${at(history)} + ${at(correction)});`)}
  ${emit.solve(right)}
  let sum = 0;
  ${emit.each((at) => `const e = ${at(right)} * ${at(scales)}; sum += e * e;`)}
  size = Math.sqrt(sum / ${n});
  const rate = before > 0 ? size / before : ${keptRate};
  if (!(size < Infinity)) ${fail("0.25")}
  // A correction this small is rounding, whose rate says nothing.
  const isSettled = size <= 0.01 * target;
  if (!isSettled && before > 0 && (rate >= 1 || exp(log(rate) * (${MAX_ITERATIONS} - iteration + 1)) / (1 - rate) * size > target)) ${fail("0.5")}
  if (before > 0 && !isSettled) ${keptRate} = Math.max(0.3 * ${keptRate}, rate);
  ${emit.each((at) => `${at(next)} += ${at(right)}; ${at(correction)} += ${at(right)};`)}
  if (isSettled || (rate < 1 && rate / (1 - rate) * size < target)) { converged = true; break; }
  before = size;
}
${slot("iterations")} += iteration; ${iterations} = iteration;
if (!converged) ${fail("0.5")}
let sum = 0;
${emit.each((at) => `const e = ${at(correction)} * ${at(scales)}; sum += e * e;`)}
${slot("error")} = ${errorConstant("q")} * Math.sqrt(sum / ${n});`,
    accepted: `
const q = ${order};
${equalSteps} += 1; ${isFresh} = 0;
const last = ${rowOf("q")};
{ const o = last; ${emit.each((at, i) => `${near(2, i)} = ${at(correction)} - ${near(1, i)}; ${near(1, i)} = ${at(correction)};`)} }
for (let o = last; o >= ${differences.offset}; o -= ${n}) { ${emit.each((_, i) => `${near(0, i)} += ${near(1, i)};`)} }
${slot("nextStep")} = h;
${usedOrder} = q;
if (${equalSteps} > q) {
  const o = last, down1 = q > 1 ? ${errorConstant("q - 1")} : 0, up1 = q < ${MAX_ORDER} ? ${errorConstant("q + 1")} : 0;
  ${normOf("below", (i) => `down1 * ${near(0, i)}`)}
  ${normOf("above", (i) => `up1 * ${near(2, i)}`)}
  const gain = (error, exponent) => exp(-log(Math.max(error, 1e-12)) / exponent);
  const safety = 0.9 * ${2 * MAX_ITERATIONS + 1} / (${2 * MAX_ITERATIONS} + ${iterations});
  const stay = gain(${slot("error")}, q + 1);
  const down = q > 1 ? gain(below, q) : 0, up = q < ${MAX_ORDER} ? gain(above, q + 2) : 0;
  const best = Math.max(stay, down, up);
  const factor = Math.min(10, safety * best);
  if (factor > 1.1 || factor < 0.95) {
    if (best === up && up > stay) ${order} = q + 1; else if (best === down && down > stay) ${order} = q - 1;
    ${slot("nextStep")} = h * factor;
    ${equalSteps} = 0; ${factored} = 0;
  }
}`,
    choosesStep: true,
    prepareDense: `const q = ${usedOrder};
const m1 = q >= 2 ? 1 : 0, m2 = q >= 3 ? 1 : 0, m3 = q >= 4 ? 1 : 0, m4 = q >= 5 ? 1 : 0;
${coefficientText(emit, d, coefficients)}`,
    dense: { basis: "powers", coefficients } satisfies DensePolynomial,
  };
}

/** Coefficients of θ of the interpolating polynomial: Σ D_k Π (θ − 1 + j)/(j + 1), j < k; masks leave out orders above q. */
function coefficientText(
  emit: Emitter,
  d: (k: number, index: string) => string,
  coefficients: readonly Region[],
): string {
  const powers = binomialPowers();
  return emit.each((at, i) => {
    const values = Array.from(
      { length: MAX_ORDER },
      (_, k) => `const x${k} = ${k === 0 ? "" : `m${k} * `}${d(k + 1, i)};`,
    );
    const sums = coefficients.map((target, power) => {
      const terms = powers.flatMap((row, k) => {
        const value = row[power] ?? 0;
        return value === 0 ? [] : [`${numberText(value)} * x${k}`];
      });
      const sum = terms.length === 0 ? "0" : terms.join(" + ");
      return `${at(target)} = ${power === 0 ? `${d(0, i)} + ` : ""}${sum};`;
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

/** `rescale(q, factor)`: backward differences for a step that is `factor` times as long. */
function rescaleFunction(n: number, differences: Region, rescaled: Region, factors: Region): string {
  const size = MAX_ORDER + 1;
  const r = factors.offset;
  const u = factors.offset + size * size;
  return `
function rescale(q, factor) {
  fillRatios(${r}, q, factor);
  fillRatios(${u}, q, 1);
  for (let j = 0; j <= q; j++) {
    for (let i = 0; i < ${n}; i++) w[${rescaled.offset} + j * ${n} + i] = 0;
    for (let k = 0; k <= q; k++) {
      let ratio = 0;
      for (let l = 0; l <= q; l++) ratio += w[${r} + k * ${size} + l] * w[${u} + l * ${size} + j];
      if (ratio !== 0) for (let i = 0; i < ${n}; i++) w[${rescaled.offset} + j * ${n} + i] += ratio * w[${differences.offset} + k * ${n} + i];
    }
  }
  for (let i = 0; i < (q + 1) * ${n}; i++) w[${differences.offset} + i] = w[${rescaled.offset} + i];
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
