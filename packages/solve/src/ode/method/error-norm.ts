import type { At, Emitter } from "../code/emitter.ts";
import { slot } from "../code/workspace.ts";

/** Weight of a component in error norms: absolute tolerance plus the relative one of the larger end of the step. */
export function scaleText(emit: Emitter, at: At): string {
  return `(${at(emit.absolute)} + ${slot("relativeTolerance")} * Math.max(Math.abs(${at(emit.state)}), Math.abs(${at(emit.next)})))`;
}

/** Slot `error` = √(mean of (error / scale)²). */
export function errorNormText(emit: Emitter, error: (at: At) => string): string {
  return `let sum = 0;
${emit.each((at) => `const e = (${error(at)}) / ${scaleText(emit, at)}; sum += e * e;`)}
${slot("error")} = Math.sqrt(sum / ${emit.n});`;
}
