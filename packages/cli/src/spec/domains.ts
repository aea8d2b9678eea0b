import { fiberDomain } from "./fiber-domain.ts";
import type { Domain } from "./subject.ts";

/** The domains whose documents the command line reads. */
export const domains: readonly Domain[] = [fiberDomain];
