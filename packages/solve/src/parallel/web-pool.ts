import { type WorkerPool, workerPool } from "./pool.ts";
import { answerTo, type WorkerAnswer, type WorkerRequest, type WorkerTasks } from "./serve.ts";

/** What a pool needs of a browser's `Worker`. */
export interface WebWorker {
  postMessage(message: WorkerRequest): void;
  terminate(): void;
  addEventListener(type: "message", listener: (event: { readonly data: WorkerAnswer }) => void): void;
  addEventListener(type: "error", listener: (event: { readonly message?: string }) => void): void;
}

/** What a web worker's script needs of its global scope. */
export interface WebWorkerScope {
  postMessage(message: WorkerAnswer): void;
  addEventListener(type: "message", listener: (event: { readonly data: WorkerRequest }) => void): void;
}

/**
 * A pool of web workers. `start` makes one, so that the bundler of the page sees its address:
 * `() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" })`. Throws `SOLV-031` for a number of workers that cannot be.
 */
export function webWorkerPool(workers: number, start: () => WebWorker): WorkerPool {
  return workerPool(workers, (listener) => {
    const worker = start();
    worker.addEventListener("message", ({ data }) => listener.answered(data));
    worker.addEventListener("error", ({ message }) => {
      // one whose script does not load lives on and never answers
      worker.terminate();
      listener.gone(message ?? "its script could not be loaded");
    });
    return {
      post: (request) => worker.postMessage(request),
      hold: () => undefined,
      async end() {
        worker.terminate();
      },
    };
  });
}

/** Answers what the pool of a web worker asks for: its script calls this with `self`. */
export function serveWebWorker(scope: WebWorkerScope, tasks: WorkerTasks): void {
  scope.addEventListener("message", ({ data }) => scope.postMessage(answerTo(tasks, data)));
}
