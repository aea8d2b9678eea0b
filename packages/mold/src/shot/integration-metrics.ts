/** Metrics that every integrating stage leaves. */
import type { Integration } from "./integrate.ts";

/** Steps of the solver, and the stage times that were reached. */
export function emitIntegration(
  { stages, solver }: Integration,
  metric: (name: string, value: number, unit?: string) => void,
): void {
  metric("steps", solver.acceptedSteps);
  metric("rejected_steps", solver.rejectedSteps);
  metric("evaluations", solver.evaluations);
  const times = { cream: stages.creamS, gel: stages.gelS, rise: stages.riseS, tack_free: stages.tackFreeS };
  for (const [stage, timeS] of Object.entries(times)) if (timeS !== null) metric(`t_${stage}`, timeS, "s");
}
