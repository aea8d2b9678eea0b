import type { Clock } from "../schedule/clock.ts";

/** Pauses that can be ended all at once. One listener on a signal for each of a thousand pauses would be a thousand. */
export class Pauses {
  private readonly clock: Clock;
  private readonly waking = new Set<() => void>();
  private isOver = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Waits; ends early, without an error, when all are ended. */
  rest(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.isOver) return resolve();
      const wake = (): void => {
        callOff();
        this.waking.delete(wake);
        resolve();
      };
      const callOff = this.clock.after(delayMs, wake);
      this.waking.add(wake);
    });
  }

  /** Ends all pauses, and those that would begin. */
  end(): void {
    this.isOver = true;
    for (const wake of [...this.waking]) wake();
  }
}
