import { type SolveError, solveError } from "../errors.ts";
import type { WorkerAnswer, WorkerRequest } from "./serve.ts";

/** One thread as its pool sees it; hosts differ in how they start and end one. */
export interface PoolThread {
  post(request: WorkerRequest): void;
  /** Lets the process end, or not, while the thread lives; where a host knows of such a thing. */
  hold(isHeld: boolean): void;
  /** Ends the thread, whatever it does; resolves when it is gone. */
  end(): Promise<void>;
}

/** What a thread tells its pool. */
export interface ThreadListener {
  answered(answer: WorkerAnswer): void;
  /** The thread is gone without having been asked to; with what it died of, where that is known. */
  gone(cause: unknown): void;
}

/** What a run of a pool may be told. */
export interface PoolRunOptions<Output> {
  /** Ends the work: threads that are busy with it are ended, and the run is rejected with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Sees the results in the order of the parts, each as soon as those before it are there. */
  readonly onPart?: (part: number, output: Output) => void;
}

/** Threads that work on parts of a task: started when first needed, kept from run to run, ended by `dispose`. */
export interface WorkerPool {
  /** Most threads at a time. */
  readonly workers: number;
  /** Threads that live. */
  readonly alive: number;
  /**
   * Runs a task of the workers on parts 0 to `parts` - 1 and gives the results in their order; `inputOf` is asked when
   * a part begins. A part that throws ends the run, with `SOLV-032` and the words of the first one of those that threw. Rejects with
   * `SOLV-031` after `dispose` and when a thread dies.
   */
  run<Output>(
    task: string,
    parts: number,
    inputOf: (part: number) => unknown,
    options?: PoolRunOptions<Output>,
  ): Promise<readonly Output[]>;
  /** Ends the threads and rejects what runs; resolves when all are gone. Twice does nothing. */
  dispose(): Promise<void>;
}

interface Run {
  readonly task: string;
  readonly parts: number;
  readonly inputOf: (part: number) => unknown;
  readonly answered: (part: number, answer: WorkerAnswer) => void;
  readonly failed: (reason: unknown) => void;
  next: number;
  isOver: boolean;
}

interface Seat {
  readonly thread: PoolThread;
  job: { readonly run: Run; readonly part: number } | undefined;
}

/** A pool over a host's threads. Throws `SOLV-031` for a number of workers that cannot be. */
export function workerPool(workers: number, start: (listener: ThreadListener) => PoolThread): WorkerPool {
  if (!Number.isInteger(workers) || workers < 1)
    throw solveError("SOLV-031", `A pool cannot have ${workers} workers`, "Give a whole number from 1 on.", {
      workers,
    });
  const seats = new Set<Seat>();
  const leaving = new Set<Promise<void>>();
  const runs: Run[] = [];
  let isDisposed = false;

  const open = (): Seat => {
    const seat: Seat = {
      job: undefined,
      thread: start({
        answered(answer) {
          const { job } = seat;
          seat.job = undefined;
          job?.run.answered(job.part, answer);
          staff();
        },
        gone(cause) {
          seats.delete(seat);
          const { job } = seat;
          seat.job = undefined;
          const said = cause instanceof Error ? cause.message : `${cause}`;
          job?.run.failed(threadDied(said));
          staff();
        },
      }),
    };
    seats.add(seat);
    return seat;
  };
  const close = (seat: Seat): void => {
    seats.delete(seat);
    const ended = seat.thread.end().finally(() => leaving.delete(ended));
    leaving.add(ended);
  };
  /** Gives every free thread a part, the oldest run first; starts threads where parts are left. */
  const staff = (): void => {
    for (;;) {
      const run = runs.find(({ isOver, next, parts }) => !isOver && next < parts);
      const idle = [...seats].find(({ job }) => job === undefined);
      const seat = run === undefined ? undefined : (idle ?? (seats.size < workers ? open() : undefined));
      if (run === undefined || seat === undefined) break;
      const part = run.next++;
      seat.job = { run, part };
      try {
        seat.thread.post({ task: run.task, input: run.inputOf(part) });
      } catch (error) {
        seat.job = undefined;
        run.failed(error);
      }
    }
    for (const { thread, job } of seats) thread.hold(job !== undefined);
  };
  /** Ends the threads that still work on a run. */
  const drop = (run: Run): void => {
    for (const seat of [...seats]) if (seat.job?.run === run) close(seat);
  };

  return {
    workers,
    get alive() {
      return seats.size + leaving.size;
    },
    async run<Output>(
      task: string,
      parts: number,
      inputOf: (part: number) => unknown,
      { signal, onPart }: PoolRunOptions<Output> = {},
    ) {
      if (isDisposed) throw disposed();
      signal?.throwIfAborted();
      if (parts === 0) return [];
      const outputs: Output[] = new Array(parts);
      const isThere = new Uint8Array(parts);
      let shown = 0;
      let left = parts;
      let failure: { readonly part: number; readonly said: string } | undefined;
      let entry: Run | undefined;
      let abort = (): void => {};
      try {
        await new Promise<void>((resolve, reject) => {
          const run: Run = {
            task,
            parts,
            inputOf,
            next: 0,
            isOver: false,
            failed(reason) {
              run.isOver = true;
              drop(run);
              reject(reason);
            },
            answered(part, answer) {
              if (run.isOver && failure === undefined) return;
              if (answer.error !== undefined) {
                run.isOver = true;
                if (failure === undefined || part < failure.part) failure = { part, said: answer.error };
              } else {
                outputs[part] = answer.output as Output;
                isThere[part] = 1;
                left--;
              }
              try {
                while (failure === undefined && shown < parts && isThere[shown] === 1) {
                  onPart?.(shown, outputs[shown] as Output);
                  shown++;
                }
              } catch (error) {
                run.failed(error);
                return;
              }
              const isBusy = [...seats].some(({ job }) => job?.run === run);
              if (failure !== undefined && !isBusy) reject(partFailed(task, failure));
              if (left === 0) resolve();
            },
          };
          entry = run;
          runs.push(run);
          abort = () => run.failed(signal?.reason);
          signal?.addEventListener("abort", abort, { once: true });
          staff();
        });
        return outputs;
      } finally {
        signal?.removeEventListener("abort", abort);
        runs.splice(runs.indexOf(entry as Run), 1);
        staff();
      }
    },
    async dispose() {
      isDisposed = true;
      for (const seat of [...seats]) close(seat);
      for (const run of [...runs]) run.failed(disposed());
      await Promise.all([...leaving]);
    },
  };
}

function disposed(): SolveError {
  return solveError("SOLV-031", "The pool of workers was disposed of", "Make another one.");
}

function partFailed(task: string, { part, said }: { readonly part: number; readonly said: string }): SolveError {
  return solveError("SOLV-032", said, "Do the same on this thread: it throws the error itself.", { task, part });
}

function threadDied(said: string): SolveError {
  return solveError(
    "SOLV-031",
    `A worker ended in the middle of its work: ${said}`,
    "Members that need much memory (many saved points) want smaller ensembles or fewer workers; else run `ensemble` on this thread, which shows the cause.",
  );
}
