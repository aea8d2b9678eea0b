/**
 * A map inside a stage: items are cut into parts, and whoever is free takes the next part. The thread of the stage takes
 * part itself, so nothing waits for a worker that never comes, and results are put together by index.
 */
import { PipelineError } from "../errors.ts";
import type { AnyStage } from "../stage/stage.ts";
import type { MaybePromise } from "../store/store.ts";
import { freeze, type Value } from "../value/value.ts";
import type { StageFailure } from "./failure.ts";
import type { PerformEnvironment, PerformedJob } from "./job-context.ts";
import type { JobOutcome } from "./scheduler.ts";

/** A map that others may help with. */
export interface InnerMap {
  readonly apply: AnyStage;
  readonly items: readonly Value[];
  readonly shared: Value;
  /** Items of a part; the last one may have fewer. */
  readonly partSize: number;
  readonly partCount: number;
}

/** Others at work on a map. Parts are claimed in ascending order, each once. */
export interface Help {
  /** The next part that nobody has; beyond the last one when there is none, or no more is to be begun. */
  claim(): number;
  /** Lets nobody begin another part; answers how many were claimed. */
  close(): number;
  /** What came of a part that somebody else claimed. */
  partOf(part: number): Promise<JobOutcome>;
  /** Nobody will ask for parts any more. */
  end(): void;
}

/** Parts of a map: enough for every worker to have several, few enough that handing one out costs little. */
const MOST_PARTS = 64;

/** Runs one part here, as any other job is run. */
type PerformHere = (job: PerformedJob, environment: PerformEnvironment) => MaybePromise<JobOutcome>;

/** Runs a map. Errors: PIPE-018 with the first item that failed, PIPE-001, and the reason of an aborted signal. */
export async function performInnerMap(
  perform: PerformHere,
  job: PerformedJob,
  environment: PerformEnvironment,
  apply: AnyStage,
  items: readonly Value[],
  shared: Value,
): Promise<readonly Value[]> {
  const partSize = Math.max(1, Math.ceil(items.length / MOST_PARTS));
  const map: InnerMap = {
    apply,
    items: freeze([...items], "items"),
    shared: freeze(shared, "shared"),
    partSize,
    partCount: Math.ceil(items.length / partSize),
  };
  const canBeShared = map.partCount > 1 && apply.module !== undefined;
  const help = (canBeShared ? environment.share?.(map) : undefined) ?? alone(map);
  try {
    return await gather(perform, job, environment, map, help);
  } finally {
    help.end();
  }
}

async function gather(
  perform: PerformHere,
  job: PerformedJob,
  environment: PerformEnvironment,
  map: InnerMap,
  help: Help,
): Promise<readonly Value[]> {
  const outcomes = new Map<number, JobOutcome>();
  const own = async (part: number): Promise<JobOutcome> => {
    const outcome = await perform(partJob(job, map, part), environment);
    if (environment.signal.aborted) throw environment.signal.reason;
    return outcome;
  };
  for (let part = help.claim(); part < map.partCount; part = help.claim()) {
    const outcome = await own(part);
    outcomes.set(part, outcome);
    if (outcome.status === "failed") break;
  }
  const claimed = Math.min(help.close(), map.partCount);
  for (let part = 0; part < claimed; part++) {
    if (outcomes.has(part)) continue;
    const outcome = await help.partOf(part);
    // A helper that was lost says nothing about the items.
    outcomes.set(part, outcome.status === "failed" && outcome.failure.item === undefined ? await own(part) : outcome);
  }
  const results: Value[] = [];
  for (let part = 0; part < map.partCount; part++) {
    const outcome = outcomes.get(part);
    if (outcome?.status !== "succeeded") throw itemFailed(map, part, outcome?.failure);
    for (const result of outcome.outputs["result"] as readonly Value[]) results.push(result);
  }
  return freeze(results);
}

/** The job that does one part. */
export function partJob(
  { nodeId, arithmetic }: Pick<PerformedJob, "nodeId" | "arithmetic">,
  { apply, items, shared, partSize }: InnerMap,
  part: number,
): PerformedJob {
  const item = items.slice(part * partSize, (part + 1) * partSize);
  const inputs = { item: freeze(item), shared };
  return {
    nodeId,
    stage: apply,
    config: NOTHING,
    inputs,
    mapOver: OVER_ITEMS,
    policy: NOTHING,
    streamKey: undefined,
    arithmetic,
  };
}

const NOTHING: Readonly<Record<string, Value>> = Object.freeze({});
const OVER_ITEMS: readonly string[] = Object.freeze(["item"]);

/** Nobody helps. */
function alone({ partCount }: InnerMap): Help {
  let next = 0;
  return {
    claim: () => next++,
    close: () => Math.min(next, partCount),
    partOf: () => Promise.reject(new RangeError("nobody else has a part")),
    end: () => {},
  };
}

function itemFailed(
  { apply, items, partSize }: InnerMap,
  part: number,
  failure: StageFailure | undefined,
): PipelineError {
  const { code = "PIPE-040", message = "unknown", remedy = "", item } = failure ?? {};
  const first = part * partSize;
  const last = Math.min(first + partSize, items.length) - 1;
  const index = item === undefined && first < last ? undefined : first + (item ?? 0);
  const which = index === undefined ? `one of the items ${first} to ${last}` : `item ${index}`;
  return new PipelineError({
    // Who writes to items writes to memory that others read: the run must know it by its own code.
    code: code === "PIPE-016" ? code : "PIPE-018",
    message: `${which} of ${items.length} failed in ${apply.name}: ${message}`,
    remedy,
    context: { code, ...(index === undefined ? {} : { index }) },
  });
}
