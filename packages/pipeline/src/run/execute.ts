/**
 * Longer than most files: one class owns the loop, its queue and its counters; what it calls stands in files of its own.
 *
 * Executes a plan: one event-driven loop over integer indices. A node starts when all it waits for has ended; among those
 * that may, branches are followed to their end, the most urgent first; of those that wait for a slot the most urgent gets it. Everything that can answer at once does, so a chain of small nodes costs
 * no microtasks.
 */
import { PipelineError } from "../errors.ts";
import { type Clock, systemClock } from "../schedule/clock.ts";
import { failureOf, type StageFailure } from "../schedule/failure.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import { isWorthRetrying, noRetry, type RetryPolicy } from "../schedule/retry.ts";
import type { JobOutcome, Scheduler } from "../schedule/scheduler.ts";
import { type Entry, encodeEntry } from "../store/entry.ts";
import type { Claim, MaybePromise, Store } from "../store/store.ts";
import type { Digest } from "../value/digest.ts";
import type { Value } from "../value/value.ts";
import { checkAdmission } from "./admission.ts";
import { type AttemptEnvironment, attemptJob, NodeJob } from "./attempts.ts";
import { releasing } from "./claim.ts";
import { ComputedOutcome } from "./computed.ts";
import { type Dependents, dependentsOf } from "./dependents.ts";
import { depthFirstRanks } from "./depth-first.ts";
import type { RunEvent, RunStatus } from "./events.ts";
import { Inputs } from "./inputs.ts";
import { digestsOf, encodeResult, findEntry, putResult, whenReady } from "./kept.ts";
import { contained } from "./listener.ts";
import { LiveResults } from "./live.ts";
import type { RunOptions } from "./options.ts";
import { type CacheCounts, failedOutcome, HitOutcome, hasResult, NONE, type NodeOutcome, SKIPPED } from "./outcome.ts";
import { OutputDigests } from "./output-digests.ts";
import { Pauses } from "./pauses.ts";
import type { Plan, PlannedNode } from "./plan.ts";
import { ReadyQueue } from "./ready-queue.ts";
import { isConfirmed, isIntact, isSelfChecked, quarantineEntries } from "./self-check.ts";
import { urgenciesOf } from "./urgency.ts";

/** What came of a plan. */
export interface Execution {
  readonly status: RunStatus;
  readonly outcomes: readonly (NodeOutcome | undefined)[];
  readonly live: LiveResults;
  readonly digests: OutputDigests;
  readonly cache: CacheCounts;
  /** What the executor itself has to say, by node: results that were not kept or not confirmed. Not part of any result. */
  readonly remarks: readonly string[];
}

/**
 * Runs what the plan lacks. Never rejects because of a stage: failures are outcomes.
 * Errors, before anything runs: PIPE-028 and PIPE-029 for what the scheduler can never run.
 */
export async function executePlan(plan: Plan, options: RunOptions): Promise<Execution> {
  return new Executor(plan, options).run();
}

/** How long the loop may run before timers and signals get their turn. */
const TURN_MS = 25;

class Executor {
  private readonly plan: Plan;
  private readonly options: RunOptions;
  private readonly store: Store | undefined;
  private readonly scheduler: Scheduler;
  private readonly ownsScheduler: boolean;
  private readonly clock: Clock;
  private readonly emit: ((event: RunEvent) => void) | undefined;
  private readonly outcomes: (NodeOutcome | undefined)[];
  private readonly digests: OutputDigests;
  private readonly waitingFor: Int32Array;
  private readonly dependents: Dependents;
  private readonly ready = new ReadyQueue();
  /** Order of execution: rank by index, and index by rank. */
  private readonly rankOf: Int32Array;
  private readonly atRank: Int32Array;
  private readonly live: LiveResults;
  private readonly inputs: Inputs;
  private readonly running = new Map<number, string>();
  private readonly stopping = new AbortController();
  private readonly pauses: Pauses;
  private readonly retry: RetryPolicy;
  private readonly environment: AttemptEnvironment;
  private readonly maxInFlight: number;
  private inFlight = 0;
  /** Nodes that only wait: for their next attempt, or for another process. They hold up nobody. */
  private waitingAside = 0;
  private hasFailed = false;
  private isDone: (() => void) | undefined;
  private readonly remarks: string[] = [];
  private readonly cache: CacheCounts = {
    hits: 0,
    misses: 0,
    stored: 0,
    notStored: 0,
    earlyCutoffs: 0,
    selfChecked: 0,
    selfCheckFailed: 0,
  };

