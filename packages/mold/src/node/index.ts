// CVODE of SUNDIALS as a back end
export { sundialsIntegration } from "./sundials-integration.ts";
// Figures of many shots on worker threads
export { createFiguresPool } from "./figures-pool.ts";
