/**
 * Stages that the claims about schedulers run. They are loaded by module and export, as a user's are, so they import the
 * package by its name.
 */
import { arrayPort, defineStage, listPort, ndarray, numberPort, recordPort, textPort } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { systemClock } from "../schedule/clock.ts";

const milliseconds = z.strictObject({ ms: z.number().default(10) });

/** y = 2 x, at once. */
export const double = defineStage(import.meta, {
  name: "testing/double",
  version: 1,
  inputs: { x: numberPort() },
  outputs: { y: numberPort() },
  run: ({ inputs }) => ({ y: 2 * inputs.x }),
});

/** Waits, deaf to its signal. */
export const wait = defineStage(import.meta, {
  name: "testing/wait",
  version: 1,
  config: milliseconds,
  outputs: { gpus: listPort(textPort()) },
  async run({ config, grant }) {
    await new Promise<void>((resolve) => void systemClock.after(config.ms, resolve));
    return { gpus: [...grant.gpus] };
  },
});

/** Waits until its signal is aborted, then throws what the signal says. */
export const listen = defineStage(import.meta, {
  name: "testing/listen",
  version: 1,
  outputs: {},
  run: ({ signal }) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
});

/** Never answers. */
export const hang = defineStage(import.meta, {
  name: "testing/hang",
  version: 1,
  outputs: {},
  run: () => new Promise<never>(() => {}),
});

/** Throws. */
export const fail = defineStage(import.meta, {
  name: "testing/fail",
  version: 1,
  outputs: {},
  run() {
    throw new RangeError("no convergence after 12 steps");
  },
});

/** Promises y and returns nothing of the kind. */
export const breakPromise = defineStage(import.meta, {
  name: "testing/break-promise",
  version: 1,
  outputs: { y: numberPort() },
  run: () => ({ z: 1 }) as unknown as { y: number },
});

/** Says everything that a stage can say. */
export const emit = defineStage(import.meta, {
  name: "testing/emit",
  version: 1,
  outputs: { y: numberPort() },
  async run({ metric, artifact, warn, log, progress }) {
    progress(0.5, "half way");
    log("a line");
    warn("first remark");
    warn("second remark");
    metric("power", -1.5, "dBm");
    metric("residual", [1, 0.1, 0.01]);
    artifact("notes", { kind: "text", title: "Notes", mediaType: "text/plain", text: "all is well" });
    return { y: 1 };
  },
});

/** y = 2 x, element by element, into a new array. */
export const doubleArray = defineStage(import.meta, {
  name: "testing/double-array",
  version: 1,
  inputs: { x: arrayPort("float64", { unit: "W" }) },
  outputs: { y: arrayPort("float64", { unit: "W" }) },
  run({ inputs }) {
    const y = ndarray("float64", inputs.x.shape, "W");
    for (let i = 0; i < y.data.length; i++) y.data[i] = 2 * (inputs.x.data[i] as number);
    return { y };
  },
});

/** Tries to write into its input. */
export const scribble = defineStage(import.meta, {
  name: "testing/scribble",
  version: 1,
  inputs: { record: recordPort({ x: numberPort() }) },
  outputs: {},
  run({ inputs }) {
    (inputs.record as { x: number }).x = 7;
    return {};
  },
});
