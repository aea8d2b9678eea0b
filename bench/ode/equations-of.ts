/** Equations and events of a problem as expressions, to be written in other languages. */
import type { Expression } from "@simloom/kernel";
import type { OdeProblem } from "@simloom/solve";
import { readOperand } from "../../packages/solve/src/ode/problem/define.ts";

/** The derivative of each state. */
export function derivativesOf({ name, system }: OdeProblem): readonly Expression[] {
  if (system.kind === "expressions") return system.derivatives;
  throw new Error(`${name} is a function, which cannot be written in other languages`);
}

/** What passes through zero at each event. */
export function eventExpressions(problem: OdeProblem): readonly Expression[] {
  return problem.events.map(({ name, when }) => {
    if (typeof when !== "function") return readOperand(problem, when, name);
    throw new Error(`The event ${name} is a function, which cannot be written in other languages`);
  });
}
