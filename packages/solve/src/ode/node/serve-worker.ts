import { parentPort } from "node:worker_threads";
import { answerTo, type WorkerRequest, type WorkerTasks } from "../../parallel/serve.ts";

/** Answers what the pool of this worker thread asks for: the last statement of an entry of `createWorkerPool`. */
export function serveWorker(tasks: WorkerTasks): void {
  const port = parentPort;
  port?.on("message", (request: WorkerRequest) => port.postMessage(answerTo(tasks, request)));
}
