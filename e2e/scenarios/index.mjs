/** Every scenario, in the order they run. */
import * as faults from "./faults.mjs";
import * as fullDisk from "./full-disk.mjs";
import * as kill from "./kill.mjs";
import * as nineteenEdits from "./nineteen-edits.mjs";
import * as processes from "./processes.mjs";
import * as workers from "./workers.mjs";

export const scenarios = [nineteenEdits, workers, processes, faults, fullDisk, kill];
