/** Every scenario, in the order they run. */
import * as nineteenEdits from "./nineteen-edits.mjs";

export const scenarios = [nineteenEdits];
