import { Worker } from "node:worker_threads";
import type { StageFailure } from "@simloom/pipeline";
import { entryFile } from "../modules/entry-file.ts";
import { isTypeScriptRegistered } from "../modules/typescript.ts";
import {
  type AbortReason,
  CONTROL_BYTES,
  CONTROL_JOB,
  CONTROL_REASON,
  type FromWorker,
  reasonCodes,
  type StageReference,
  type ToWorker,
  type WorkerStart,
} from "./protocol.ts";

/** What a thread says of the job that it runs. */
export type WorkerSays = Exclude<FromWorker["kind"], "ready" | "loaded">;

/** What a worker thread tells its owner. */
export interface WorkerListener {
  onMessage(message: FromWorker & { readonly kind: WorkerSays }): void;
  /** The thread is gone. `error` is what it died of, where it did not just exit. */
  onExit(exitCode: number, error: Error | undefined): void;
}

/** One warm thread. It knows which stages it has loaded; it does one job at a time and keeps no queue. */
export class WorkerThread {
  readonly name: string;
  /** Limit of the thread's heap; a job with another limit needs another thread. */
  readonly heapLimitMb: number;
  /** Identifies the thread in diagnostic reports. */
  readonly threadId: number;
  jobsDone = 0;
  isRetired = false;
  private readonly worker: Worker;
  private readonly control = new Int32Array(new SharedArrayBuffer(CONTROL_BYTES));
  private readonly loading = new Map<number, (failure: StageFailure | undefined) => void>();
  private readonly loaded = new Set<number>();
  private readonly exited: Promise<void>;
  private error: Error | undefined;

  constructor(name: string, heapLimitMb: number, execArgv: readonly string[], listener: WorkerListener) {
    this.name = name;
    this.heapLimitMb = heapLimitMb;
    const start: WorkerStart = {
      control: this.control.buffer as SharedArrayBuffer,
      isTypeScript: isTypeScriptRegistered(),
    };
    this.worker = new Worker(entryFile("threads/worker.js"), {
      name,
      workerData: start,
      execArgv: [...execArgv],
      resourceLimits: { maxOldGenerationSizeMb: heapLimitMb },
    });
    this.threadId = this.worker.threadId;
    this.worker.on("message", (message: FromWorker) => {
      if (message.kind === "loaded") this.settleLoading(message.stage, message.failure);
      else if (message.kind !== "ready") listener.onMessage(message);
    });
    this.worker.on("error", (error: Error) => {
      this.error = error;
    });
    this.exited = new Promise((resolve) => {
      this.worker.once("exit", (code) => {
        listener.onExit(code, this.error);
        resolve();
      });
    });
  }

  hasLoaded(stage: number): boolean {
    return this.loaded.has(stage);
  }

  /** Loads a stage; answers what went wrong, or nothing. Stays open when the thread dies: its owner hears of that. */
  load(stage: number, reference: StageReference): Promise<StageFailure | undefined> {
    return new Promise((resolve) => {
      this.loading.set(stage, resolve);
      this.send({ kind: "load", stage, reference });
    });
  }

  send(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  /** Asks the running job to stop, in a way that even a busy loop sees when it looks at its signal. */
  abort(job: number, reason: AbortReason): void {
    Atomics.store(this.control, CONTROL_REASON, reasonCodes[reason]);
    Atomics.store(this.control, CONTROL_JOB, job);
    this.send({ kind: "abort", job, reason });
  }

  /** Lets the process end, or not, while this thread lives. */
  holdProcess(isHeld: boolean): void {
    if (isHeld) this.worker.ref();
    else this.worker.unref();
  }

  /** Stops the thread, whatever it does. */
  terminate(): Promise<void> {
    this.isRetired = true;
    // A process that ended meanwhile would leave those who wait for the end of the thread without an answer.
    this.worker.ref();
    void this.worker.terminate();
    return this.exited;
  }

  private settleLoading(stage: number, failure: StageFailure | undefined): void {
    if (failure === undefined) this.loaded.add(stage);
    this.loading.get(stage)?.(failure);
    this.loading.delete(stage);
  }
}
