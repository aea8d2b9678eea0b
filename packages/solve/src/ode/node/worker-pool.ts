import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type PoolThread, type ThreadListener, type WorkerPool, workerPool } from "../../parallel/pool.ts";
import type { WorkerAnswer } from "../../parallel/serve.ts";

/** Threads of a pool in Node. */
export interface NodePoolOptions {
  /** Default: one per processor. */
  readonly workers?: number;
  /** The module that the threads run, one that calls `serveWorker`. Default: the one that knows `ensembleParallel`. */
  readonly entry?: URL;
}

/**
 * A pool of worker threads, for `ensembleParallel`. Threads start when they are first needed, which takes each 0.3 s of a
 * processor to load the package, stay for the next call, and do not keep the process alive while they are idle. Throws `SOLV-031` for a number of workers that cannot be.
 */
export function createWorkerPool({
  workers = availableParallelism(),
  entry = entryFile(),
}: NodePoolOptions = {}): WorkerPool {
  return workerPool(workers, (listener) => startThread(entry, listener));
}

/** Sources run under a test runner; threads cannot, so they take the build that stands beside. */
function entryFile(): URL {
  const root = import.meta.url.replace(/\/(src|dist\/bundle)\/(ode\/node\/)?[^/]*$/, "/dist/bundle/");
  return new URL("ode/node/ensemble-worker.js", root);
}

function startThread(entry: URL, listener: ThreadListener): PoolThread {
  // conditions and loaders of the process are not those of the threads, which run built code
  const worker = new Worker(entry, { execArgv: [] });
  let cause: unknown = "it ended by itself";
  let isAsked = false;
  const gone = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      resolve();
      if (!isAsked) listener.gone(cause);
    });
  });
  worker.on("message", (answer: WorkerAnswer) => listener.answered(answer));
  worker.on("error", (error) => {
    cause = error;
  });
  return {
    post: (request) => worker.postMessage(request),
    hold(isHeld) {
      if (isHeld) worker.ref();
      else worker.unref();
    },
    end() {
      isAsked = true;
      // whoever waits for the end of the thread is answered also where nothing else keeps the process
      worker.ref();
      void worker.terminate();
      return gone;
    },
  };
}
