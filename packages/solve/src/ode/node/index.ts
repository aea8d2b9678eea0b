// CVODE of SUNDIALS
export { cvode, cvodeAdams } from "./cvode.ts";
export { serveWorker } from "./serve-worker.ts";
export { hasSundials, SUNDIALS_INSTALL_HINT } from "./sundials.ts";
// Ensembles on worker threads
export { createWorkerPool, type NodePoolOptions } from "./worker-pool.ts";
