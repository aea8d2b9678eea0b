import { exp } from "./functions/exp.ts";
import { log } from "./functions/log.ts";
import { pow } from "./functions/pow.ts";
import { cos, sin, sincos, tan } from "./functions/trigonometric.ts";
import type { ElementaryProgram } from "./program/program.ts";

/** All programs, in the order of the documentation. */
export const PROGRAMS: readonly ElementaryProgram[] = [exp, log, sin, cos, sincos, tan, pow];
