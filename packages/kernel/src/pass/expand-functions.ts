import { abs, add, divide, hypot, log1p, multiply, sign, sqrt, subtract } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { faddeevaParts } from "./faddeeva.ts";
import type { RuleTable } from "./rewrite.ts";

type Two = readonly [Expression, Expression];

/**
 * Real functions that machines do not have, as arithmetic of those that they have. They stay whole until derivatives are
 * taken, which then follow simple rules instead of the arithmetic.
 */
export const functionRules: RuleTable = {
  /** ± log(1 + |x| + x² / (1 + √(1 + x²))); |x| below 8e307. */
  asinh: ([x]) => {
    const size = abs(x as Expression);
    const grown = add(size, multiply(size, divide(size, add(1, hypot(1, size)))));
    return multiply(sign(x as Expression), log1p(grown));
  },
  /** log(1 + m + √m √(x + 1)) with m = x − 1; NaN below 1; x below 8e307. */
  acosh: ([x]) => {
    const more = subtract(x as Expression, 1);
    return log1p(add(more, multiply(sqrt(more), sqrt(add(x as Expression, 1)))));
  },
  /** ± ½ log(1 + 2 |x| / (1 − |x|)); ±∞ at ±1, NaN beyond. */
  atanh: ([x]) => {
    const size = abs(x as Expression);
    const ratio = divide(multiply(2, size), subtract(1, size));
    return multiply(sign(x as Expression), multiply(0.5, log1p(ratio)));
  },
  faddeevaReal: (args) => faddeevaParts(...(args as Two)).re,
  faddeevaImaginary: (args) => faddeevaParts(...(args as Two)).im,
};
