import { numberText } from "@simloom/kernel";
import { combination, type Emitter, type Term } from "../code/emitter.ts";
import { type Region, slot } from "../code/workspace.ts";
import { predictiveController } from "../engine/controller.ts";
import { scaleText } from "./error-norm.ts";
import type { DensePolynomial, MethodCode, OdeMethod } from "./method.ts";
import { RADAU_3, RADAU_5, RADAU_7, type RadauTable } from "./radau-table.ts";

const ROUND_OFF = 2 ** -52;

/**
 * Radau IIA of order 5: implicit, stiffly accurate, for stiff problems and algebraic equations of index 1 (2 and 3 where the
 * tolerances allow for it). Source: E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., IV.8.
 */
export const radau5 = radau("radau5", 5, 7, RADAU_3);

/** Radau IIA of order 9, five stages: for tight tolerances. */
export const radau9 = radau("radau9", 9, 10, RADAU_5);

/** Radau IIA of order 13, seven stages: for the tightest tolerances. */
export const radau13 = radau("radau13", 13, 12, RADAU_7);

function radau(name: string, order: number, iterations: number, table: RadauTable): OdeMethod {
  return {
    name,
    order,
    hasFixedSteps: false,
    takesMassMatrix: true,
    isImplicit: true,
    complexMatrices: table.pairs.length,
    errorExponent: table.nodes.length + 1,
    controller: predictiveController({ maximumFactor: 8, keepUpTo: 1.2 }),
    write: (emit) => writeSteps(emit, table, iterations),
  };
}

/**
 * Simplified Newton iterations for the stage increments z, in the coordinates w = T⁻¹ z in which the system falls apart into
 * one real and several complex ones of the size of the problem.
 */
