// Errors
export { type ErrorDetails, nearestName, type Problem, SimloomError } from "./error.ts";
