import type { RunEvent } from "./events.ts";

/**
 * Calls a listener so that what it throws, at once or by promise, does the run no harm. The first failure is handed to
 * `report`; the listener goes on to be called.
 */
export function contained(
  listener: (event: RunEvent) => unknown,
  report: (event: RunEvent, message: string) => void,
): (event: RunEvent) => void {
  let isReported = false;
  const failed = (event: RunEvent, thrown: unknown): void => {
    if (isReported) return;
    isReported = true;
    report(event, thrown instanceof Error ? thrown.message : String(thrown));
  };
  return (event) => {
    try {
      const answer = listener(event);
      if (answer instanceof Promise) answer.catch((thrown: unknown) => failed(event, thrown));
    } catch (thrown) {
      failed(event, thrown);
    }
  };
}
