/**
 * Performs one attempt in the present thread: builds the context, calls `run`, checks and freezes what comes back. The
 * inline scheduler calls it directly, the thread and process workers call it at the other end. It never throws.
 */
import { randomStream } from "@simloom/numerics";
import { PipelineError } from "../errors.ts";
import { type Artifact, type ArtifactContent } from "../stage/artifact.ts";
import type { Grant, Metric, StageContext } from "../stage/context.ts";
import type { AnyStage } from "../stage/stage.ts";
import type { Port } from "../stage/port.ts";
import { freeze, type Value } from "../value/value.ts";
import type { MaybePromise } from "../store/store.ts";
import { failureOf } from "./failure.ts";
import type { Job, JobOutcome } from "./scheduler.ts";

/** What `perform` needs of the place where it runs. */
export interface PerformEnvironment {
  readonly signal: AbortSignal;
  readonly grant: Grant;
  /** Milliseconds on any monotonic scale; only differences are used. */
  now(): number;
}

type Performed = Omit<Job, "onStart" | "resources" | "timeoutMs" | "attempt">;

/** Runs the stage of a job. Answers at once when the stage does. */
export function perform(job: Performed, environment: PerformEnvironment): MaybePromise<JobOutcome> {
  const startedAt = environment.now();
  const emissions: Emissions = { metrics: {}, artifacts: [], warnings: [] };
  const done = (outputs: unknown): JobOutcome => {
    try {
      return {
        status: "succeeded",
        outputs: checkOutputs(job.stage, outputs, job.mapOver.length > 0),
        metrics: emissions.metrics,
        artifacts: emissions.artifacts,
        warnings: emissions.warnings,
        durationMs: environment.now() - startedAt,
      };
    } catch (thrown) {
      return failed(thrown);
    }
  };
  const failed = (thrown: unknown): JobOutcome => ({
    status: "failed",
    failure: failureOf(thrown),
    durationMs: environment.now() - startedAt,
  });
  try {
    const returned: unknown =
      job.mapOver.length === 0
        ? job.stage.run(contextOf(job, environment, emissions, job.inputs, undefined))
        : runItems(job, environment, emissions);
    return returned instanceof Promise ? returned.then(done, failed) : done(returned);
  } catch (thrown) {
    return failed(thrown);
  }
}

interface Emissions {
  readonly metrics: Record<string, Metric>;
  readonly artifacts: Artifact[];
  readonly warnings: string[];
}

/** Runs the stage of a map node for each item; outputs become lists, metrics series. Items see their own random streams. */
function runItems(job: Performed, environment: PerformEnvironment, emissions: Emissions): MaybePromise<unknown> {
  const count = (job.inputs[job.mapOver[0] as string] as readonly Value[]).length;
  const ports = Object.keys(job.stage.outputs);
  const lists: Record<string, unknown[]> = {};
  for (const port of ports) lists[port] = new Array<unknown>(count);
  const inputs: Record<string, Value> = { ...job.inputs };
  const series: Record<string, { unit: string; values: number[] }> = {};
  const itemEmissions: Emissions = { metrics: {}, artifacts: emissions.artifacts, warnings: emissions.warnings };
  const keep = (index: number, outputs: unknown): void => {
    const record = outputs as Readonly<Record<string, unknown>>;
    for (const port of ports) (lists[port] as unknown[])[index] = record?.[port];
    for (const name in itemEmissions.metrics) {
      const metric = itemEmissions.metrics[name] as Metric;
      series[name] ??= { unit: metric.unit, values: new Array<number>(count).fill(0) };
      (series[name] as { values: number[] }).values[index] = metric.value ?? 0;
      delete itemEmissions.metrics[name];
    }
  };
  const start = (index: number): unknown => {
    for (const port of job.mapOver) inputs[port] = (job.inputs[port] as readonly Value[])[index] as Value;
    return job.stage.run(contextOf(job, environment, itemEmissions, inputs, index));
  };
  const finish = (): unknown => {
    for (const name of Object.keys(series)) emissions.metrics[name] = series[name] as Metric;
    return lists;
  };
  const from = (first: number): MaybePromise<unknown> => {
    for (let index = first; index < count; index++) {
      if (environment.signal.aborted) throw environment.signal.reason;
      const outputs = start(index);
      if (outputs instanceof Promise) {
        return outputs.then((settled) => {
          keep(index, settled);
          return from(index + 1);
        });
      }
      keep(index, outputs);
    }
    return finish();
  };
  return from(0);
}

/** The context is one object with methods that share the job: cheap enough to be made for each item of a map. */
function contextOf(
  job: Performed,
  environment: PerformEnvironment,
  emissions: Emissions,
  inputs: Readonly<Record<string, Value>>,
  item: number | undefined,
): StageContext<unknown, Readonly<Record<string, Value>>, string, string> {
  return new Context(job, environment, emissions, inputs, item);
}

class Context implements StageContext<unknown, Readonly<Record<string, Value>>, string, string> {
  readonly config: unknown;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly signal: AbortSignal;
  readonly grant: Grant;
  readonly arithmetic: "strict" | "fast";
  readonly random: (name: string) => ReturnType<typeof randomStream>;
  readonly policy: (key: string) => Value | undefined;
  readonly progress: (fraction: number, note?: string) => void;
  readonly metric: (name: string, value: number | readonly number[], unit?: string) => void;
  readonly artifact: (name: string, content: ArtifactContent) => void;
  readonly log: (message: string) => void;
  readonly warn: (message: string) => void;