function writeSteps(emit: Emitter, table: RadauTable, maxIterations: number): MethodCode {
  const { nodes, realEigenvalue, pairs, transform, inverse, error, powers } = table;
  const { state, next, stage } = emit;
  const s = nodes.length;
  const vectors = () => nodes.map(() => emit.vector());
  const [z, v, f] = [vectors(), vectors(), vectors()] as const;
  const [start, estimate, carried, scales] = [emit.vector(), emit.vector(), emit.vector(), emit.vector()];
  // State at the start of the last accepted step, from which its polynomial goes out.
  const previous = emit.vector();
  const coefficients = [state, ...vectors()];
  const at1 = (region: Region) => `w[${region.offset}]`;
  const [needsJacobian, factoredStep, rate, lastStep, isFirst, contractionKept, hasMoved] = [0, 1, 2, 3, 4, 5, 6].map(
    () => at1(emit.layout.region(1)),
  );
  const terms = (row: readonly number[], of: readonly Region[]): readonly Term[] =>
    row.map((value, index) => [value, of[index] as Region]);

  // (TI F) − Λ/h M v, then the increments of v in place of f.
  const eigenvalueTimes = (row: number, at: (vector: Region) => string): string => {
    if (row === 0) return `${numberText(realEigenvalue)} * ${at(v[0] as Region)}`;
    const [alpha, beta] = pairs[(row - 1) >> 1] as readonly [number, number];
    const [re, im] = [v[row % 2 === 1 ? row : row - 1] as Region, v[row % 2 === 1 ? row + 1 : row] as Region];
    return row % 2 === 1
      ? `${numberText(alpha)} * ${at(re)} - ${numberText(beta)} * ${at(im)}`
      : `${numberText(beta)} * ${at(re)} + ${numberText(alpha)} * ${at(im)}`;
  };
  const sumOf = (row: number) =>
    (inverse[row] as readonly number[]).map((value, i) => `${numberText(value)} * f${i}`).join(" + ");
  const names = f.map((_, i) => `f${i}`);
  const loaded = (at: (vector: Region) => string) =>
    f.map((vector, i) => `const ${names[i]} = ${at(vector)};`).join(" ");
  const residual = emit.hasMassMatrix
    ? [
        emit.each((at) => `${loaded(at)}\n${f.map((vector, row) => `${at(vector)} = ${sumOf(row)};`).join("\n")}`),
        ...f.flatMap((target, row) => [
          emit.each((at) => `${at(carried)} = hi * (${eigenvalueTimes(row, at)});`),
          emit.each((at, i) => `${at(target)} = ${at(target)} - ${emit.massTerm(carried, i, at)};`),
        ]),
      ].join("\n")
    : emit.each(
        (at) =>
          `${loaded(at)}\n${f.map((vector, row) => `${at(vector)} = ${sumOf(row)} - hi * (${eigenvalueTimes(row, at)});`).join("\n")}`,
      );
  const solves = [
    emit.solve(f[0] as Region),
    ...pairs.map((_, pair) => emit.solveComplex(pair + 1, f[2 * pair + 1] as Region, f[2 * pair + 2] as Region)),
  ].join("\n");
  const evaluations = nodes
    .map(
      (node, i) => `${emit.each((at) => `${at(stage)} = ${at(state)} + ${at(z[i] as Region)};`)}
${emit.rightHandSide(node === 1 ? "tn" : `t + ${node} * h`, stage, f[i] as Region)}`,
    )
    .join("\n");
  const update = emit.each(
    (at) => `const q = ${at(scales)};
${v.map((vector, i) => `const d${i} = ${at(f[i] as Region)}, v${i} = ${at(vector)} + d${i}; ${at(vector)} = v${i};`).join(" ")}
${nodes.map((_, i) => `sum += (d${i} * q) * (d${i} * q);`).join(" ")}
${z
  .map(
    (vector, row) =>
      `${at(vector)} = ${(transform[row] as readonly number[])
        .map((value, i) => (value === 0 ? "" : `${numberText(value)} * v${i}`))
        .filter(Boolean)
        .join(" + ")};`,
  )
  .join("\n")}`,
  );
  const guess = emit.each(
    (at) => `const y = ${at(state)};
${z
  .map((vector, i) => {
    const polynomial = powers.reduceRight((inner, _, k) => {
      const c = at(coefficients[k + 1] as Region);
      return inner === "" ? c : `${c} + x${i} * (${inner})`;
    }, "");
    return `const z${i} = ${at(previous)} + x${i} * (${polynomial}) - y; ${at(vector)} = z${i};`;
  })
  .join("\n")}
${v.map((vector, row) => `${at(vector)} = ${(inverse[row] as readonly number[]).map((value, i) => `${numberText(value)} * z${i}`).join(" + ")};`).join("\n")}`,
  );
  const errorVector = (first: Region) =>
    `${emit.each((at) => `${at(carried)} = hi * (${combination(terms(error, z), at)});`)}
${emit.each((at, i) => `${at(estimate)} = ${at(first)} + ${emit.massTerm(carried, i, at)};`)}
${emit.solve(estimate)}
sum = 0;
${emit.each((at) => `const e = ${at(estimate)} / ${scaleText(emit, at)}; sum += e * e;`)}
${slot("error")} = Math.sqrt(sum / ${emit.n});`;
  const fail = (factor: string) =>
    `{ ${slot("error")} = size === size ? Infinity : NaN; ${slot("retryFactor")} = ${factor}; ${needsJacobian} = 1; return; }`;

  return {
    begin: `${needsJacobian} = 1; ${factoredStep} = 0; ${rate} = 0; ${contractionKept} = 1; ${hasMoved} = 0; ${lastStep} = 0; ${isFirst} = 1;`,
    attempt: `
const hi = 1 / h, rt = ${slot("relativeTolerance")};
const target = Math.max(${10 * ROUND_OFF} / rt, Math.min(0.03, Math.sqrt(rt)));
if (${factoredStep} !== h && ${hasMoved} === 1) ${needsJacobian} = 1;
if (${needsJacobian} === 1) { ${hasMoved} = 0; ${emit.jacobian("t", state)} ${needsJacobian} = 0; ${factoredStep} = 0; }
if (${factoredStep} !== h) {
  ${factoredStep} = 0;
  ${emit.factorise(`hi * ${numberText(realEigenvalue)}`)}
  if (${slot("matrixFailure")} !== 0) { ${slot("error")} = Infinity; ${slot("retryFactor")} = 0.25; return; }
  ${pairs
    .map(
      (
        [alpha, beta],
        pair,
      ) => `${emit.factoriseComplex(pair + 1, `hi * ${numberText(alpha)}`, `hi * ${numberText(beta)}`)}
  if (${slot("matrixFailure")} !== 0) { ${slot("error")} = Infinity; ${slot("retryFactor")} = 0.25; return; }`,
    )
    .join("\n")}
  ${factoredStep} = h;
}
${emit.each((at) => `${at(scales)} = 1 / (${at(emit.absolute)} + rt * Math.abs(${at(state)}));`)}
if (${lastStep} !== 0) {
  const ratio = h / ${lastStep};
  const ${nodes.map((node, i) => `x${i} = 1 + ${node} * ratio`).join(", ")};
  ${guess}
} else {
  ${emit.each((at) => [...z, ...v].map((vector) => `${at(vector)} = 0;`).join(" "))}
}
let size = 0, before = 0, rateBefore = 0, theta = 0.001, converged = false, sum = 0;
let contraction = exp(0.8 * log(Math.max(${contractionKept}, ${ROUND_OFF})));
for (let iteration = 0; iteration < ${maxIterations}; iteration++) {
  ${slot("iterations")} += 1;
  ${evaluations}
  ${residual}
  ${solves}
  sum = 0;
  ${update}
  size = Math.sqrt(sum / ${s * emit.n});
  // A correction this small is rounding, whose rate says nothing.
  if (size <= 0.01 * target) { converged = true; break; }
  if (iteration > 0) {
    const quotient = size / before;
    theta = iteration === 1 ? quotient : Math.sqrt(quotient * rateBefore);
    rateBefore = quotient;
    if (!(theta < 0.99)) ${fail("0.5")}
    contraction = theta / (1 - theta);
    const left = ${maxIterations - 1} - iteration;
    const expected = contraction * size * exp(left * log(theta)) / target;
    if (expected >= 1) ${fail(`0.8 * exp(-log(Math.max(1e-4, Math.min(20, expected))) / (4 + left))`)}
  } else if (!(size < Infinity)) ${fail("0.25")}
  before = Math.max(size, 1e-300);
  if (contraction * size <= target) { converged = true; break; }
}
if (!converged) ${fail("0.5")}
${rate} = theta; ${contractionKept} = contraction;
${emit.each((at) => `${at(next)} = ${at(state)} + ${at(z[s - 1] as Region)};`)}
${emit.rightHandSide("t", state, start)}
${errorVector(start)}
if (${slot("error")} >= 1 && (${isFirst} === 1 || ${slot("justRejected")} === 1)) {
  ${emit.each((at) => `${at(stage)} = ${at(state)} + ${at(estimate)};`)}
  ${emit.rightHandSide("t", stage, start)}
  ${errorVector(start)}
}`,
    accepted: `${isFirst} = 0; ${lastStep} = h;
${emit.each(
  (at) =>
    `${at(previous)} = ${at(state)}; ${powers
      .map((row, k) => `${at(coefficients[k + 1] as Region)} = ${combination(terms(row, z), at)};`)
      .join(" ")}`,
)}`,
    commit: `${hasMoved} = 1; if (${rate} > 0.001) ${needsJacobian} = 1;`,
    prepareDense: "",
    dense: { basis: "powers", coefficients } satisfies DensePolynomial,
  };
}
