import { compileJavaScript, kernelProgram } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import { readOperand } from "../problem/define.ts";
import type { StateChange } from "../problem/event.ts";
import type { OdeProblem } from "../problem/problem.ts";

/** What each event does to the state; undefined for those that only note or stop. Throws `SOLV-011` for unknown states. */
export function stateChanges(problem: OdeProblem): readonly (StateChange | undefined)[] {
  return problem.events.map(({ name, action }) => {
    if (action === undefined || action === "record" || action === "stop") return undefined;
    if (typeof action === "function") return action;
    const targets = Object.keys(action.set);
    const unknown = targets.find((target) => !problem.stateNames.includes(target));
    if (unknown !== undefined)
      throw solveError(
        "SOLV-011",
        `The event ${name} sets ${unknown}, which is not a state`,
        `States: ${problem.stateNames.join(", ")}.`,
      );
    const kernel = compileJavaScript(
      kernelProgram(
        Object.fromEntries(
          Object.entries(action.set).map(([target, value]) => [
            target,
            readOperand(problem, value, `events.${name}.${target}`),
          ]),
        ),
        { parameters: problem.parameterNames, states: problem.stateNames },
      ),
    );
    const places = targets.map((target) => problem.stateNames.indexOf(target));
    return (time, state, parameters) => {
      const outputs = targets.map(() => new Float64Array(1));
      const states = problem.stateNames.map((_, index) => state.slice(index, index + 1));
      kernel.run({ count: 1, parameters: Float64Array.from(parameters), time, columns: [], states, outputs });
      places.forEach((place, index) => {
        state[place] = outputs[index]?.[0] as number;
      });
    };
  });
}
