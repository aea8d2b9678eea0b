/** The other end of a worker thread: loads stages by module and name, performs jobs one at a time. Started by `pool.ts`. */
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import {
  type AnyStage,
  failure,
  failureOf,
  type InnerMap,
  type JobOutcome,
  perform,
  type Value,
} from "@simloom/pipeline";
import { loadModule, stageIn } from "../modules/load.ts";
import { registerTypeScript } from "../modules/typescript.ts";
import { packOutcome, unpackOutcome } from "./packed-outcome.ts";
import { type PolledSignal, polledSignal } from "./polled-signal.ts";
import type { FromWorker, StageReference, ToWorker, WorkerStart } from "./protocol.ts";
import { OwnMaps } from "./shared-maps.ts";
import { unpack } from "./wire.ts";

type RunMessage = ToWorker & { readonly kind: "run" };

const port = parentPort as NonNullable<typeof parentPort>;
const start = workerData as WorkerStart;
const control = new Int32Array(start.control);
const maps = new OwnMaps(say);
const stages = new Map<number, AnyStage>();
const MEMORY_EVERY_JOBS = 64;
const MEMORY_AFTER_MS = 20;

let jobsDone = 0;
let running: { readonly job: number; readonly signal: PolledSignal } | undefined;
/** Making a signal costs 5 µs; one that nobody has seen aborted serves again. */
let spare: PolledSignal | undefined;

if (start.isTypeScript) registerTypeScript();

port.on("message", (message: ToWorker) => {
  if (message.kind === "run") run(message);
  else if (message.kind === "load") void load(message.stage, message.reference);
  else if (message.kind === "part") maps.settle(message.map, message.part, unpackOutcome(message.outcome));
  else if (running?.job === message.job) running.signal.abort(message.reason);
});
say({ kind: "ready" });

async function load(stage: number, reference: StageReference): Promise<void> {
  try {
    stages.set(stage, stageIn(await loadModule(reference.url), reference.url, reference));
    say({ kind: "loaded", stage, failure: undefined });
  } catch (thrown) {
    say({ kind: "loaded", stage, failure: failureOf(thrown) });
  }
}

function run(message: RunMessage): void {
  const { job, grant } = message;
  const signal = spare ?? polledSignal(control);
  spare = undefined;
  signal.assign(job);
  running = { job, signal };
  // For programs that the stage starts; native libraries of this process read the environment of the process itself.
  if (grant.gpus.length > 0) process.env.CUDA_VISIBLE_DEVICES = grant.gpus.join(",");
  const performed = perform(
    {
      nodeId: message.nodeId,
      stage: stages.get(message.stage) as AnyStage,
      config: unpack(message.config),
      inputs: unpack(message.inputs) as Readonly<Record<string, Value>>,
      mapOver: message.mapOver,
      policy: unpack(message.policy) as Readonly<Record<string, Value>>,
      streamKey: message.streamKey,
      arithmetic: message.arithmetic,
      onProgress: (fraction, note) => say({ kind: "progress", job, fraction, note }),
      onLog: (text) => say({ kind: "log", job, message: text }),
    },
    {
      signal: signal.signal,
      grant,
      now,
      ...(message.canShare ? { share: (map: InnerMap) => maps.share(job, map) } : {}),
    },
  );
  if (performed instanceof Promise) {
    performed.then((outcome) => finish(job, outcome));
    return;
  }
  if (!signal.signal.aborted) spare = signal;
  finish(job, performed);
}

function finish(job: number, outcome: JobOutcome): void {
  running = undefined;
  jobsDone++;
  const isTimeToLook = jobsDone % MEMORY_EVERY_JOBS === 0 || outcome.durationMs > MEMORY_AFTER_MS;
  const memoryMb = isTimeToLook ? memoryInUseMb() : undefined;
  try {
    say({ kind: "done", job, outcome: packOutcome(outcome), memoryMb });
  } catch (thrown) {
    // Something in the outcome cannot be cloned: details of an error, most likely.
    const text = outcome.status === "failed" ? outcome.failure.message : failureOf(thrown).message;
    const plain = failure("error", text, outcome.status === "failed" ? { ...outcome.failure, details: undefined } : {});
    say({ kind: "done", job, outcome: { status: "failed", failure: plain, durationMs: outcome.durationMs }, memoryMb });
  }
}

function memoryInUseMb(): number {
  const { used_heap_size: heap, external_memory: buffers } = getHeapStatistics();
  return (heap + buffers) / 2 ** 20;
}

function now(): number {
  return performance.now();
}

function say(message: FromWorker): void {
  port.postMessage(message);
}
