/**
 * The one place of the pipeline that knows the time. Schedulers measure and wait through a {@link Clock}, so a test can
 * hand them one that it moves itself. Stages never see it.
 */
export interface Clock {
  /** Milliseconds on a monotonic scale; only differences mean something. */
  now(): number;
  /** Milliseconds since 1970, for records that people read; never part of a result. */
  epochMs(): number;
  /** Calls `callback` once after `delayMs`; returns the way to call it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The platform's clock and timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => performance.timeOrigin + performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Timers take a signed 32-bit number of milliseconds: 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
