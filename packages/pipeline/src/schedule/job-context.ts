import { type RandomStream, randomStream } from "@simloom/numerics/random";
import { PipelineError } from "../errors.ts";
import type { ArtifactContent } from "../stage/artifact.ts";
import type { Grant, StageContext } from "../stage/context.ts";
import type { AnyStage } from "../stage/stage.ts";
import type { Value } from "../value/value.ts";
import type { Emissions } from "./emissions.ts";
import type { Help, InnerMap } from "./inner-map.ts";
import type { Job } from "./scheduler.ts";

/** What the place where a stage runs gives it. */
export interface PerformEnvironment {
  readonly signal: AbortSignal;
  readonly grant: Grant;
  /** Milliseconds on any monotonic scale; only differences are used. */
  now(): number;
  /** Calls others to help with a map inside the stage; absent where there are none. */
  share?(map: InnerMap): Help | undefined;
}

/** The part of a job that performing it needs. */
export type PerformedJob = Omit<Job, "onStart" | "resources" | "timeoutMs" | "attempt">;

/** Runs a map inside a stage. */
export type InnerMapper = (
  job: PerformedJob,
  environment: PerformEnvironment,
  apply: AnyStage,
  items: readonly Value[],
  shared: Value,
) => Promise<readonly Value[]>;

/**
 * The context of one stage call. Its functions are made when the stage asks for them: most stages use two or three of
 * them, and a context is made for each item of a map.
 */
export class JobContext implements StageContext<unknown, Readonly<Record<string, Value>>, string, string> {
  readonly inputs: Readonly<Record<string, Value>>;
  private readonly job: PerformedJob;
  private readonly environment: PerformEnvironment;
  private readonly emissions: Emissions;
  private readonly innerMap: InnerMapper;
  private readonly item: number | undefined;
  /** Streams already asked for: asking again goes on where the first left off, so no number is drawn twice. */
  private streams: Map<string, RandomStream> | undefined;

  constructor(
    job: PerformedJob,
    environment: PerformEnvironment,
    emissions: Emissions,
    inputs: Readonly<Record<string, Value>>,
    innerMap: InnerMapper,
    item?: number,
  ) {
    this.job = job;
    this.environment = environment;
    this.emissions = emissions;
    this.inputs = inputs;
    this.innerMap = innerMap;
    this.item = item;
  }

  get config(): unknown {
    return this.job.config;
  }

  get signal(): AbortSignal {
    return this.environment.signal;
  }

  get grant(): Grant {
    return this.environment.grant;
  }

  get arithmetic(): "strict" | "fast" {
    return this.job.arithmetic;
  }

  get random(): (name: string) => RandomStream {
    const { job, item } = this;
    return (name) => {
      if (job.streamKey === undefined || !job.stage.random.includes(name)) throw undeclared(job, "random", name);
      this.streams ??= new Map();
      const known = this.streams.get(name);
      if (known !== undefined) return known;
      const stream = randomStream(`${job.streamKey}/${name}${item === undefined ? "" : `/${item}`}`);
      this.streams.set(name, stream);
      return stream;
    };
  }

  get policy(): (key: string) => Value | undefined {
    const { job } = this;
    return (key) => {
      if (!job.stage.policy.includes(key)) throw undeclared(job, "policy", key);
      return job.policy[key];
    };
  }

  get progress(): (fraction: number, note?: string) => void {
    const { job } = this;
    return (fraction, note) => job.onProgress?.(fraction, note);
  }

  get log(): (message: string) => void {
    const { job } = this;
    return (message) => job.onLog?.(message);
  }

  get warn(): (message: string) => void {
    const { emissions, job } = this;
    return (message) => emissions.warning(job.stage.name, message);
  }

  get map(): StageContext<unknown, unknown, string, string>["map"] {
    const { job, environment, innerMap } = this;
    return async (items, apply, ...[shared]) => {
      const results = await innerMap(job, environment, apply, items, shared ?? null);
      return results as readonly never[];
    };
  }

  get metric(): (name: string, value: number | readonly number[], unit?: string) => void {
    const { emissions, job } = this;
    return (name, value, unit = "1") => emissions.metric(job.stage.name, name, value, unit);
  }

  get artifact(): (name: string, content: ArtifactContent) => void {
    const { emissions, job, item } = this;
    return (name, content) =>
      emissions.artifact(job.stage.name, item === undefined ? name : `${name}-${item}`, content);
  }
}

function undeclared({ stage, nodeId }: PerformedJob, what: "random" | "policy", name: string): PipelineError {
  const declared = what === "random" ? stage.random : stage.policy;
  const list = [...declared, name].map((one) => JSON.stringify(one)).join(", ");
  return new PipelineError({
    code: what === "random" ? "PIPE-012" : "PIPE-011",
    message: `stage ${stage.name} ${what === "random" ? "drew from the random stream" : "read the policy key"} ${JSON.stringify(name)}, which it does not declare`,
    remedy: `Add it to the stage: ${what}: [${list}].`,
    path: nodeId,
  });
}
