import { acos, asin } from "./functions/arcsine.ts";
import { atan, atan2 } from "./functions/arctangent.ts";
import { erf, erfc } from "./functions/error-function.ts";
import { exp } from "./functions/exp.ts";
import { exp2 } from "./functions/exp2.ts";
import { cosh, expm1, sinh, tanh } from "./functions/hyperbolic.ts";
import { log } from "./functions/log.ts";
import { log2, log10 } from "./functions/log-base.ts";
import { log1p } from "./functions/log1p.ts";
import { pow } from "./functions/pow.ts";
import { cbrt, hypot } from "./functions/roots.ts";
import { cos, sin, sincos, tan } from "./functions/trigonometric.ts";
import type { ElementaryProgram } from "./program/program.ts";

/** All programs by name. */
const programs = {
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  pow,
  cbrt,
  hypot,
  sin,
  cos,
  sincos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  sinh,
  cosh,
  tanh,
  erf,
  erfc,
};

/** Name of an elementary function. */
export type ElementaryName = keyof typeof programs;

/** Names of all elementary functions, in the order of the documentation. */
export const elementaryNames = Object.keys(programs) as readonly ElementaryName[];

/**
 * The straight-line program of an elementary function, for compilers that write it into their own code.
 *
 * Every operation is exactly rounded or exact (see `expression.ts`), so whatever runs it gives the same bits; only the
 * sign and payload of NaN may differ.
 */
export function elementaryProgram(name: ElementaryName): ElementaryProgram {
  return programs[name];
}
