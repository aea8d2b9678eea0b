/**
 * What becomes of a node whose result is not there: looked for by content, claimed, computed in as many attempts as it may
 * have, and stored. Whatever can answer at once does.
 */
import { PipelineError } from "../errors.ts";
import type { StageFailure } from "../schedule/failure.ts";
import { isWorthRetrying, noRetry, type RetryPolicy } from "../schedule/retry.ts";
import type { JobOutcome, Scheduler } from "../schedule/scheduler.ts";
import { type Entry, encodeEntry } from "../store/entry.ts";
import type { Claim, MaybePromise, Store } from "../store/store.ts";
import type { Digest } from "../value/digest.ts";
import type { Value } from "../value/value.ts";
import { type AttemptEnvironment, attemptJob, NodeJob } from "./attempts.ts";
import { releasing } from "./claim.ts";
import { ComputedOutcome } from "./computed.ts";
import type { ExecutionState } from "./execution-state.ts";
import { Inputs } from "./inputs.ts";
import { Keeping } from "./keeping.ts";
import { findEntry, putResult, whenReady } from "./kept.ts";
import { failedOutcome, type NodeOutcome, SKIPPED } from "./outcome.ts";
import { Pauses } from "./pauses.ts";
import type { PlannedNode } from "./plan.ts";
import { isConfirmed, isIntact, quarantineEntries } from "./self-check.ts";

/** What computing tells the loop, and asks of it. */
export interface Loop {
  readonly scheduler: Scheduler;
  readonly urgencies: Float64Array;
  finish(index: number, outcome: NodeOutcome): void;
  hit(planned: PlannedNode, entry: Entry): void;
  stop(): void;
  /** Waits without counting as work in flight. */
  aside<T>(wait: Promise<T>): Promise<T>;
  downstreamOf(index: number): Iterable<number>;
}

/**
 * Nodes that wait for another process while more are started: enough to find work that nobody does, few enough that
 * looking after all of them costs little. Those beyond count as work in flight.
 */
const MOST_WAITING_ELSEWHERE = 128;

/** Computes the nodes of one execution. */
export class Computing {
  private readonly state: ExecutionState;
  private readonly loop: Loop;
  private readonly inputs: Inputs;
  private readonly keeping: Keeping;
  private readonly pauses: Pauses;
  private readonly retry: RetryPolicy;
  private readonly environment: AttemptEnvironment;
  private readonly running = new Map<number, string>();
  /** Nodes that wait for another process. A signal each: platforms warn of one that many listen to. */
  private readonly waitingElsewhere = new Set<AbortController>();

  constructor(state: ExecutionState, loop: Loop) {
    const { plan, options, clock, emit, stopping } = state;
    this.state = state;
    this.loop = loop;
    this.retry = { ...noRetry, ...options.retry };
    this.pauses = new Pauses(clock);
    this.environment = {
      scheduler: loop.scheduler,
      urgencies: loop.urgencies,
      clock,
      emit,
      signal: stopping.signal,
      arithmetic: plan.arithmetic,
      rest: (delayMs) => loop.aside(this.pauses.rest(delayMs)),
      onSubmit: (index, jobId) => this.running.set(index, jobId),
    };
    const { store, live, outcomes, digests } = state;
    const computeAgain = (index: number): Promise<Readonly<Record<string, Value>>> => this.computeAgain(index);
    this.inputs = new Inputs({ plan, store, live, outcomes, digests, computeAgain });
    this.keeping = new Keeping(state, this.inputs);
  }

  /** Ends pauses and waits, and cancels what runs. */
  stop(): void {
    this.pauses.end();
    for (const waiting of this.waitingElsewhere) waiting.abort();
    for (const jobId of this.running.values()) this.loop.scheduler.cancel(jobId);
  }

  /** Computes a node, or finds that somebody did. */
  compute(planned: PlannedNode): MaybePromise<void> {
    const { store, cache } = this.state;
    if (store !== undefined && planned.fingerprint.isDurable) return this.computeShared(planned, store);
    cache.misses += 1;
    return this.perform(planned, undefined);
  }

  /** Computes a hit again. When the result differs, the entry and all that came of it are taken out of use. */
  async selfCheck(planned: PlannedNode, stored: Entry): Promise<void> {
    const { state, loop } = this;
    state.cache.selfChecked += 1;
    const { outcome: fresh } = await this.attempt(planned);
    if (fresh.status === "failed") {
      // A check that was stopped or ran out of time says nothing about what is stored.
      const message = `${planned.id} could not be checked: ${fresh.failure.message}`;
      if (!state.isStopping) state.remark(planned, message);
      return loop.hit(planned, stored);
    }
    if (isConfirmed(stored, fresh)) return loop.hit(planned, stored);
    state.cache.selfCheckFailed += 1;
    const reason = `a fresh computation of ${planned.id} differs from what ${stored.origin} stored`;
    state.remark(planned, `${reason}; the entry and what came of it are quarantined`);
    await quarantineEntries(state.plan, state.store as Store, loop.downstreamOf(planned.index), reason);
    return this.compute(planned);
  }

