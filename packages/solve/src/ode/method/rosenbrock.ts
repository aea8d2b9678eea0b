import { combination, type Emitter, type Term } from "../code/emitter.ts";
import { type Region, slot } from "../code/workspace.ts";
import { integralController, type StepController } from "../engine/controller.ts";
import { errorNormText } from "./error-norm.ts";
import type { DensePolynomial, MethodCode, OdeMethod } from "./method.ts";

/**
 * A Rosenbrock–Wanner method in the form without products of the Jacobian:
 * (M/(hγ) − J) U_i = f(t + α_i h, y + Σ a_ij U_j) + M Σ (c_ij/h) U_j + h d_i ∂f/∂t.
 * The next state is the last argument plus the last U, which is also the error estimate.
 * Source: E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., IV.7.
 */
export interface RosenbrockTableau {
  readonly name: string;
  readonly order: number;
  readonly errorExponent: number;
  readonly gamma: number;
  /** α_i. */
  readonly nodes: readonly number[];
  readonly a: readonly (readonly number[])[];
  readonly c: readonly (readonly number[])[];
  /** Factors of ∂f/∂t. */
  readonly d: readonly number[];
  /** Rows K of y0(1 − θ) + θ(y1 + (1 − θ)(K₁U + θ(K₂U + θ K₃U))). */
  readonly dense: readonly [readonly number[], readonly number[], readonly number[]];
  readonly controller?: StepController;
}

/** A stiffly accurate Rosenbrock method from its table: one Jacobian a step, no iterations. Takes mass matrices. */
export function rosenbrock(tableau: RosenbrockTableau): OdeMethod {
  return {
    name: tableau.name,
    order: tableau.order,
    hasFixedSteps: false,
    takesMassMatrix: true,
    isImplicit: true,
    errorExponent: tableau.errorExponent,
    controller: tableau.controller ?? integralController({ maximumFactor: 6 }),
    write: (emit) => writeSteps(emit, tableau),
  };
}

function writeSteps(emit: Emitter, tableau: RosenbrockTableau): MethodCode {
  const { gamma, nodes, a, c, d } = tableau;
  const { state, next, stage } = emit;
  const increments = nodes.map(() => emit.vector());
  const start = emit.vector();
  const timeSlope = emit.vector();
  const carried = emit.vector();
  const isFresh = `w[${emit.layout.region(1).offset}]`;
  const terms = (row: readonly number[]): readonly Term[] => row.map((value, j) => [value, increments[j] as Region]);
  const withTime = (index: number, at: (vector: Region) => string) =>
    emit.isAutonomous || (d[index] ?? 0) === 0 ? "" : ` + h * (${d[index]}) * ${at(timeSlope)}`;
  const last = nodes.length - 1;

  const stageText = (index: number): string => {
    const target = increments[index] as Region;
    if (index === 0)
      return `${emit.each((at) => `${at(target)} = ${at(start)}${withTime(0, at)};`)}\n${emit.solve(target)}`;
    const row = a[index] as readonly number[];
    const before = a[index - 1] as readonly number[];
    const goesOn = index > 1 && row.length === before.length + 1 && before.every((value, j) => value === row[j]);
    const argument = emit.each((at) =>
      goesOn
        ? `${at(stage)} = ${at(stage)} + ${combination(terms(row).slice(-1), at)};`
        : `${at(stage)} = ${at(state)} + ${combination(terms(row), at)};`,
    );
    const node = nodes[index] as number;
    const sum = (at: (vector: Region) => string) => `(${combination(terms(c[index] as readonly number[]), at)}) * hi`;
    const right = emit.hasMassMatrix
      ? `${emit.each((at) => `${at(carried)} = ${sum(at)};`)}
${emit.each((at, i) => `${at(target)} = ${at(target)} + ${emit.massTerm(carried, i, at)}${withTime(index, at)};`)}`
      : emit.each((at) => `${at(target)} = ${at(target)} + ${sum(at)}${withTime(index, at)};`);
    return `${argument}
${emit.rightHandSide(node === 1 ? "tn" : `t + ${node} * h`, stage, target)}
${right}
${emit.solve(target)}`;
  };

  const coefficients = [state, ...Array.from({ length: 4 }, () => emit.vector())];
  const [, c1, c2, c3, c4] = coefficients as readonly Region[] as readonly [Region, Region, Region, Region, Region];
  const [k1, k2, k3] = tableau.dense;
  return {
    begin: `${isFresh} = 0;`,
    attempt: `
if (${isFresh} === 0) {
${emit.rightHandSide("t", state, start)}
${emit.jacobian("t", state)}
${emit.isAutonomous ? "" : emit.timeDerivative("t", state, timeSlope)}
${isFresh} = 1;
}
const hi = 1 / h;
${emit.factorise(`hi * ${1 / gamma}`)}
if (${slot("matrixFailure")} !== 0) { ${slot("error")} = Infinity; ${slot("retryFactor")} = 0.25; return; }
${nodes.map((_, index) => stageText(index)).join("\n")}
${emit.each((at) => `${at(next)} = ${at(stage)} + ${at(increments[last] as Region)};`)}
${errorNormText(emit, (at) => at(increments[last] as Region))}`,
    commit: `${isFresh} = 0;`,
    prepareDense: emit.each(
      (at) => `const third = ${combination(terms(k3), at)};
${at(c1)} = ${at(next)} - ${at(state)}; ${at(c2)} = ${combination(terms(k1), at)}; ${at(c3)} = ${combination(terms(k2), at)} + third; ${at(c4)} = -third;`,
    ),
    dense: { basis: "alternating", coefficients } satisfies DensePolynomial,
  };
}
