/** Differential equations, minimisers, samplers: `import { odeProblem, solve, minimise } from "simloom/solve"`. */
export * from "@simloom/solve";