  constructor(plan: Plan, options: RunOptions) {
    const count = plan.nodes.length;
    this.plan = plan;
    this.options = options;
    this.store = options.store;
    this.ownsScheduler = options.scheduler === undefined;
    this.scheduler = options.scheduler ?? inlineScheduler();
    // Schedulers that were given are asked when the run is planned.
    if (this.ownsScheduler)
      checkAdmission(plan.cases[0]?.graph.name ?? "", plan.nodes, this.scheduler.capabilities(), this.scheduler.name);
    this.clock = options.clock ?? systemClock;
    this.pauses = new Pauses(this.clock);
    const { onEvent } = options;
    this.emit = onEvent && contained(onEvent, (event, message) => this.listenerFailed(event, message));
    this.retry = { ...noRetry, ...options.retry };
    this.dependents = dependentsOf(plan.nodes);
    const urgencies = urgenciesOf(plan.nodes, this.dependents, options.timings);
    this.environment = {
      scheduler: this.scheduler,
      urgencies: urgencies.urgencies,
      rest: (delayMs) => this.aside(this.pauses.rest(delayMs)),
      clock: this.clock,
      signal: this.stopping.signal,
      arithmetic: plan.arithmetic,
      emit: this.emit,
      onSubmit: (index, jobId) => this.running.set(index, jobId),
    };
    this.outcomes = new Array<NodeOutcome | undefined>(count).fill(undefined);
    this.digests = new OutputDigests(count);
    this.waitingFor = new Int32Array(count);
    this.live = new LiveResults(
      plan,
      options.keep ?? "outputs",
      (options.memoryMb ?? 1024) * 2 ** 20,
      (index) => this.outcomes[index]?.entry !== undefined,
    );
    this.maxInFlight = Math.max(64, 8 * this.scheduler.capabilities().cpu);
    for (const { index, dependencies } of plan.nodes) this.waitingFor[index] = dependencies.length;
    this.rankOf = depthFirstRanks(this.dependents, this.waitingFor, urgencies);
    this.atRank = new Int32Array(count);
    for (let index = 0; index < count; index++) {
      this.atRank[this.rankOf[index] as number] = index;
      if (this.waitingFor[index] === 0) this.ready.push(this.rankOf[index] as number);
    }
    const { store, live, outcomes, digests } = this;
    this.inputs = new Inputs({
      plan,
      store,
      live,
      outcomes,
      digests,
      computeAgain: (index) => this.computeAgain(index),
    });
  }

  async run(): Promise<Execution> {
    const { signal } = this.options;
    const interrupt = (): void => this.stop();
    if (signal?.aborted) interrupt();
    signal?.addEventListener("abort", interrupt, { once: true });
    this.emit?.({
      type: "runStarted",
      nodeCount: this.plan.nodes.length,
      hitCount: this.plan.nodes.filter((planned) => planned.entry !== undefined).length,
    });
    try {
      const done = new Promise<void>((resolve) => {
        this.isDone = resolve;
      });
      this.turn();
      await done;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      if (this.ownsScheduler) await this.scheduler.close();
    }
    this.skipTheRest();
    const status = this.statusOf(signal?.aborted ?? false);
    this.emit?.({ type: "runFinished", status });
    return {
      status,
      outcomes: this.outcomes,
      live: this.live,
      digests: this.digests,
      cache: this.cache,
      remarks: this.remarks,
    };
  }

