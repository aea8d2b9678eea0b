import type { RunEvent } from "@simloom/pipeline";

/**
 * Progress of a run on standard error: one line that is rewritten on a terminal, after the first second; nothing
 * elsewhere, so logs and pipes stay clean.
 */
export class Progress {
  private readonly isLive: boolean;
  private readonly startedMs = performance.now();
  private readonly fractions = new Map<string, number>();
  private nodeCount = 0;
  private finished = 0;
  private computed = 0;
  private note = "";
  private drawnMs = 0;
  private hasDrawn = false;

  constructor(options: { readonly isQuiet?: boolean } = {}) {
    this.isLive = options.isQuiet !== true && process.stderr.isTTY === true;
  }

  readonly onEvent = (event: RunEvent): void => {
    switch (event.type) {
      case "runStarted":
        this.nodeCount = event.nodeCount;
        break;
      case "nodeStarted":
        this.fractions.set(event.nodeId, 0);
        this.note = event.nodeId;
        break;
      case "progress":
        this.fractions.set(event.nodeId, event.fraction);
        this.note = event.note === undefined ? event.nodeId : `${event.nodeId}: ${event.note}`;
        break;
      case "nodeFinished":
        this.fractions.delete(event.nodeId);
        this.finished += 1;
        if (event.status === "computed") this.computed += 1;
        break;
      case "warning":
      case "log":
      case "retry":
        break;
      case "runFinished":
        this.clear();
        return;
      default:
        event satisfies never;
    }
    this.draw();
  };

  /** Takes the line away. */
  clear(): void {
    if (this.hasDrawn) process.stderr.write("\r\x1b[2K");
    this.hasDrawn = false;
  }

  private draw(): void {
    const nowMs = performance.now();
    const elapsedMs = nowMs - this.startedMs;
    if (!this.isLive || elapsedMs < 1000 || nowMs - this.drawnMs < 100) return;
    this.drawnMs = nowMs;
    this.hasDrawn = true;
    const running = [...this.fractions.values()].reduce((sum, fraction) => sum + fraction, 0);
    const done = this.nodeCount === 0 ? 0 : (this.finished + running) / this.nodeCount;
    const hits = this.finished - this.computed;
    // Reused nodes take no time, so the rate is that of the computed ones.
    const share = this.nodeCount - hits === 0 ? 1 : (this.computed + running) / (this.nodeCount - hits);
    const left = share > 0.02 ? `, ${duration((elapsedMs * (1 - share)) / share)} left` : "";
    const bar = "█".repeat(Math.round(done * BAR)).padEnd(BAR, "░");
    const line = `${bar} ${this.finished}/${this.nodeCount}  ${duration(elapsedMs)}${left}  ${this.note}`;
    process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  }
}

const BAR = 24;

/** A time as people say it: `0.31 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 100) return `${Number(ms.toPrecision(2))} ms`;
  if (ms < 59_950) return `${Number((ms / 1000).toPrecision(ms < 10_000 ? 2 : 3))} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
