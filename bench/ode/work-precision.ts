/** Time against digits: one problem, one method, a ladder of tolerances. */
import { type ExternalMethod, type OdeMethod, type SolveOptions, saveEnd, solve } from "@simloom/solve";
import { digitsAtEnd } from "../../packages/solve/src/ode/fixtures/digits.ts";
import type { TestProblem } from "../../packages/solve/src/ode/fixtures/problems.ts";

/** What one tolerance gave. */
export interface WorkPoint {
  readonly relativeTolerance: number;
  /** Of the worst state at the end of the run. */
  readonly digits: number;
  /** Best of the repetitions. */
  readonly milliseconds: number;
}

const MOST_MS_IN_ALL = 150;

/** Half decades from 1e-2 to 1e-13. */
export const LADDER: readonly number[] = Array.from({ length: 23 }, (_, index) => 10 ** (-2 - index / 2));

/** Runs the ladder; tolerances at which the method gives up, or that take longer than `mostMs`, are left out. */
export function workPrecision(
  test: TestProblem,
  method: OdeMethod | ExternalMethod,
  { repetitions, mostMs }: { readonly repetitions: number; readonly mostMs: number },
): readonly WorkPoint[] {
  const points: WorkPoint[] = [];
  for (const relativeTolerance of LADDER) {
    const options: SolveOptions = {
      method,
      relativeTolerance,
      absoluteTolerance: relativeTolerance * test.absoluteScale,
      save: saveEnd(),
    };
    const solution = solve(test.problem, options);
    if (solution.status.kind === "failed") continue;
    const milliseconds = bestMs(() => solve(test.problem, options), repetitions);
    points.push({ relativeTolerance, digits: digitsAtEnd(test, solution), milliseconds });
    if (milliseconds > mostMs) break;
  }
  return points;
}

/** The least time of a run that reached so many digits; nothing where none did. */
export function timeToDigits(points: readonly WorkPoint[], digits: number): number | undefined {
  const enough = points.flatMap((point) => (point.digits >= digits ? [point.milliseconds] : []));
  return enough.length === 0 ? undefined : Math.min(...enough);
}

/** Best of the repetitions, fewer where they are long. The first ones, in which the engine warms up, count for nothing. */
export function bestMs(run: () => unknown, repetitions: number): number {
  let best = Number.POSITIVE_INFINITY;
  const endMs = performance.now() + MOST_MS_IN_ALL;
  for (let count = 0; count < repetitions && (count < 3 || performance.now() < endMs); count++) {
    const startedMs = performance.now();
    run();
    best = Math.min(best, performance.now() - startedMs);
  }
  return best;
}