  /** Starts what is ready until the queue is empty, enough is in flight, or the turn is over. */
  private turn(): void {
    const untilMs = this.clock.now() + TURN_MS;
    let sinceLook = 0;
    while (!this.stopping.signal.aborted && this.inFlight < this.maxInFlight) {
      const rank = this.ready.pop();
      if (rank === undefined) break;
      const index = this.atRank[rank] as number;
      const pending = this.start(index);
      if (pending instanceof Promise) {
        this.inFlight += 1;
        pending.then(
          () => this.settled(),
          (thrown: unknown) => {
            this.finish(index, failedOutcome(failureOf(thrown)));
            this.settled();
          },
        );
      }
      sinceLook += 1;
      if (sinceLook >= 32) {
        sinceLook = 0;
        if (this.clock.now() > untilMs) {
          this.clock.after(0, () => this.turn());
          return;
        }
      }
    }
    if (this.isIdle && (this.ready.size === 0 || this.stopping.signal.aborted)) this.isDone?.();
  }

  private settled(): void {
    this.inFlight -= 1;
    this.turn();
  }

  private get isIdle(): boolean {
    return this.inFlight + this.waitingAside === 0;
  }

  private async aside<T>(wait: Promise<T>): Promise<T> {
    this.inFlight -= 1;
    this.waitingAside += 1;
    void Promise.resolve().then(() => this.turn());
    try {
      return await wait;
    } finally {
      this.inFlight += 1;
      this.waitingAside -= 1;
    }
  }

  private start(index: number): MaybePromise<void> {
    const planned = this.plan.nodes[index] as PlannedNode;
    if (planned.first !== index) return this.share(planned);
    for (const dependency of planned.dependencies) {
      if (!hasResult(this.outcomes[dependency])) return this.finish(index, SKIPPED);
    }
    try {
      if (planned.entry !== undefined) {
        const isChecked = isSelfChecked(planned, this.options.selfCheckShare ?? 0);
        return isChecked ? this.selfCheck(planned, planned.entry) : this.hit(planned, planned.entry);
      }
      return this.compute(planned);
    } catch (thrown) {
      return this.finish(index, failedOutcome(failureOf(thrown)));
    }
  }

  /** A node whose work is that of an earlier one takes over its outcome. */
  private share(planned: PlannedNode): void {
    const original = this.outcomes[planned.first] as NodeOutcome;
    this.digests.share(planned.index, planned.first);
    if (!hasResult(original)) return this.finish(planned.index, original);
    this.cache.hits += 1;
    this.finish(
      planned.index,
      original instanceof HitOutcome ? original : { ...original, status: "hit", attempts: NONE },
    );
  }

  private hit(planned: PlannedNode, entry: Entry): void {
    this.cache.hits += 1;
    this.digests.noteEntry(planned.index, entry);
    this.finish(planned.index, new HitOutcome(entry));
  }

  private compute(planned: PlannedNode): MaybePromise<void> {
    if (this.store !== undefined && planned.fingerprint.isDurable) return this.computeShared(planned, this.store);
    this.cache.misses += 1;
    return this.perform(planned, undefined);
  }

  /** With a store: look by content, then compute under a claim, so that no other process does the same work. */
  private computeShared(planned: PlannedNode, store: Store): MaybePromise<void> {
    const contentKey = this.inputs.contentKeyOf(planned);
    const isRecomputed = this.options.recompute === true;
    return whenReady(
      isRecomputed || contentKey === planned.key ? undefined : findEntry(store, contentKey),
      (byContent) => {
        if (byContent !== undefined) return this.cutOff(planned, byContent, store);
        return whenReady(store.entries.claim(contentKey), (claim) => {
          if (claim.status === "busy") return this.waitFor(planned, store, contentKey, claim);
          return releasing(claim, () =>
            // Between the look-up of the plan and this claim another process may have finished the work.
            whenReady(isRecomputed ? undefined : findEntry(store, contentKey), (late) => {
              if (late !== undefined) return this.hit(planned, late);
              this.cache.misses += 1;
              return this.perform(planned, contentKey);
            }),
          );
        });
      },
    );
  }

  /** The upstream came to the same bytes as before: what was made of them is known. From now on it is found by the new key, too. */
  private cutOff(planned: PlannedNode, entry: Entry, store: Store): MaybePromise<void> {
    this.cache.earlyCutoffs += 1;
    return whenReady(putResult(store, encodeEntry(entry), planned.key, undefined), () => this.hit(planned, entry));
  }