  /** With a store: look by content, then compute under a claim, so that no other process does the same work. */
  private computeShared(planned: PlannedNode, store: Store): MaybePromise<void> {
    const contentKey = this.inputs.contentKeyOf(planned);
    if (this.state.options.recompute === true) {
      // Nobody's result counts, so nobody is waited for.
      this.state.cache.misses += 1;
      return this.perform(planned, contentKey);
    }
    return whenReady(contentKey === planned.key ? undefined : findEntry(store, contentKey), (byContent) => {
      if (byContent !== undefined) return this.cutOff(planned, byContent, store);
      return whenReady(store.entries.claim(contentKey), (claim) => {
        if (claim.status === "busy") return this.waitFor(planned, store, contentKey, claim);
        return releasing(claim, () =>
          // Between the look-up of the plan and this claim another process may have finished the work.
          whenReady(findEntry(store, contentKey), (late) => {
            if (late !== undefined) return this.loop.hit(planned, late);
            this.state.cache.misses += 1;
            return this.perform(planned, contentKey);
          }),
        );
      });
    });
  }

  /** The upstream came to the same bytes as before: what was made of them is known. From now on it is found by the new key, too. */
  private cutOff(planned: PlannedNode, entry: Entry, store: Store): MaybePromise<void> {
    this.state.cache.earlyCutoffs += 1;
    return whenReady(putResult(store, encodeEntry(entry), planned.key, undefined), () => this.loop.hit(planned, entry));
  }

  private async waitFor(
    planned: PlannedNode,
    store: Store,
    contentKey: Digest,
    claim: Extract<Claim, { status: "busy" }>,
  ): Promise<void> {
    const { state, loop } = this;
    const waiting = new AbortController();
    this.waitingElsewhere.add(waiting);
    try {
      const settled = claim.settled(waiting.signal);
      await (this.waitingElsewhere.size > MOST_WAITING_ELSEWHERE ? settled : loop.aside(settled));
    } catch (thrown) {
      if (!state.isStopping) throw thrown;
    } finally {
      this.waitingElsewhere.delete(waiting);
    }
    if (state.isStopping) return loop.finish(planned.index, SKIPPED);
    const entry = await findEntry(store, contentKey);
    if (entry !== undefined) return loop.hit(planned, entry);
    return this.computeShared(planned, store);
  }

  private perform(planned: PlannedNode, contentKey: Digest | undefined): MaybePromise<void> {
    return whenReady(this.attempt(planned), ({ job, outcome }) => {
      if (outcome.status === "failed") return this.fail(planned, job, outcome);
      return whenReady(this.keeping.keep(planned, outcome, job, contentKey), (entry) => {
        const { live } = this.state;
        live.hold(planned.index, outcome.outputs);
        this.loop.finish(planned.index, new ComputedOutcome(job, outcome, entry));
        live.makeRoom();
      });
    });
  }

  /** Reads the inputs of a node and attempts it until it succeeds or may not be attempted again. */
  private attempt(planned: PlannedNode): MaybePromise<{ readonly job: NodeJob; readonly outcome: JobOutcome }> {
    return whenReady(this.inputs.collect(planned), (inputs) => {
      const job = new NodeJob(planned, inputs, this.environment);
      return whenReady(attemptJob(job, this.retryOf(planned), this.environment), (outcome) => {
        this.running.delete(planned.index);
        return { job, outcome };
      });
    });
  }

  private retryOf({ node }: PlannedNode): RetryPolicy {
    return node.retry === undefined ? this.retry : { ...this.retry, ...node.retry };
  }

  private fail(planned: PlannedNode, job: NodeJob, outcome: JobOutcome & { status: "failed" }): MaybePromise<void> {
    const { failure, durationMs } = outcome;
    const attempts = [...job.earlier, job.record(outcome)];
    const policy = this.retryOf(planned);
    const wouldGoOn = job.attempt < policy.maxAttempts && isWorthRetrying(policy, failure);
    const wasStopped = this.state.isStopping && (failure.kind === "cancelled" || wouldGoOn);
    this.loop.finish(
      planned.index,
      wasStopped ? { ...SKIPPED, attempts } : { ...failedOutcome(failure, durationMs), attempts },
    );
    if (failure.code === "PIPE-016") return this.distrust(planned);
  }

  /**
   * A stage wrote to its inputs: others read the same memory, so nothing more is computed from it, whatever the failure
   * mode. A store in the memory of this process shares it too; what it holds of those inputs is compared with its digest.
   */
  private async distrust(planned: PlannedNode): Promise<void> {
    const { plan, store, outcomes } = this.state;
    this.loop.stop();
    if (store === undefined) return;
    for (const dependency of planned.dependencies) {
      const { first } = plan.nodes[dependency] as PlannedNode;
      const entry = outcomes[first]?.entry;
      if (entry === undefined || (await isIntact(store, entry))) continue;
      const suspect = plan.nodes[first] as PlannedNode;
      suspect.entry = entry;
      await quarantineEntries(plan, store, [first], `${planned.id} wrote to it`);
    }
  }

  /** Computes a finished node once more, since its result is neither in memory nor in the store. */
  private async computeAgain(index: number): Promise<Readonly<Record<string, Value>>> {
    const { plan, store, live } = this.state;
    const planned = plan.nodes[index] as PlannedNode;
    const { job, outcome } = await this.attempt(planned);
    if (outcome.status === "failed") throw againFailed(planned.id, outcome.failure);
    const isKept = planned.fingerprint.isDurable && store !== undefined;
    await this.keeping.keep(planned, outcome, job, isKept ? this.inputs.contentKeyOf(planned) : undefined);
    return live.holdAgain(index, outcome.outputs);
  }
}

/** The failure of a stage, as what a reader of its outputs meets. */
function againFailed(nodeId: string, { code, message, remedy }: StageFailure): PipelineError {
  return new PipelineError({
    code: "PIPE-047",
    message: `the result of ${nodeId} is lost, and computing it again failed with ${code}: ${message}`,
    remedy,
    path: nodeId,
  });
}
