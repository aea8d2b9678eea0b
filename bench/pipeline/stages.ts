/** Stages that do next to nothing, so that what is measured is the engine. */
import { appendFileSync } from "node:fs";
import { anyPort, arrayPort, defineStage, listPort, type NdArray, ndarray, numberPort } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";

/** y = x + 1. */
export const increment = defineStage(import.meta, {
  name: "bench/increment",
  version: 1,
  inputs: { x: numberPort() },
  outputs: { y: numberPort() },
  run: ({ inputs }) => ({ y: inputs.x + 1 }),
});

/** y = x. */
export const echo = defineStage(import.meta, {
  name: "bench/echo",
  version: 1,
  inputs: { x: numberPort() },
  outputs: { y: numberPort() },
  run: ({ inputs }) => ({ y: inputs.x }),
});

/** Sum of a list. */
export const sum = defineStage(import.meta, {
  name: "bench/sum",
  version: 1,
  inputs: { list: listPort(numberPort()) },
  outputs: { y: numberPort() },
  run: ({ inputs }) => ({ y: inputs.list.reduce((total, one) => total + one, 0) }),
});

/** 64 MiB of float64. */
export const ARRAY_LENGTH = 2 ** 23;
const prepared = new Map<number, NdArray<"float64", "1">>();

/** Makes the array of {@link bigArray} ahead of time, so that its making is not measured. */
export function prepareArray(seed: number): void {
  const array = ndarray("float64", [ARRAY_LENGTH]);
  for (let index = 0; index < ARRAY_LENGTH; index++) array.data[index] = index * 1e-3 + seed;
  prepared.set(seed, array);
}

/** An array of 64 MiB that was prepared. */
export const bigArray = defineStage(import.meta, {
  name: "bench/big-array",
  version: 1,
  config: z.strictObject({ seed: z.number() }),
  outputs: { array: arrayPort("float64") },
  run({ config }) {
    if (!prepared.has(config.seed)) prepareArray(config.seed);
    return { array: prepared.get(config.seed) as NdArray<"float64", "1"> };
  },
});

/** Hands an array on; the round tells nodes apart. */
export const pass = defineStage(import.meta, {
  name: "bench/pass",
  version: 1,
  config: z.strictObject({ round: z.number() }),
  inputs: { array: arrayPort("float64") },
  outputs: { array: arrayPort("float64") },
  run: ({ inputs }) => ({ array: inputs.array }),
});

/** Arithmetic for about 60 ms that needs no memory. */
export const busy = defineStage(import.meta, {
  name: "bench/busy",
  version: 1,
  config: z.strictObject({ round: z.number() }),
  outputs: { y: numberPort() },
  run: ({ config }) => ({ y: spin(config.round) }),
});

/** The work of {@link busy}, for the comparison with bare processes. */
export function spin(seed: number): number {
  let x = 0.3 + seed * 1e-6;
  for (let step = 0; step < 2e7; step++) x = 3.99 * x * (1 - x);
  return x;
}

/** Waits. */
export const sleep = defineStage(import.meta, {
  name: "bench/sleep",
  version: 1,
  config: z.strictObject({ ms: z.number(), round: z.number() }),
  outputs: { y: anyPort() },
  async run({ config }) {
    await new Promise((resolve) => setTimeout(resolve, config.ms));
    return { y: config.round };
  },
});

/** Writes its number to a log when it runs, so that who died can be asked afterwards. */
export const logged = defineStage(import.meta, {
  name: "bench/logged",
  version: 1,
  config: z.strictObject({ round: z.number(), log: z.string() }),
  inputs: { x: numberPort() },
  outputs: { y: numberPort() },
  run({ config, inputs }) {
    appendFileSync(config.log, `ran ${config.round}\n`);
    return { y: inputs.x + 1 };
  },
});
