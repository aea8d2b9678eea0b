import type { MethodEnd } from "./method.ts";

/** How a run ends whose objective falls without end. */
export function runaway(message: string): MethodEnd {
  return {
    converged: false,
    reason: "unbounded",
    message: `the objective falls without end: ${message}`,
    remedy: "Set bounds, or the scale of the parameter if it is meant to be as large; check the sign of the objective.",
  };
}
