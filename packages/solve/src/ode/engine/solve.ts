import type { OdeMethod } from "../method/method.ts";
import type { OdeProblem } from "../problem/problem.ts";
import type { StepController } from "./controller.ts";
import { compileIntegration, type Integration } from "./integration.ts";
import { runSetup, type SolveOptions } from "./options.ts";
import { runIntegration } from "./run.ts";
import type { OdeSolution } from "./solution.ts";

const compiled = new WeakMap<OdeProblem, Map<OdeMethod, Map<StepController, Integration>>>();

/**
 * Solves an initial value problem. The problem is compiled with the method at the first call and kept as long as the
 * problem lives; parameters, initial state, span and tolerances are free from call to call.
 *
 * Throws for what cannot be meant (`SOLV-002` … `SOLV-010`); a run that does not get through is data: `status`.
 */
export function solve(problem: OdeProblem, options: SolveOptions): OdeSolution {
  const setup = runSetup(problem, options);
  const { method } = options;
  if ("run" in method) return method.run(problem, setup);
  const integration = compiledFor(problem, method, options.controller ?? method.controller);
  integration.isBusy = true;
  try {
    return runIntegration(integration, setup);
  } finally {
    integration.isBusy = false;
  }
}

/** The compiled problem; a new one while the kept one runs, which happens when an event function solves the same problem. */
export function compiledFor(problem: OdeProblem, method: OdeMethod, controller: StepController): Integration {
  const methods = compiled.get(problem) ?? new Map<OdeMethod, Map<StepController, Integration>>();
  compiled.set(problem, methods);
  const controllers = methods.get(method) ?? new Map<StepController, Integration>();
  methods.set(method, controllers);
  const known = controllers.get(controller);
  if (known !== undefined && !known.isBusy) return known;
  const made = compileIntegration(problem, method, controller);
  if (known === undefined) controllers.set(controller, made);
  return made;
}
