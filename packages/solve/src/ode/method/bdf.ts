import { numberText } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import type { At, Emitter } from "../code/emitter.ts";
import { type Region, slot } from "../code/workspace.ts";
import { integralController } from "../engine/controller.ts";
import {
  ALPHA,
  coefficientText,
  ERROR,
  MAX_ORDER,
  predictFunction,
  RESCALING_LENGTH,
  ratioFunctions,
  rescaleFunction,
  updateFunction,
} from "./backward-differences.ts";
import type { DensePolynomial, MethodCode, OdeMethod } from "./method.ts";

const MAX_ITERATIONS = 4;
/** Share of the error tolerance that Newton iterations may leave. */
const NEWTON_SHARE = 0.1;
/**
 * Convergence rate that is trusted before it is measured, at least: that of the step before, for a fresh factorisation does no
 * worse. Assuming 1 after each costs a second iteration in most steps.
 */
const LEAST_KEPT_RATE = 0.1;
const ROUND_OFF = 2 ** -52;

/** One value per highest order: compiled problems are kept by the value of their method. */
const FAMILY = [1, 2, 3, 4, MAX_ORDER].map(backwardDifferentiation);

/**
 * Backward differentiation of variable order 1 to 5, in the form of modified backward differences with steps that stay
 * equal for a while; few evaluations per step, for large stiff systems at loose tolerances. Takes mass matrices.
 * Source: L. Shampine, M. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1, sections 2.3 and 2.4.
 */
export const bdf: OdeMethod = bdfUpTo(MAX_ORDER);

/**
 * `bdf` up to a lower order. Orders 1 and 2 damp every decaying mode; from 3 on, those that oscillate many times while they
 * decay may grow. Throws `SOLV-010` for an order that is not a whole number from 1 to 5.
 */
export function bdfUpTo(order: 1 | 2 | 3 | 4 | 5): OdeMethod {
  const method = FAMILY[order - 1];
  if (method !== undefined) return method;
  throw solveError(
    "SOLV-010",
    `There are no backward differentiation formulas of order ${order} here`,
    `Give a whole number from 1 to ${MAX_ORDER}.`,
  );
}

function backwardDifferentiation(highest: number): OdeMethod {
  return {
    name: highest === MAX_ORDER ? "bdf" : `bdf${highest}`,
    order: highest,
    hasFixedSteps: false,
    takesMassMatrix: true,
    isImplicit: true,
    errorExponent: 2,
    controller: integralController(),
    write: (emit) => writeSteps(emit, highest),
  };
}

