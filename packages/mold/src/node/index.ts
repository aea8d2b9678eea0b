// CVODE of SUNDIALS as a back end
export { sundialsIntegration } from "./sundials-integration.ts";