  constructor(
    job: Performed,
    environment: PerformEnvironment,
    emissions: Emissions,
    inputs: Readonly<Record<string, Value>>,
    item: number | undefined,
  ) {
    this.config = job.config;
    this.inputs = inputs;
    this.signal = environment.signal;
    this.grant = environment.grant;
    this.arithmetic = job.arithmetic;
    this.random = (name) => streamFor(job, name, item);
    this.policy = (key) => policyOf(job, key);
    this.progress = (fraction, note) => job.onProgress?.(fraction, note);
    this.log = (message) => job.onLog?.(message);
    this.warn = (message) => void emissions.warnings.push(message);
    this.metric = (name, value, unit = "1") => emitMetric(job.stage, emissions, name, value, unit);
    this.artifact = (name, content) => emitArtifact(job.stage, emissions, item === undefined ? name : `${name}-${item}`, content);
  }
}

function streamFor(job: Performed, name: string, item: number | undefined): ReturnType<typeof randomStream> {
  if (job.streamKey === undefined || !job.stage.random.includes(name)) {
    throw new PipelineError({
      code: "PIPE-012",
      message: `stage ${job.stage.name} drew from the random stream ${JSON.stringify(name)}, which it does not declare`,
      remedy: `Add it to the stage: random: [${[...job.stage.random, name].map((known) => JSON.stringify(known)).join(", ")}].`,
      path: job.nodeId,
    });
  }
  return randomStream(`${job.streamKey}/${name}${item === undefined ? "" : `/${item}`}`);
}

function policyOf(job: Performed, key: string): Value | undefined {
  if (!job.stage.policy.includes(key)) {
    throw new PipelineError({
      code: "PIPE-011",
      message: `stage ${job.stage.name} read the policy key ${JSON.stringify(key)}, which it does not declare`,
      remedy: `Add it to the stage: policy: [${[...job.stage.policy, key].map((known) => JSON.stringify(known)).join(", ")}].`,
      path: job.nodeId,
    });
  }
  return job.policy[key];
}

function emitMetric(stage: AnyStage, emissions: Emissions, name: string, value: number | readonly number[], unit: string): void {
  if (name in emissions.metrics) throw emittedTwice(stage, "metric", name);
  const values = typeof value === "number" ? [value] : value;
  if (!Array.isArray(values) || !values.every((one) => typeof one === "number" && Number.isFinite(one))) {
    throw new PipelineError({
      code: "PIPE-014",
      message: `metric ${name} of stage ${stage.name} must be a scalar, finite number (or a series of them), but is ${describe(value)}`,
      remedy: "Emit a finite number; leave the metric out when there is none, and say why with warn().",
      path: name,
    });
  }
  emissions.metrics[name] = typeof value === "number" ? { unit, value } : { unit, values: [...values] };
}

function emitArtifact(stage: AnyStage, emissions: Emissions, name: string, content: ArtifactContent): void {
  if (emissions.artifacts.some((artifact) => artifact.name === name)) throw emittedTwice(stage, "artifact", name);
  emissions.artifacts.push(freeze({ name, content }, `artifact ${name}`));
}

function emittedTwice(stage: AnyStage, what: string, name: string): PipelineError {
  return new PipelineError({
    code: "PIPE-015",
    message: `stage ${stage.name} emitted the ${what} ${name} twice`,
    remedy: "Give each its own name.",
    path: name,
  });
}

/** The outputs, checked against the ports, in the order of the ports, frozen. */
function checkOutputs(stage: AnyStage, outputs: unknown, isMap: boolean): Readonly<Record<string, Value>> {
  if (typeof outputs !== "object" || outputs === null) throw brokenPromise(stage, "nothing at all");
  const given = outputs as Readonly<Record<string, unknown>>;
  const checked: Record<string, Value> = {};
  for (const name in stage.outputs) {
    const port = stage.outputs[name] as Port;
    if (!(name in given)) throw brokenPromise(stage, `no output ${name}`);
    const value = given[name];
    freeze(value, name);
    const problem = isMap ? refuseItem(port, value as readonly unknown[]) : port.refuse(value);
    if (problem !== undefined) throw brokenPromise(stage, `an output ${name} that ${problem}`);
    checked[name] = value as Value;
  }
  for (const name in given) if (!(name in stage.outputs)) throw brokenPromise(stage, `an output ${name} that it does not declare`);
  return Object.freeze(checked);
}

function refuseItem(port: Port, items: readonly unknown[]): string | undefined {
  for (let index = 0; index < items.length; index++) {
    const problem = port.refuse(items[index]);
    if (problem !== undefined) return `has an item ${index} that ${problem}`;
  }
  return undefined;
}

function brokenPromise(stage: AnyStage, what: string): PipelineError {
  return new PipelineError({
    code: "PIPE-013",
    message: `stage ${stage.name} returned ${what}`,
    remedy: `Return a record with exactly: ${Object.keys(stage.outputs).join(", ")}.`,
  });
}

function describe(value: unknown): string {
  return Array.isArray(value) || ArrayBuffer.isView(value) ? "an array" : String(value);
}
