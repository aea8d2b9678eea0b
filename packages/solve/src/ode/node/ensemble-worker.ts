/** What the threads of `createWorkerPool` run. */
import { ensembleTasks } from "../ensemble/parallel.ts";
import { serveWorker } from "./serve-worker.ts";

serveWorker(ensembleTasks);
