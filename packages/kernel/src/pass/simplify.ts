import { algebraRules } from "./algebra.ts";
import { constantRules } from "./fold-constants.ts";
import { rewrite, untilStable } from "./rewrite.ts";

/** Constant folding and algebra until nothing changes; no bit of any result changes. */
export const simplify = untilStable(rewrite("simplify", constantRules, algebraRules));
