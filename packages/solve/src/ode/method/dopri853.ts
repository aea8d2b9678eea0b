import { combination, type Emitter, type Term } from "../code/emitter.ts";
import { type Region, slot } from "../code/workspace.ts";
import { piController } from "../engine/controller.ts";
import {
  DENSE_WEIGHTS,
  EXTRA_NODES,
  EXTRA_STAGES,
  FIFTH_ORDER_ERROR,
  NODES,
  STAGES,
  THIRD_ORDER_WEIGHTS,
  WEIGHTS,
} from "./dopri853-table.ts";
import { scaleText } from "./error-norm.ts";
import { explicitRungeKutta } from "./explicit-runge-kutta.ts";
import type { DensePolynomial } from "./method.ts";

/**
 * Dormand–Prince 8(5,3): explicit, adaptive, twelve stages; for smooth non-stiff problems and 6 to 14 digits.
 * Source: E. Hairer, S. P. Nørsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed., II.5 and II.6; dense output of
 * order 7 with three more stages, computed where it is asked for.
 */
export const dopri853 = explicitRungeKutta({
  name: "dopri853",
  order: 8,
  errorExponent: 8,
  controller: piController({ alpha: 0.9, beta: 0.2, safety: 0.8 }),
  nodes: NODES,
  stages: STAGES,
  weights: WEIGHTS,
  error: combinedError,
  dense: denseOutput,
});

/** The estimate of order 5, corrected by the one of order 3: e₅² / √(e₅² + 0.01 e₃²). */
function combinedError(emit: Emitter, derivatives: readonly Region[]): string {
  const terms = (weights: readonly number[]): readonly Term[] =>
    weights.map((weight, index) => [weight, derivatives[index] as Region]);
  return `let sum5 = 0, sum3 = 0;
${emit.each(
  (
    at,
  ) => `const s = ${scaleText(emit, at)}; const e5 = (${combination(terms(FIFTH_ORDER_ERROR), at)}) / s; const e3 = (${combination(terms(THIRD_ORDER_WEIGHTS), at)}) / s;
sum5 += e5 * e5; sum3 += e3 * e3;`,
)}
const denominator = sum5 + 0.01 * sum3;
${slot("error")} = denominator === 0 ? 0 : Math.abs(h) * sum5 / Math.sqrt(denominator * ${emit.n});`;
}

function denseOutput(emit: Emitter, derivatives: readonly Region[], last: Region) {
  const extra = EXTRA_NODES.map(() => emit.vector());
  const all = [...derivatives, last, ...extra];
  const terms = (row: readonly number[]): readonly Term[] => row.map((value, index) => [value, all[index] as Region]);
  const stages = EXTRA_NODES.map(
    (node, index) => `${emit.each(
      (at) =>
        `${at(emit.stage)} = ${at(emit.state)} + h * (${combination(terms(EXTRA_STAGES[index] as readonly number[]), at)});`,
    )}
${emit.rightHandSide(`t + ${node} * h`, emit.stage, extra[index] as Region)}`,
  );
  const coefficients = [emit.state, ...Array.from({ length: 7 }, () => emit.vector())];
  const [, c1, c2, c3, ...rest] = coefficients as readonly Region[] as readonly [
    Region,
    Region,
    Region,
    Region,
    ...Region[],
  ];
  const first = derivatives[0] as Region;
  const text = `${stages.join("\n")}
${emit.each(
  (at) => `const d = ${at(emit.next)} - ${at(emit.state)};
${at(c1)} = d; ${at(c2)} = h * ${at(first)} - d; ${at(c3)} = 2 * d - h * (${at(last)} + ${at(first)});
${rest.map((target, index) => `${at(target)} = h * (${combination(terms(DENSE_WEIGHTS[index] as readonly number[]), at)});`).join("\n")}`,
)}`;
  return { text, polynomial: { basis: "alternating", coefficients } satisfies DensePolynomial };
}
