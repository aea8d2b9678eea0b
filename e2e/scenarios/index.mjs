/** Every scenario, in the order they run. */
import * as amplitude from "./amplitude.mjs";
import * as badInput from "./bad-input.mjs";
import * as browser from "./browser.mjs";
import * as commands from "./commands.mjs";
import * as demo from "./demo.mjs";
import * as faults from "./faults.mjs";
import * as firstLink from "./first-link.mjs";
import * as fit from "./fit.mjs";
import * as fullDisk from "./full-disk.mjs";
import * as kill from "./kill.mjs";
import * as mold from "./mold.mjs";
import * as nineteenEdits from "./nineteen-edits.mjs";
import * as processes from "./processes.mjs";
import * as settings from "./settings.mjs";
import * as webWorkers from "./web-workers.mjs";
import * as workers from "./workers.mjs";

export const scenarios = [
  demo,
  firstLink,
  commands,
  amplitude,
  fit,
  mold,
  browser,
  webWorkers,
  nineteenEdits,
  workers,
  settings,
  processes,
  badInput,
  faults,
  fullDisk,
  kill,
];
