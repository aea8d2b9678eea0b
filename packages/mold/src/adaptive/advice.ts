/** What to change in a scenario when a back end with step control does not get through: the solver's advice in its fields. */
import type { FailureReason } from "@simloom/solve";
import type { SolverChoice } from "../scenario/backend.ts";

/** A sentence with fields of the scenario. */
export function adviceOn(reason: FailureReason, { backend }: Exclude<SolverChoice, { backend: "manual" }>): string {
  const [relative, absolute] =
    backend === "cvode"
      ? ["simulation.sundials_rtol", "simulation.sundials_atol"]
      : ["simulation.solve_ivp_rtol", "simulation.solve_ivp_atol"];
  const looser = `raise ${relative} or ${absolute}`;
  switch (reason) {
    case "step-limit":
      if (backend === "cvode") return `Raise simulation.sundials_max_steps, or ${looser}.`;
      return backend === "stiff"
        ? `To take fewer steps, ${looser}, or lower simulation.total_time_s.`
        : `Set simulation.backend to stiff, or ${looser}.`;
    case "step-too-small":
      return backend === "stiff"
        ? `To let steps grow, ${looser}, and check ${HEATS}.`
        : `Set simulation.backend to stiff, or ${looser}.`;
    case "saved-numbers-limit":
      return "Raise simulation.time_step_s, or lower simulation.total_time_s.";
    case "not-finite":
    case "singular-matrix":
    case "no-convergence":
      return `Check ${HEATS}; then lower ${relative} or ${absolute}.`;
    default:
      return reason satisfies never;
  }
}

const HEATS =
  "simulation.reaction_enthalpy_J_per_kg, simulation.foam_cp_J_per_kgK, and masses and transfer coefficients of process and mold";