  private async waitFor(
    planned: PlannedNode,
    store: Store,
    contentKey: Digest,
    claim: Extract<Claim, { status: "busy" }>,
  ): Promise<void> {
    try {
      await this.aside(claim.settled(this.stopping.signal));
    } catch (thrown) {
      if (!this.stopping.signal.aborted) throw thrown;
    }
    if (this.stopping.signal.aborted) return this.finish(planned.index, SKIPPED);
    const entry = await findEntry(store, contentKey);
    if (entry !== undefined) return this.hit(planned, entry);
    return this.computeShared(planned, store);
  }

  private perform(planned: PlannedNode, contentKey: Digest | undefined): MaybePromise<void> {
    return whenReady(this.inputs.collect(planned), (inputs) => {
      const job = new NodeJob(planned, inputs, this.environment);
      return whenReady(attemptJob(job, this.retryOf(planned), this.environment), (outcome) => {
        this.running.delete(planned.index);
        if (outcome.status === "failed") return this.fail(planned, job, outcome);
        return whenReady(this.keep(planned, outcome, job, contentKey), (entry) =>
          this.succeed(planned, job, outcome, entry),
        );
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
    const wasStopped = this.stopping.signal.aborted && (failure.kind === "cancelled" || wouldGoOn);
    this.finish(
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
    this.stop();
    const { store } = this;
    if (store === undefined) return;
    for (const dependency of planned.dependencies) {
      const { first } = this.plan.nodes[dependency] as PlannedNode;
      const entry = this.outcomes[first]?.entry;
      if (entry === undefined || (await isIntact(store, entry))) continue;
      const suspect = this.plan.nodes[first] as PlannedNode;
      suspect.entry = entry;
      await quarantineEntries(this.plan, store, [first], `${planned.id} wrote to it`);
    }
  }

  private succeed(
    planned: PlannedNode,
    job: NodeJob,
    outcome: JobOutcome & { status: "succeeded" },
    entry: Entry | undefined,
  ): void {
    this.live.hold(planned.index, outcome.outputs);
    this.finish(planned.index, new ComputedOutcome(job, outcome, entry));
    this.live.makeRoom();
  }

  /** Stores a result. Answers the entry when all of it is kept. */
  private keep(
    planned: PlannedNode,
    outcome: JobOutcome & { status: "succeeded" },
    job: NodeJob,
    contentKey: Digest | undefined,
  ): MaybePromise<Entry | undefined> {
    const { store } = this;
    if (store === undefined || contentKey === undefined) {
      if (this.options.digests === true) this.digests.note(planned.index, digestsOf(outcome.outputs));
      return undefined;
    }
    const encoded = encodeResult(outcome, {
      origin: `${this.options.origin ?? "local"}/${job.place.worker}`,
      createdAtMs: this.clock.epochMs(),
      preimage: this.inputs.preimageOf(planned),
    });
    this.digests.note(planned.index, encoded.digests);
    const alias = contentKey === planned.key ? undefined : planned.key;
    return whenReady(putResult(store, encoded, contentKey, alias), (isKept) => {
      if (!isKept) return this.lost(planned);
      this.cache.stored += 1;
      return encoded.entry;
    });
  }

  private remark({ id }: PlannedNode, message: string): void {
    this.remarks.push(`${id}: ${message}`);
    this.emit?.({ type: "warning", nodeId: id, message });
  }

  private listenerFailed({ type }: RunEvent, reason: string): void {
    const message = `the listener of events threw at ${type}: ${reason}; the run goes on`;
    this.remarks.push(message);
    this.emit?.({ type: "warning", message });
  }

  private lost(planned: PlannedNode): undefined {
    this.cache.notStored += 1;
    if (this.cache.notStored === 1) {
      const reason = this.store?.stats().errors[0] ?? "the store refused it";
      this.remark(planned, `its result could not be kept: ${reason}`);
    }
    return undefined;
  }

  private finish(index: number, outcome: NodeOutcome): void {
    const planned = this.plan.nodes[index] as PlannedNode;
    this.outcomes[index] = outcome;
    if (this.emit !== undefined) this.announce(planned, outcome, this.emit);
    if (outcome.status === "failed") {
      this.hasFailed = true;
      if ((this.options.failureMode ?? "failFast") === "failFast") this.stop();
    }
    this.live.release(planned.dependencies);
    const { starts, targets } = this.dependents;
    for (let at = starts[index] as number; at < (starts[index + 1] as number); at++) {
      const dependent = targets[at] as number;
      const left = (this.waitingFor[dependent] as number) - 1;
      this.waitingFor[dependent] = left;
      if (left === 0) this.ready.push(this.rankOf[dependent] as number);
    }
  }

  private announce(
    { id: nodeId, key }: PlannedNode,
    { status, warnings, durationMs, failure }: NodeOutcome,
    emit: (event: RunEvent) => void,
  ): void {
    for (const message of warnings) emit({ type: "warning", nodeId, message });
    emit({ type: "nodeFinished", nodeId, status, key, durationMs, ...(failure === undefined ? {} : { failure }) });
  }

  /** Cancels what runs and starts nothing more. */
  private stop(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    this.pauses.end();
    for (const jobId of this.running.values()) this.scheduler.cancel(jobId);
    if (this.isIdle) this.isDone?.();
  }

  private skipTheRest(): void {
    for (let index = 0; index < this.outcomes.length; index++) {
      if (this.outcomes[index] === undefined) this.finish(index, SKIPPED);
    }
  }

  private statusOf(wasInterrupted: boolean): RunStatus {
    if (wasInterrupted && this.outcomes.some((outcome) => outcome?.status === "skipped")) return "interrupted";
    if (!this.hasFailed) return "succeeded";
    return this.options.failureMode === "collect" ? "partial" : "failed";
  }

  /** Computes a finished node once more, since its result is neither in memory nor in the store. */
  private async computeAgain(index: number): Promise<Readonly<Record<string, Value>>> {
    const planned = this.plan.nodes[index] as PlannedNode;
    const inputs = await this.inputs.collect(planned);
    const contentKey =
      planned.fingerprint.isDurable && this.store !== undefined ? this.inputs.contentKeyOf(planned) : undefined;
    const job = new NodeJob(planned, inputs, this.environment);
    const outcome = await attemptJob(job, this.retryOf(planned), this.environment);
    this.running.delete(index);
    if (outcome.status === "failed") throw againFailed(planned.id, outcome.failure);
    await this.keep(planned, outcome, job, contentKey);
    return this.live.holdAgain(index, outcome.outputs);
  }

  /** Computes a hit again. When the result differs, the entry and all that came of it are taken out of use. */
  private async selfCheck(planned: PlannedNode, stored: Entry): Promise<void> {
    this.cache.selfChecked += 1;
    const job = new NodeJob(planned, await this.inputs.collect(planned), this.environment);
    const fresh = await attemptJob(job, this.retryOf(planned), this.environment);
    this.running.delete(planned.index);
    if (fresh.status === "failed") {
      // A check that was stopped or ran out of time says nothing about what is stored.
      const message = `${planned.id} could not be checked: ${fresh.failure.message}`;
      if (!this.stopping.signal.aborted) this.remark(planned, message);
      return this.hit(planned, stored);
    }
    if (isConfirmed(stored, fresh)) return this.hit(planned, stored);
    this.cache.selfCheckFailed += 1;
    const reason = `a fresh computation of ${planned.id} differs from what ${stored.origin} stored`;
    this.remark(planned, `${reason}; the entry and what came of it are quarantined`);
    await quarantineEntries(this.plan, this.store as Store, this.downstreamOf(planned.index), reason);
    return this.compute(planned);
  }

  private downstreamOf(index: number): Iterable<number> {
    const { starts, targets } = this.dependents;
    const found = new Set([index]);
    for (const one of found)
      for (const dependent of targets.subarray(starts[one], starts[one + 1])) found.add(dependent);
    return found;
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
