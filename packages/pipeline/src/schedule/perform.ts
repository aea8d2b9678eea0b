/**
 * Performs one attempt in the present thread: builds the context, calls `run`, checks and freezes what comes back. The
 * inline scheduler calls it directly, the thread and process workers call it at the other end. It never throws.
 */
import { PipelineError } from "../errors.ts";
import type { Port } from "../stage/port.ts";
import type { AnyStage } from "../stage/stage.ts";
import type { MaybePromise } from "../store/store.ts";
import { freeze, type Value } from "../value/value.ts";
import { watchArrays } from "./array-watch.ts";
import { Emissions } from "./emissions.ts";
import { failureOf } from "./failure.ts";
import { performInnerMap } from "./inner-map.ts";
import { type InnerMapper, JobContext, type PerformEnvironment, type PerformedJob } from "./job-context.ts";
import { performItems } from "./map-items.ts";
import type { JobOutcome } from "./scheduler.ts";

/** Runs the stage of a job. Answers at once when the stage does. */
export function perform(job: PerformedJob, environment: PerformEnvironment): MaybePromise<JobOutcome> {
  const startedAt = environment.now();
  const emissions = new Emissions();
  const changedInput = watchArrays(job.inputs);
  try {
    const returned: unknown =
      job.mapOver.length === 0
        ? job.stage.run(new JobContext(job, environment, emissions, job.inputs, innerMap))
        : performItems(job, environment, emissions, innerMap);
    if (!(returned instanceof Promise))
      return succeeded(job, environment, emissions, startedAt, returned, changedInput);
    return returned.then(
      (outputs: unknown) => succeeded(job, environment, emissions, startedAt, outputs, changedInput),
      (thrown: unknown) => failed(job, environment, startedAt, thrown, changedInput),
    );
  } catch (thrown) {
    return failed(job, environment, startedAt, thrown, changedInput);
  }
}

const innerMap: InnerMapper = (...map) => performInnerMap(perform, ...map);

type ChangedInput = (() => string | undefined) | undefined;

function succeeded(
  job: PerformedJob,
  environment: PerformEnvironment,
  emissions: Emissions,
  startedAt: number,
  outputs: unknown,
  changedInput: ChangedInput,
): JobOutcome {
  try {
    const checked = checkOutputs(job.stage, outputs, job.mapOver.length > 0);
    const changed = changedInput?.();
    if (changed !== undefined) throw wroteToInput(job, changed);
    const { metrics, artifacts, warnings } = emissions;
    return {
      status: "succeeded",
      outputs: checked,
      metrics,
      artifacts,
      warnings,
      durationMs: environment.now() - startedAt,
    };
  } catch (thrown) {
    return { status: "failed", failure: failureOf(thrown), durationMs: environment.now() - startedAt };
  }
}

/** A failed attempt that wrote to its inputs may not be repeated with them, so that is the failure then. */
function failed(
  job: PerformedJob,
  environment: PerformEnvironment,
  startedAt: number,
  thrown: unknown,
  changedInput: ChangedInput,
): JobOutcome {
  const changed = changedInput?.();
  const reason = changed === undefined ? thrown : wroteToInput(job, changed);
  return { status: "failed", failure: failureOf(reason), durationMs: environment.now() - startedAt };
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
  for (const name in given)
    if (!(name in stage.outputs)) throw brokenPromise(stage, `an output ${name} that it does not declare`);
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

function wroteToInput({ stage, nodeId }: PerformedJob, path: string): PipelineError {
  return new PipelineError({
    code: "PIPE-016",
    message: `stage ${stage.name} wrote to its input ${path}`,
    remedy: "Copy the array before changing it: ndarrayFrom(dtype, input.data). Other nodes read the same memory.",
    path: nodeId,
  });
}
