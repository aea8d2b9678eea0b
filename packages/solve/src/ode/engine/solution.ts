import { solveError } from "../../errors.ts";
import type { DenseSolution } from "./dense.ts";

/** What a run cost. */
export interface RunStatistics {
  readonly acceptedSteps: number;
  readonly rejectedSteps: number;
  readonly evaluations: number;
  readonly jacobians: number;
  readonly factorisations: number;
  /** Newton iterations of implicit methods; 0 for the others. */
  readonly iterations: number;
}

/** Why a run ended before its end. */
export type FailureReason =
  | "step-limit"
  | "step-too-small"
  | "not-finite"
  | "singular-matrix"
  | "no-convergence"
  | "saved-numbers-limit";

/** How a run ended. Only misuse throws; what numbers do is data. */
export type RunStatus =
  | { readonly kind: "finished" }
  | { readonly kind: "stopped"; readonly event: string; readonly time: number }
  | {
      readonly kind: "failed";
      readonly reason: FailureReason;
      readonly time: number;
      /** What happened, and where. */
      readonly message: string;
      readonly remedy: string;
    };

/** A crossing that was found. */
export interface EventRecord {
  readonly name: string;
  readonly time: number;
  readonly direction: "rising" | "falling";
  /** State at the event, before its action. */
  readonly state: Readonly<Record<string, number>>;
}

/** Something a user should know that did not end the run. */
export interface RunNotice {
  readonly message: string;
  readonly remedy: string;
}

/** Result of a run. */
export interface OdeSolution {
  readonly status: RunStatus;
  readonly method: string;
  readonly times: Float64Array;
  /** One array per state, as long as `times`. */
  readonly states: Readonly<Record<string, Float64Array>>;
  /** Where the run ended. */
  readonly final: { readonly time: number; readonly state: Readonly<Record<string, number>> };
  readonly events: readonly EventRecord[];
  readonly notices: readonly RunNotice[];
  readonly statistics: RunStatistics;
  /** The solution between saved points, for runs with `dense: true`. */
  readonly dense: DenseSolution | undefined;
}

/** Time of the first crossing of an event. Throws `SOLV-014` where it did not fire. */
export function eventTime({ events, final, status }: OdeSolution, name: string): number {
  const found = events.find((event) => event.name === name);
  if (found !== undefined) return found.time;
  throw solveError(
    "SOLV-014",
    `The event ${name} did not fire up to ${final.time}`,
    status.kind === "failed"
      ? status.remedy
      : "Check its name, sign and direction, or integrate over a longer time span.",
    { name, until: final.time, fired: [...new Set(events.map((event) => event.name))] },
  );
}
