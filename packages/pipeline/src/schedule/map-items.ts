import { PipelineError } from "../errors.ts";
import type { Metric } from "../stage/context.ts";
import type { MaybePromise } from "../store/store.ts";
import type { Value } from "../value/value.ts";
import { Emissions } from "./emissions.ts";
import { ItemError } from "./failure.ts";
import { type InnerMapper, JobContext, type PerformEnvironment, type PerformedJob } from "./job-context.ts";

/**
 * Runs the stage of a map node for each item: outputs become lists, metrics series, artifacts get the item's number.
 * Items see their own random streams, so the list may be cut anywhere. An item that lacks a metric is NaN in it.
 */
export function performItems(
  job: PerformedJob,
  environment: PerformEnvironment,
  emissions: Emissions,
  innerMap: InnerMapper,
): MaybePromise<unknown> {
  return new ItemLoop(job, environment, emissions, innerMap).from(0);
}

class ItemLoop {
  private readonly job: PerformedJob;
  private readonly environment: PerformEnvironment;
  private readonly emissions: Emissions;
  private readonly innerMap: InnerMapper;
  private readonly count: number;
  private readonly ports: readonly string[];
  private readonly lists: Record<string, unknown[]> = {};
  private readonly inputs: Record<string, Value>;
  private readonly series: Record<string, { readonly unit: string; readonly values: number[] }> = {};
  private readonly ofItem = new Emissions();

  constructor(job: PerformedJob, environment: PerformEnvironment, emissions: Emissions, innerMap: InnerMapper) {
    this.innerMap = innerMap;
    this.job = job;
    this.environment = environment;
    this.emissions = emissions;
    this.inputs = { ...job.inputs };
    this.count = equalLength(job);
    this.ports = Object.keys(job.stage.outputs);
    for (const port of this.ports) this.lists[port] = new Array<unknown>(this.count);
  }

  /** Goes on from an item; leaves the thread only when a stage answers by promise. */
  from(first: number): MaybePromise<unknown> {
    const { job, environment, inputs, ofItem } = this;
    for (let index = first; index < this.count; index++) {
      if (environment.signal.aborted) throw environment.signal.reason;
      for (const port of job.mapOver) inputs[port] = (job.inputs[port] as readonly Value[])[index] as Value;
      const outputs = this.run(index, new JobContext(job, environment, ofItem, inputs, this.innerMap, index));
      if (outputs instanceof Promise) {
        return outputs.then(
          (settled) => {
            this.keep(index, settled);
            return this.from(index + 1);
          },
          (thrown: unknown) => {
            throw new ItemError(index, thrown);
          },
        );
      }
      this.keep(index, outputs);
    }
    for (const name of Object.keys(this.series)) {
      const { unit, values } = this.series[name] as { unit: string; values: number[] };
      this.emissions.series(job.stage.name, name, values, unit);
    }
    for (const { name, content } of ofItem.artifacts) this.emissions.artifact(job.stage.name, name, content);
    for (const message of ofItem.warnings) this.emissions.warning(job.stage.name, message);
    return this.lists;
  }

  private run(index: number, context: JobContext): unknown {
    try {
      return this.job.stage.run(context);
    } catch (thrown) {
      throw new ItemError(index, thrown);
    }
  }

  private keep(index: number, outputs: unknown): void {
    const record = outputs as Readonly<Record<string, unknown>> | undefined;
    for (const port of this.ports) (this.lists[port] as unknown[])[index] = record?.[port];
    const { metrics } = this.ofItem;
    for (const name in metrics) {
      const metric = metrics[name] as Metric;
      if (!Object.hasOwn(this.series, name))
        this.series[name] = { unit: metric.unit, values: new Array<number>(this.count).fill(Number.NaN) };
      const { unit, values } = this.series[name] as { unit: string; values: number[] };
      if (metric.value === undefined || metric.unit !== unit) throw oddMetric(this.job, name, index, metric);
      values[index] = metric.value;
    }
    this.ofItem.metrics = NO_METRICS;
  }
}

function oddMetric({ stage }: PerformedJob, name: string, index: number, { unit, value }: Metric): PipelineError {
  return new PipelineError({
    code: "PIPE-014",
    message: `metric ${name} of item ${index} of stage ${stage.name} ${value === undefined ? "is a series" : `is in ${unit}, and in another unit in an earlier item`}`,
    remedy: "Under a map emit one number per item, always in the same unit: together they are the series.",
    path: name,
  });
}

const NO_METRICS: Readonly<Record<string, Metric>> = new Emissions().metrics;

function equalLength({ inputs, mapOver, nodeId }: PerformedJob): number {
  const lengths = mapOver.map((port) => (inputs[port] as readonly Value[]).length);
  if (lengths.every((length) => length === lengths[0])) return lengths[0] ?? 0;
  throw new RangeError(
    `the lists that ${nodeId} runs over differ in length: ${mapOver.map((port, at) => `${port} ${lengths[at]}`).join(", ")}`,
  );
}
