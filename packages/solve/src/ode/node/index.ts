// CVODE of SUNDIALS
export { cvode, cvodeAdams } from "./cvode.ts";
export { hasSundials, SUNDIALS_INSTALL_HINT } from "./sundials.ts";
