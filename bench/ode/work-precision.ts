/** Time against digits: one problem, one method, a ladder of tolerances; the same for ours and for the peers. */
import { type OdeMethod, type SolveOptions, saveEnd, solve } from "@simloom/solve";
import { digitsAtEnd } from "../../packages/solve/src/ode/fixtures/digits.ts";
import type { Case } from "./cases.ts";

/** What one tolerance gave. */
export interface WorkPoint {
  readonly relativeTolerance: number;
  /** Of the worst number that is asked for. */
  readonly digits: number;
  /** Best of the repetitions. */
  readonly milliseconds: number;
  /** Of peers that are compiled anew for each problem, before the clock starts. */
  readonly compileSeconds?: number;
}

/** Points by the name of the method. */
export type Curves = Readonly<Record<string, readonly WorkPoint[]>>;

/** How long a point is measured: until one of the two is used up. */
export interface Effort {
  readonly repetitions: number;
  readonly inAllMs: number;
}

export const EFFORT: Effort = { repetitions: 3000, inAllMs: 40 };
export const QUICK_EFFORT: Effort = { repetitions: 5, inAllMs: 20 };

/** Tolerance, and so many times the effort of a point, in which the engine compiles what a ladder runs. */
const [WARM_UP_TOLERANCE, WARM_UP_POINTS] = [1e-6, 25];

/** Half decades from 1e-2 to 1e-13. */
export const LADDER: readonly number[] = Array.from({ length: 23 }, (_, index) => 10 ** (-2 - index / 2));

/** Runs the ladder; tolerances at which the method gives up are left out, and what comes after one that takes too long. */
export function workPrecision(test: Case, method: OdeMethod, effort: Effort): readonly WorkPoint[] {
  return ladderOf(test, method, effort, {
    solve: (options) => solve(test.problem, options),
    digits: (solution) => (solution.status.kind === "failed" ? undefined : digitsAtEnd(test, solution)),
  });
}

/** A ladder of anything that takes options and has digits; undefined where it gave up. Digits are not timed. */
export function ladderOf<Solution>(
  { absoluteScale, mostMs }: Pick<Case, "absoluteScale" | "mostMs">,
  method: OdeMethod,
  effort: Effort,
  what: {
    readonly solve: (options: SolveOptions) => Solution;
    readonly digits: (solution: Solution) => number | undefined;
  },
): readonly WorkPoint[] {
  const optionsAt = (relativeTolerance: number): SolveOptions => ({
    method,
    relativeTolerance,
    absoluteTolerance: relativeTolerance * absoluteScale,
    save: saveEnd(),
  });
  warmUp(() => what.solve(optionsAt(WARM_UP_TOLERANCE)), effort);
  const points: WorkPoint[] = [];
  for (const relativeTolerance of LADDER) {
    const options = optionsAt(relativeTolerance);
    const digits = what.digits(what.solve(options));
    if (digits === undefined) continue;
    const milliseconds = bestMs(() => what.solve(options), effort);
    points.push({ relativeTolerance, digits, milliseconds });
    if (milliseconds > mostMs) break;
  }
  return points;
}

/** Runs until the engine has compiled what it runs. */
export function warmUp(run: () => unknown, { repetitions, inAllMs }: Effort): void {
  bestMs(run, { repetitions: WARM_UP_POINTS * repetitions, inAllMs: WARM_UP_POINTS * inAllMs });
}

/** The least time of a run that reached so many digits; nothing where none did. */
export function timeToDigits(points: readonly WorkPoint[], digits: number): number | undefined {
  const enough = points.flatMap((point) => (point.digits >= digits ? [point.milliseconds] : []));
  return enough.length === 0 ? undefined : Math.min(...enough);
}

/**
 * Best of the repetitions; the first ones, in which the engine warms up, count for nothing. A run is charged the lesser of the
 * time that passed and of what the processors worked for this process: neither is less than the work of this thread.
 */
export function bestMs(run: () => unknown, { repetitions, inAllMs }: Effort): number {
  let best = Number.POSITIVE_INFINITY;
  const endMs = performance.now() + inAllMs;
  for (let count = 0; count < repetitions && (count < 3 || performance.now() < endMs); count++) {
    const workedUs = process.cpuUsage();
    const startedMs = performance.now();
    run();
    const passedMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(workedUs);
    best = Math.min(best, passedMs > LEAST_MS_BY_PROCESSOR ? Math.min(passedMs, (user + system) / 1e3) : passedMs);
  }
  return best;
}

/** The system counts the work of processors in microseconds: too coarse for shorter runs. */
const LEAST_MS_BY_PROCESSOR = 0.5;
