import type { Checkpoint, EvaluationCounts, Minimum } from "@simloom/solve";
import { amplitudeError } from "../errors.ts";

/** How the minimisation from one start ended, as plain JSON. */
export interface StartOutcome {
  /** Number of the start: 0 for the one of the file. */
  readonly start: number;
  /** Best point, by the free parameters. */
  readonly x: readonly number[];
  /** −ln L there; null where it was nowhere a number. */
  readonly nll: number | null;
  readonly converged: boolean;
  readonly reason: string;
  readonly message: string;
  readonly remedy?: string;
  readonly iterations: number;
  readonly evaluations: EvaluationCounts;
  /** Where it stands, for one that a limit or an interruption ended. */
  readonly checkpoint?: Checkpoint;
}

/** A fit between two iterations, as plain JSON. A fit that goes on from it gives the bits of the uninterrupted one. */
export interface FitCheckpoint {
  readonly format: "simloom-fit";
  readonly version: 1;
  readonly method: string;
  readonly seed: number;
  /** Names of the free parameters. */
  readonly names: readonly string[];
  /** The first start. */
  readonly first: readonly number[];
  /** One for each start that was begun, in order. */
  readonly outcomes: readonly StartOutcome[];
}

/** What a minimisation found, as it is kept. −0 becomes 0, which JSON would do. */
export function outcomeOf(start: number, found: Minimum): StartOutcome {
  const { x, value, converged, status, iterations, evaluations, checkpoint } = found;
  const { reason, message, remedy } = status;
  return {
    start,
    x: Array.from(x, (entry) => entry + 0),
    nll: Number.isFinite(value) ? value + 0 : null,
    converged,
    reason,
    message,
    ...(remedy === undefined ? {} : { remedy }),
    iterations,
    evaluations,
    ...(RESUMABLE.has(reason) ? { checkpoint } : {}),
  };
}

/** Reasons to end after which a run can go on. */
const RESUMABLE: ReadonlySet<string> = new Set(["aborted", "evaluations", "iterations"]);

/** Throws `AMPL-032` for a checkpoint of another fit: another method, seed, start or other parameters. */
export function checkCheckpoint(checkpoint: FitCheckpoint, fit: Omit<FitCheckpoint, "outcomes">): void {
  const different = (Object.keys(fit) as (keyof typeof fit)[]).filter(
    (key) => JSON.stringify(checkpoint[key]) !== JSON.stringify(fit[key]),
  );
  if (different.length === 0) return;
  throw amplitudeError({
    code: "AMPL-032",
    message: `The checkpoint is one of another fit: ${different.join(", ")} ${different.length === 1 ? "is" : "are"} different`,
    remedy: "Go on with the settings of the fit that was interrupted, or start a fresh one.",
    context: { different },
  });
}
