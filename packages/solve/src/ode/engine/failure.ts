import { SLOT } from "../code/workspace.ts";
import { findCulprit } from "./culprit.ts";
import type { Integration } from "./integration.ts";
import type { RunSetup } from "./options.ts";
import type { FailureReason, RunStatus } from "./solution.ts";

/** Turns the end of a run that did not get through into words. Without a reason, the last tried step tells it. */
export function failureOf(integration: Integration, setup: RunSetup, reason?: FailureReason): RunStatus {
  const { workspace: w, problem, method } = integration;
  const time = w[SLOT.time] as number;
  const steps = w[SLOT.accepted] as number;
  const where = `at t = ${time}, after ${steps} steps of ${method.name}`;
  const failed = (found: FailureReason, message: string, remedy: string): RunStatus => ({
    kind: "failed",
    reason: found,
    time,
    message: `${problem.name}: ${message}`,
    remedy,
  });
  if (reason === "step-limit")
    return failed(
      reason,
      `the limit of ${setup.limits.steps} steps was reached ${where}`,
      method.isImplicit
        ? "Raise limits.steps, loosen the tolerances, or shorten the time span."
        : "The problem may be stiff: use rodas5p, radau5 or bdf. Otherwise raise limits.steps.",
    );
  if (reason === "saved-numbers-limit")
    return failed(
      reason,
      `${w[SLOT.savedRows]} saved steps reach the limit of ${setup.limits.savedNumbers} numbers ${where}`,
      "Save fewer points (savePoints, saveEnd), or raise limits.savedNumbers.",
    );
  const slopes = integration.jacobianRegion === undefined ? undefined : integration.view(integration.jacobianRegion);
  const hasSlopes = slopes?.every(Number.isFinite) !== false;
  const hasError = Number.isFinite(w[SLOT.error]);
  const culprit = hasError && hasSlopes ? undefined : findCulprit(integration, !hasError);
  if (culprit !== undefined)
    return failed("not-finite", `${culprit.message}, in step ${steps + 1} of ${method.name}`, culprit.remedy);
  if (method.hasFixedSteps)
    return failed(
      "not-finite",
      `the state at the end of a step of ${w[SLOT.step]} is not finite ${where}`,
      "Take smaller steps, or an adaptive method.",
    );
  if (!hasSlopes)
    return failed(
      "not-finite",
      `the Jacobian is not finite ${where}`,
      "Keep slopes finite where the solution may go (a root at zero has none), or stop at an event before.",
    );
  if ((w[SLOT.matrixFailure] as number) > 0) {
    const column = (w[SLOT.matrixFailure] as number) - 1;
    return failed(
      "singular-matrix",
      `the matrix of the step is singular in the column of ${problem.stateNames[column]} ${where}`,
      "Check that each state is determined by the equations (mass matrix and Jacobian), and the initial state for consistency.",
    );
  }
  if (!(Math.abs(w[SLOT.error] as number) < Number.POSITIVE_INFINITY))
    return failed(
      "no-convergence",
      `Newton iterations do not converge ${where}`,
      "Check a Jacobian given by hand and the consistency of the initial state, or use rodas5p.",
    );
  return failed(
    "step-too-small",
    `the step shrank to ${Math.abs(w[SLOT.step] as number)} ${where}`,
    "The solution may end there (a pole, a jump): stop it by an event, name jumps as break points, or loosen the tolerances.",
  );
}
