/** Foam moulding: `import { parseScenario, computeShot } from "simloom/mold"`. */
export * from "@simloom/mold";
