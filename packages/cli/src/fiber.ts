/** Optical fibre links: `import { fibreSpan, edfa } from "simloom/fiber"`. */
export * from "@simloom/fiber";
