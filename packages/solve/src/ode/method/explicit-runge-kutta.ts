import { combination, type Emitter, type Term } from "../code/emitter.ts";
import { type Region, slot } from "../code/workspace.ts";
import { integralController, type StepController } from "../engine/controller.ts";
import { errorNormText } from "./error-norm.ts";
import type { DensePolynomial, MethodCode, OdeMethod } from "./method.ts";

/** What distinguishes one explicit method from another. */
export interface ExplicitTableau {
  readonly name: string;
  readonly order: number;
  /** c₁ … c_s. */
  readonly nodes: readonly number[];
  /** Row i holds a_i1 … a_i,i−1. */
  readonly stages: readonly (readonly number[])[];
  readonly weights: readonly number[];
  /** The weights are the last row of the stages, so that the last stage of a step is the first of the next one. */
  readonly isFirstSameAsLast?: boolean;
  /** Writes the slot `error`; without it, steps are fixed. `derivatives` holds the stages. */
  readonly error?: (emit: Emitter, derivatives: readonly Region[]) => string;
  readonly errorExponent?: number;
  /** Default: the elementary one. */
  readonly controller?: StepController;
  /** Dense output; `last` is the derivative at the end of the step. Default: cubic Hermite. */
  readonly dense?: (
    emit: Emitter,
    derivatives: readonly Region[],
    last: Region,
  ) => {
    readonly text: string;
    readonly polynomial: DensePolynomial;
  };
}

/** An explicit Runge–Kutta method from its table. */
export function explicitRungeKutta(tableau: ExplicitTableau): OdeMethod {
  const { name, order, error, errorExponent = order, controller = integralController() } = tableau;
  return {
    name,
    order,
    hasFixedSteps: error === undefined,
    takesMassMatrix: false,
    isImplicit: false,
    errorExponent,
    controller,
    explicit: tableau,
    write: (emit) => writeSteps(emit, tableau),
  };
}

function writeSteps(emit: Emitter, tableau: ExplicitTableau): MethodCode {
  const { nodes, stages, weights, isFirstSameAsLast = false, error, dense = hermite } = tableau;
  const { state, next, stage } = emit;
  const derivatives = nodes.map(() => emit.vector());
  const first = derivatives[0] as Region;
  const last = isFirstSameAsLast ? (derivatives.at(-1) as Region) : emit.vector();
  const terms = (row: readonly number[]): readonly Term[] =>
    row.map((coefficient, index) => [coefficient, derivatives[index] as Region]);
  const combine = (row: readonly number[], target: Region) =>
    emit.each((at) => `${at(target)} = ${at(state)} + h * (${combination(terms(row), at)});`);
  const stageTexts = nodes.slice(1).map((node, index) => {
    const isLast = isFirstSameAsLast && index === nodes.length - 2;
    const target = isLast ? next : stage;
    const at = node === 1 ? "tn" : `t + ${node} * h`;
    return `${combine(stages[index + 1] as readonly number[], target)}
${emit.rightHandSide(at, target, derivatives[index + 1] as Region)}`;
  });
  const { text, polynomial } = dense(emit, derivatives, last);
  return {
    begin: emit.rightHandSide("t", state, first),
    attempt: `${stageTexts.join("\n")}
${isFirstSameAsLast ? "" : combine(weights, next)}
${error === undefined ? `${slot("error")} = 0;` : error(emit, derivatives)}`,
    ...(isFirstSameAsLast ? {} : { accepted: emit.rightHandSide("tn", next, last) }),
    commit: emit.each((at) => `${at(first)} = ${at(last)};`),
    prepareDense: text,
    dense: polynomial,
  };
}

/** Cubic through both ends with their slopes. */
function hermite(emit: Emitter, [first]: readonly Region[], last: Region) {
  const coefficients = [emit.vector(), emit.vector(), emit.vector(), emit.vector()] as const;
  const [c0, c1, c2, c3] = coefficients;
  const slope = first as Region;
  const text = emit.each(
    (at) => `const d = ${at(emit.next)} - ${at(emit.state)};
${at(c0)} = ${at(emit.state)}; ${at(c1)} = d; ${at(c2)} = h * ${at(slope)} - d; ${at(c3)} = 2 * d - h * (${at(slope)} + ${at(last)});`,
  );
  return { text, polynomial: { basis: "alternating", coefficients } satisfies DensePolynomial };
}

/** Error h Σ e_j k_j in the scaled root mean square norm. */
export function embeddedError(weights: readonly number[]) {
  return (emit: Emitter, derivatives: readonly Region[]): string =>
    errorNormText(
      emit,
      (at) =>
        `h * (${combination(
          weights.map((weight, index) => [weight, derivatives[index] as Region]),
          at,
        )})`,
    );
}
