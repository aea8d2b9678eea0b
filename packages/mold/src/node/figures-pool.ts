import type { WorkerPool } from "@simloom/solve";
import { createWorkerPool, type NodePoolOptions } from "@simloom/solve/node";

/**
 * A pool of worker threads for `ensembleFiguresParallel`, and for `ensembleParallel` of @simloom/solve. Its threads start when they are first
 * needed and stay; `dispose` ends them.
 */
export function createFiguresPool({ workers }: Pick<NodePoolOptions, "workers"> = {}): WorkerPool {
  // sources run under a test runner; threads cannot, so they take the build that stands beside
  const entry = new URL(import.meta.url.replace(/\/(src|dist)\/node\/[^/]*$/, "/dist/node/figures-worker.js"));
  return createWorkerPool({ entry, ...(workers !== undefined && { workers }) });
}
