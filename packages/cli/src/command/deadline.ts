/** The time limit of a whole run. */

/** A running limit. `signal` aborts when the limit is over, or when the outer signal does. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Time since the start in ms. */
  elapsedMs(): number;
  /** True once more time has gone by than allowed, whether or not anything could be stopped. */
  isPast(): boolean;
  clear(): void;
}

/** Starts a limit in ms; without one only the outer signal counts. */
export function startDeadline(limitMs: number | undefined, outer: AbortSignal): Deadline {
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  if (limitMs === undefined) return { signal: outer, elapsedMs, isPast: () => false, clear: () => {} };
  const over = new AbortController();
  // Timers hold 2³¹ − 1 ms at the most; a limit beyond 24 days is none.
  const timer = limitMs < 2 ** 31 ? setTimeout(() => over.abort(), limitMs) : undefined;
  timer?.unref();
  return {
    signal: AbortSignal.any([outer, over.signal]),
    elapsedMs,
    isPast: () => elapsedMs() > limitMs && !outer.aborted,
    clear: () => clearTimeout(timer),
  };
}
