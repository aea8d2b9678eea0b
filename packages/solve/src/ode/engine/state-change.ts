import { readOperand } from "../problem/define.ts";
import type { StateChange } from "../problem/event.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { evaluatorAtPoint } from "./evaluate-at-point.ts";

/** What each event does to the state; undefined for those that only note or stop. */
export function stateChanges(problem: OdeProblem): readonly (StateChange | undefined)[] {
  return problem.events.map(({ name, action }) => {
    if (action === undefined || action === "record" || action === "stop") return undefined;
    if (typeof action === "function") return action;
    const targets = Object.keys(action.set);
    const places = targets.map((target) => problem.stateNames.indexOf(target));
    const evaluate = evaluatorAtPoint(
      problem,
      Object.entries(action.set).map(([target, value]) => readOperand(problem, value, `events.${name}.${target}`)),
    );
    return (time, state, parameters) => {
      evaluate(time, state, parameters).forEach((value, index) => {
        state[places[index] as number] = value;
      });
    };
  });
}
