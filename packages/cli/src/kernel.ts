/** Formulas, derivatives and compiled kernels: `import { expr, createExecutionContext } from "simloom/kernel"`. */
export * from "@simloom/kernel";
