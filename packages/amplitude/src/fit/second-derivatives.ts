import { add, type BoundPlan, planOf } from "@simloom/kernel";
import { termExpression } from "../likelihood/term.ts";
import type { PreparedTerms } from "./prepared-terms.ts";

/** Second derivatives of −ln L by the free parameters, n × n by rows. */
export interface SecondDerivatives {
  hessian(x: Float64Array, curvatures: Float64Array): void;
  dispose(): void;
}

/**
 * Exact second derivatives, forward over reverse, planned when they are first asked for: as fast as some gradients, but the plan
 * grows with the square of the number of parameters.
 */
export function exactSecondDerivatives(prepared: PreparedTerms, names: readonly string[]): SecondDerivatives {
  let bound: BoundPlan | undefined;
  const results = new Float64Array(1 + names.length + (names.length * (names.length + 1)) / 2);
  const planned = (): BoundPlan => {
    const value = prepared.terms.map(termExpression).reduce((sum, term) => add(sum, term));
    return prepared.bind(
      planOf(
        { value },
        {
          parameters: names,
          sets: prepared.sets,
          derivatives: { of: "value", by: names, hessian: true },
        },
      ),
    );
  };
  return {
    hessian(x, curvatures) {
      bound ??= planned();
      bound.evaluate(x, results);
      let at = 1 + names.length;
      for (let row = 0; row < names.length; row++)
        for (let column = 0; column <= row; column++) {
          const entry = results[at++] as number;
          curvatures[row * names.length + column] = entry;
          curvatures[column * names.length + row] = entry;
        }
    },
    dispose() {
      bound?.dispose();
      bound = undefined;
    },
  };
}
