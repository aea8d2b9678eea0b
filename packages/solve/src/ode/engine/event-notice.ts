import type { RunNotice } from "./solution.ts";

/** What to say of an event by the value of its function at the start; undefined where there is nothing to say. */
export function noticeAtStart(name: string, value: number, start: number): RunNotice | undefined {
  if (value === 0)
    return {
      message: `The event ${name} is zero at the start, ${start}; it does not count before it has left zero`,
      remedy: "If it should count, act on the initial state; else start a little later or shift the threshold.",
    };
  return Number.isNaN(value) ? noticeNotNumber(name, start) : undefined;
}

/** What to say of an event whose function is not a number where a run begins or ends: it cannot pass through zero there. */
export function noticeNotNumber(name: string, time: number): RunNotice {
  return {
    message: `The event ${name} is not a number at ${time}; while it is not, it cannot fire`,
    remedy: "Keep its function a number along the whole run (a floor under a root or logarithm).",
  };
}
