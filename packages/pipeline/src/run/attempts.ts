import type { Clock } from "../schedule/clock.ts";
import type { StageFailure } from "../schedule/failure.ts";
import { backoffMs, isWorthRetrying, type RetryPolicy } from "../schedule/retry.ts";
import type { Job, JobOutcome, JobPlace, Scheduler } from "../schedule/scheduler.ts";
import type { AnyStage } from "../stage/stage.ts";
import type { MaybePromise } from "../store/store.ts";
import type { Value } from "../value/value.ts";
import type { RunEvent } from "./events.ts";
import { type PlannedNode, policyOf, streamKeyOf } from "./plan.ts";

/** One attempt as records keep it. */
export interface Attempt {
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly worker: string;
  readonly host: string;
  readonly failure?: StageFailure;
}

/** What attempts need of the run. */
export interface AttemptEnvironment {
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly arithmetic: "strict" | "fast";
  readonly emit: ((event: RunEvent) => void) | undefined;
  /** How urgent each node is, by index. */
  readonly urgencies: Float64Array;
  /** Waits until the next attempt, or until the run is stopped. Others go on meanwhile. */
  rest(delayMs: number): Promise<void>;
  /** A job is out of this thread and can be cancelled by this id. */
  onSubmit(index: number, jobId: string): void;
}

/** One node being attempted: the job that schedulers see, and what is known of where it ran. */
export class NodeJob implements Job {
  readonly nodeId: string;
  readonly stage: AnyStage;
  readonly config: Value;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly mapOver: readonly string[];
  readonly policy: Readonly<Record<string, Value>>;
  readonly streamKey: string | undefined;
  readonly arithmetic: "strict" | "fast";
  readonly resources: Job["resources"];
  readonly urgency: number;
  attempt = 1;
  timeoutMs: number | undefined;
  startedAtMs = 0;
  place: JobPlace = UNKNOWN;
  /** Failed attempts before the last one. */
  earlier: readonly Attempt[] = NONE;
  private readonly index: number;
  private readonly environment: AttemptEnvironment;

  constructor(planned: PlannedNode, inputs: Readonly<Record<string, Value>>, environment: AttemptEnvironment) {
    const { node } = planned;
    const { stage } = node;
    this.index = planned.index;
    this.nodeId = planned.id;
    this.stage = stage;
    this.config = node.config;
    this.inputs = inputs;
    this.mapOver = node.mapOver;
    this.policy = policyOf(planned).values;
    this.streamKey = streamKeyOf(planned);
    this.arithmetic = environment.arithmetic;
    const asked = node.resources ?? stage.resources(node.config);
    this.resources =
      asked.cpu === undefined || asked.gpu === undefined ? { cpu: 1, gpu: 0, ...asked } : (asked as Job["resources"]);
    this.urgency = environment.urgencies[planned.index] as number;
    this.environment = environment;
  }

  onStart(where: JobPlace): void {
    this.startedAtMs = this.environment.clock.epochMs();
    this.place = where;
    this.environment.emit?.({ type: "nodeStarted", nodeId: this.nodeId, attempt: this.attempt, worker: where.worker });
  }

  onProgress(fraction: number, note: string | undefined): void {
    this.environment.emit?.({
      type: "progress",
      nodeId: this.nodeId,
      fraction,
      ...(note === undefined ? {} : { note }),
    });
  }

  onLog(message: string): void {
    this.environment.emit?.({ type: "log", nodeId: this.nodeId, message });
  }

  /** Submits the present attempt. */
  submit(): MaybePromise<JobOutcome> {
    const { outcome, jobId } = this.environment.scheduler.submit(this);
    if (outcome instanceof Promise) this.environment.onSubmit(this.index, jobId);
    return outcome;
  }

  /** The record of the present attempt. */
  record(outcome: JobOutcome): Attempt {
    return {
      attempt: this.attempt,
      startedAtMs: this.startedAtMs,
      durationMs: outcome.durationMs,
      worker: this.place.worker,
      host: this.place.host,
      ...(outcome.status === "failed" ? { failure: outcome.failure } : {}),
    };
  }
}

const UNKNOWN: JobPlace = { worker: "unknown", host: "local", grant: { cpu: 0, memoryMb: undefined, gpus: [] } };
const NONE: readonly Attempt[] = Object.freeze([]);

/**
 * Attempts a job until it succeeds or the policy says stop. Pauses block nobody: they are timers. Answers at once when
 * the scheduler does and no second attempt is needed.
 */
export function attemptJob(
  job: NodeJob,
  policy: RetryPolicy,
  environment: AttemptEnvironment,
): MaybePromise<JobOutcome> {
  const { timeoutMs, deadlineMs, maxAttempts } = policy;
  job.timeoutMs =
    timeoutMs !== undefined && deadlineMs !== undefined ? Math.min(timeoutMs, deadlineMs) : (timeoutMs ?? deadlineMs);
  const startedMs = deadlineMs === undefined ? 0 : environment.clock.now();
  const first = job.submit();
  if (maxAttempts === 1) return first;
  if (first instanceof Promise) return first.then((outcome) => retry(job, policy, environment, outcome, startedMs));
  return first.status === "succeeded" ? first : retry(job, policy, environment, first, startedMs);
}

async function retry(
  job: NodeJob,
  policy: RetryPolicy,
  environment: AttemptEnvironment,
  first: JobOutcome,
  startedMs: number,
): Promise<JobOutcome> {
  const { clock, signal, emit } = environment;
  let outcome = first;
  while (
    outcome.status === "failed" &&
    job.attempt < policy.maxAttempts &&
    isWorthRetrying(policy, outcome.failure) &&
    !signal.aborted
  ) {
    const pauseMs = backoffMs(policy, job.nodeId, job.attempt);
    const leftMs = (policy.deadlineMs ?? Number.POSITIVE_INFINITY) - (clock.now() - startedMs) - pauseMs;
    if (leftMs <= 0) return outOfTime(outcome, job.attempt, policy.deadlineMs as number);
    emit?.({ type: "retry", nodeId: job.nodeId, attempt: job.attempt, failure: outcome.failure, pauseMs });
    await environment.rest(pauseMs);
    if (signal.aborted) break;
    job.earlier = [...job.earlier, job.record(outcome)];
    job.attempt += 1;
    const timeoutMs = Math.min(policy.timeoutMs ?? Number.POSITIVE_INFINITY, leftMs);
    job.timeoutMs = Number.isFinite(timeoutMs) ? timeoutMs : undefined;
    outcome = await job.submit();
  }
  return outcome;
}

/** The last failure is the reason, not the deadline: an error is never reported as a timeout. */
function outOfTime(outcome: JobOutcome & { status: "failed" }, attempts: number, deadlineMs: number): JobOutcome {
  const last = outcome.failure.message;
  return {
    ...outcome,
    failure: {
      ...outcome.failure,
      message: `${last} (attempt ${attempts}; the deadline of ${deadlineMs} ms leaves no time for another)`,
    },
  };
}
