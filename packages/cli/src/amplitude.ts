/** Amplitude analysis: `import { topology, relativisticBreitWigner, likelihood } from "simloom/amplitude"`. */
export * from "@simloom/amplitude";