function writeSteps(emit: Emitter, highest: number): MethodCode {
  const { n, state, next, layout } = emit;
  const differences = layout.region((MAX_ORDER + 3) * n);
  const rows = Array.from({ length: MAX_ORDER + 3 }, (_, k) => ({ offset: differences.offset + k * n, length: n }));
  const row = (k: number) => rows[k] as Region;
  const factors = layout.region(RESCALING_LENGTH);
  const constants = layout.region(2 * ALPHA.length);
  const [correction, history, right, scales] = [emit.vector(), emit.vector(), emit.vector(), emit.vector()];
  // With a mass matrix: the derivative that the formula gives, which M is multiplied with.
  const carried = emit.hasMassMatrix ? emit.vector() : right;
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
  const [alpha, errorConstant] = [0, 1].map(
    (kind) => (index: string) => `w[${constants.offset + kind * ALPHA.length} + ${index}]`,
  ) as [(index: string) => string, (index: string) => string];
  const coefficients = Array.from({ length: MAX_ORDER + 1 }, () => emit.vector());
  const orders = Array.from({ length: highest }, (_, index) => index + 1);
  const byOrder = (call: (q: number) => string) =>
    orders.map((q) => (q === highest ? call(q) : `if (q === ${q}) ${call(q)} else `)).join("");
  const normOf = (value: (at: At) => string) =>
    `let sum = 0; ${emit.each((at) => `const e = ${value(at)} * ${at(scales)}; sum += e * e;`)} return Math.sqrt(sum / ${n});`;
  const fail = (factor: string) =>
    `{ ${slot("error")} = size === size ? Infinity : NaN; ${slot("retryFactor")} = ${factor}; ${keptRate} = 1; if (${isFresh} === 0) { ${needsJacobian} = 1; ${slot("retryFactor")} = 1; } return; }`;
  const factorise = `${emit.factorise("shift")}
  if (${slot("matrixFailure")} !== 0) { ${slot("error")} = Infinity; ${slot("retryFactor")} = 0.25; return; }`;
  // h y' of the start; where M hides it, a linearly implicit Euler step, which algebraic states follow.
  const firstDifference = emit.hasMassMatrix
    ? `${emit.jacobian("t", state)}
${emit.factorise(`1 / ${slot("step")}`)}
if (${slot("matrixFailure")} === 0) { ${emit.solve(right)} } else { ${emit.each((at) => `${at(right)} = 0;`)} }
${emit.each((at) => `${at(row(1))} = ${at(right)};`)}`
    : emit.each((at) => `${at(row(1))} = ${slot("step")} * ${at(right)};`);
  const residual = emit.hasMassMatrix
    ? `${emit.each((at) => `${at(carried)} = ${at(history)} + shift * ${at(correction)};`)}
${emit.each((at, i) => `${at(right)} -= ${emit.massTerm(carried, i, at)};`)}`
    : emit.each((at) => `${at(right)} -= ${at(history)} + shift * ${at(correction)};`);

  return {
    begin: `
${[ALPHA, ERROR].map((values, kind) => values.map((value, k) => `w[${constants.offset + kind * ALPHA.length + k}] = ${numberText(value)};`).join(" ")).join("\n")}
${order} = 1; ${heldStep} = ${slot("step")}; ${equalSteps} = 0; ${needsJacobian} = 1; ${factored} = 0; ${isFresh} = 0; ${keptRate} = 1;
${emit.rightHandSide("t", state, right)}
${emit.each((at) => `${rows.map((target, k) => (k === 1 ? "" : `${at(target)} = ${k === 0 ? at(state) : "0"};`)).join(" ")}`)}
${firstDifference}`,
    functions: [
      ...orders.map((q) => predictFunction(emit, q, { next, history, correction, scales }, row)),
      ...orders.map((q) => updateFunction(emit, q, correction, row)),
      ...orders.map((q) => rescaleFunction(emit, q, factors, row)),
      ...orders.map((q) => `function normBelow${q}() { ${normOf((at) => at(row(q)))} }`),
      ...orders.map((q) => `function normAbove${q}() { ${normOf((at) => at(row(q + 2)))} }`),
      ratioFunctions(factors),
    ].join("\n"),
    attempt: `
const q = ${order};
if (${heldStep} !== h) { fillRescaling(q, h / ${heldStep}); ${byOrder((k) => `rescale${k}();`)} ${heldStep} = h; ${equalSteps} = 0; ${factored} = 0; }
const shift = ${alpha("q")} / h;
${byOrder((k) => `predict${k}();`)}
if (${needsJacobian} === 1 || (${factored} === 0 && ${isFresh} === 0)) {
  ${emit.jacobian("tn", next)}
  ${needsJacobian} = 0; ${isFresh} = 1; ${factored} = 0;
}
if (${factored} === 0) {
  ${factorise}
  ${factored} = 1; ${keptRate} = Math.min(1, Math.max(${LEAST_KEPT_RATE}, ${keptRate}));
}
const share = ${errorConstant("q")};
const target = Math.max(${10 * ROUND_OFF} / ${slot("relativeTolerance")}, ${NEWTON_SHARE} / share);
let size = 0, before = 0, converged = false, iteration = 0;
while (iteration < ${MAX_ITERATIONS}) {
  iteration += 1;
  ${emit.rightHandSide("tn", next, right)}
  ${residual}
  ${emit.solve(right)}
  let sum = 0;
  ${emit.each((at) => `const x = ${at(right)}, e = x * ${at(scales)}; sum += e * e; ${at(next)} += x; ${at(correction)} += x;`)}
  size = Math.sqrt(sum / ${n});
  if (!(size < Infinity)) ${fail("0.25")}
  // A correction this small is rounding, whose rate says nothing.
  if (size <= 0.01 * target) { converged = true; break; }
  const rate = before > 0 ? size / before : ${keptRate};
  if (before > 0) {
    if (rate >= 1 || exp(log(rate) * (${MAX_ITERATIONS} - iteration + 1)) / (1 - rate) * size > target) ${fail("0.5")}
    ${keptRate} = Math.max(0.3 * ${keptRate}, rate);
  }
  if (Math.min(1, rate < 1 ? rate / (1 - rate) : 1) * size <= target) { converged = true; break; }
  before = size;
}
${slot("iterations")} += iteration; ${iterations} = iteration;
if (!converged) ${fail("0.5")}
let sum = 0;
${emit.each((at) => `const e = ${at(correction)} * ${at(scales)}; sum += e * e;`)}
${slot("error")} = share * Math.sqrt(sum / ${n});`,
    accepted: `
const q = ${order};
${equalSteps} += 1; ${isFresh} = 0;
${byOrder((k) => `update${k}();`)}
${slot("nextStep")} = h;
${usedOrder} = q;
if (${equalSteps} > q) {
  let below = 0, above = 0;
  if (q > 1) { ${byOrder((k) => (k === 1 ? "{}" : `below = ${numberText(ERROR[k - 1] as number)} * normBelow${k}();`))} }
  if (q < ${highest}) { ${byOrder((k) => (k === highest ? "{}" : `above = ${numberText(ERROR[k + 1] as number)} * normAbove${k}();`))} }
  const gain = (error, exponent) => exp(-log(Math.max(error, 1e-12)) / exponent);
  const safety = 0.9 * ${2 * MAX_ITERATIONS + 1} / (${2 * MAX_ITERATIONS} + ${iterations});
  const stay = gain(${slot("error")}, q + 1);
  const down = q > 1 ? gain(below, q) : 0, up = q < ${highest} ? gain(above, q + 2) : 0;
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
${coefficientText(emit, (k, at) => at(row(k)), coefficients)}`,
    dense: { basis: "powers", coefficients } satisfies DensePolynomial,
  };
}
