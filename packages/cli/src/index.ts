/** Simloom in one import: units, numerics, the pipeline and its Node side. Domains have doors of their own (`simloom/fiber`). */
export * from "@simloom/numerics";
export * from "@simloom/pipeline";
export * from "@simloom/runtime";
export * from "@simloom/units";
export { z } from "@simloom/units/zod";
