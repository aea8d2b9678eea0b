/**
 * Executes a plan: one event-driven loop over integer indices. A node starts when all it waits for has ended; the
 * smallest index goes first. Everything that can answer at once does, so a chain of small nodes costs no microtasks.
 */
import type { Source } from "../graph/wire.ts";
import { isValue, preimageBytes, keyOf } from "../key/preimage.ts";
import type { Artifact } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import { type Clock, systemClock } from "../schedule/clock.ts";
import { failureOf, type StageFailure } from "../schedule/failure.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import { noRetry, type RetryPolicy } from "../schedule/retry.ts";
import type { JobOutcome, Scheduler } from "../schedule/scheduler.ts";
import { decodeEntry, encodeEntry, type Entry } from "../store/entry.ts";
import type { Claim, MaybePromise, Store } from "../store/store.ts";
import { type Digest, sha256 } from "../value/digest.ts";
import { decode } from "../value/decode.ts";
import { encode, rememberDigest } from "../value/encode.ts";
import { freeze, type Value } from "../value/value.ts";
import { type Attempt, type AttemptEnvironment, attemptJob, NodeJob } from "./attempts.ts";
import type { NodeStatus, RunEvent, RunStatus } from "./events.ts";
import { LiveResults } from "./live.ts";
import { loadWith } from "./load.ts";
import type { RunOptions } from "./options.ts";
import { type Plan, type PlannedNode, preimageOf } from "./plan.ts";
import { ReadyQueue } from "./ready-queue.ts";

/** What came of one node. */
export interface NodeOutcome {
  readonly status: NodeStatus;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly warnings: readonly string[];
  readonly durationMs: number;
  /** The stored result, when the store has it. */
  readonly entry?: Entry | undefined;
  /** Artifacts in memory, of a computed node. */
  readonly artifacts?: readonly Artifact[];
  readonly attempts?: readonly Attempt[];
  readonly failure?: StageFailure | undefined;
}

/** What came of a plan. */
export interface Execution {
  readonly status: RunStatus;
  readonly outcomes: readonly (NodeOutcome | undefined)[];
  readonly live: LiveResults;
  /** Digests of the outputs of a node by port, where something needed them. */
  readonly digests: readonly (Readonly<Record<string, Digest>> | undefined)[];
  readonly cache: CacheCounts;
}

/** Hits and misses of one run, by distinct work: a node that shares its key with an earlier one counts as a hit. */
export interface CacheCounts {
  hits: number;
  misses: number;
  stored: number;
  /** Results that could not be kept. */
  notStored: number;
  /** Hits found by content after the upstream was computed again to the same bytes. */
  earlyCutoffs: number;
  selfChecked: number;
  selfCheckFailed: number;
}

/** Runs what the plan lacks. Never rejects because of a stage: failures are outcomes. */
export function executePlan(plan: Plan, options: RunOptions): Promise<Execution> {
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
  private readonly digests: (Readonly<Record<string, Digest>> | undefined)[];
  private readonly waitingFor: Int32Array;
  private readonly dependents: number[][];
  private readonly ready = new ReadyQueue();
  private readonly live: LiveResults;
  private readonly running = new Map<number, string>();
  private readonly stopping = new AbortController();
  private readonly retry: RetryPolicy;
  private readonly environment: AttemptEnvironment;
  private readonly maxInFlight: number;
  private inFlight = 0;
  private hasFailed = false;
  private isDone: (() => void) | undefined;
  private readonly cache: CacheCounts = { hits: 0, misses: 0, stored: 0, notStored: 0, earlyCutoffs: 0, selfChecked: 0, selfCheckFailed: 0 };

  constructor(plan: Plan, options: RunOptions) {
    const count = plan.nodes.length;
    this.plan = plan;
    this.options = options;
    this.store = options.store;
    this.ownsScheduler = options.scheduler === undefined;
    this.scheduler = options.scheduler ?? inlineScheduler();
    this.clock = options.clock ?? systemClock;
    this.emit = options.onEvent;
    this.retry = { ...noRetry, ...options.retry };
    this.environment = {
      scheduler: this.scheduler,
      clock: this.clock,
      signal: this.stopping.signal,
      arithmetic: plan.arithmetic,
      emit: this.emit,
      onSubmit: (index, jobId) => this.running.set(index, jobId),
    };
    this.outcomes = new Array<NodeOutcome | undefined>(count).fill(undefined);
    this.digests = new Array<Readonly<Record<string, Digest>> | undefined>(count).fill(undefined);
    this.waitingFor = new Int32Array(count);
    this.live = new LiveResults(plan, options.keep ?? "outputs", (options.memoryMb ?? 1024) * 2 ** 20);
    this.maxInFlight = Math.max(64, 8 * this.scheduler.capabilities().cpu);
    this.dependents = new Array<number[]>(count).fill(NOBODY);
    for (const { index, dependencies } of plan.nodes) {
      this.waitingFor[index] = dependencies.length;
      if (dependencies.length === 0) this.ready.push(index);
      for (const dependency of dependencies) {
        if (this.dependents[dependency] === NOBODY) this.dependents[dependency] = [index];
        else (this.dependents[dependency] as number[]).push(index);
      }
    }
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
    return { status, outcomes: this.outcomes, live: this.live, digests: this.digests, cache: this.cache };
  }

  /** Starts what is ready until the queue is empty, enough is in flight, or the turn is over. */
  private turn(): void {
    const untilMs = this.clock.now() + TURN_MS;
    let sinceLook = 0;
    while (!this.stopping.signal.aborted && this.inFlight < this.maxInFlight) {
      const index = this.ready.pop();
      if (index === undefined) break;
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
    if (this.inFlight === 0 && (this.ready.size === 0 || this.stopping.signal.aborted)) this.isDone?.();
  }

  private settled(): void {
    this.inFlight -= 1;
    this.turn();
  }

  private start(index: number): MaybePromise<void> {
    const planned = this.plan.nodes[index] as PlannedNode;
    if (planned.first !== index) return this.share(planned);
    for (const dependency of planned.dependencies) {
      if (!hasResult(this.outcomes[dependency])) return this.finish(index, SKIPPED);
    }
    try {
      if (planned.entry !== undefined) return this.isSelfChecked(planned) ? this.selfCheck(planned) : this.hit(planned, planned.entry);
      return this.compute(planned);
    } catch (thrown) {
      return this.finish(index, failedOutcome(failureOf(thrown)));
    }
  }

  /** A node whose work is that of an earlier one takes over its outcome. */
  private share(planned: PlannedNode): void {
    const original = this.outcomes[planned.first] as NodeOutcome;
    this.digests[planned.index] = this.digests[planned.first];
    if (!hasResult(original)) return this.finish(planned.index, original);
    this.cache.hits += 1;
    this.finish(planned.index, { ...original, status: "hit", attempts: NONE });
  }

  private hit(planned: PlannedNode, entry: Entry): void {
    this.cache.hits += 1;
    const digests: Record<string, Digest> = {};
    for (const { port, digest } of entry.outputs) digests[port] = digest;
    this.digests[planned.index] = digests;
    const { metrics, warnings, durationMs } = entry;
    this.finish(planned.index, { status: "hit", metrics, warnings, durationMs, entry });
  }

  private compute(planned: PlannedNode): MaybePromise<void> {
    return whenReady(this.collectInputs(planned), (inputs) => {
      if (this.store === undefined || !planned.fingerprint.isDurable) {
        this.cache.misses += 1;
        return this.perform(planned, inputs, undefined, undefined);
      }
      return this.computeShared(planned, inputs, this.store);
    });
  }

  /** With a store: look by content, then compute under a claim, so that no other process does the same work. */
  private computeShared(planned: PlannedNode, inputs: Readonly<Record<string, Value>>, store: Store): MaybePromise<void> {
    const contentKey = this.contentKeyOf(planned);
    const isRecomputed = this.options.recompute === true;
    return whenReady(isRecomputed || contentKey === planned.key ? undefined : this.find(contentKey, store), (byContent) => {
      if (byContent !== undefined) {
        this.cache.earlyCutoffs += 1;
        return this.hit(planned, byContent);
      }
      return whenReady(store.entries.claim(contentKey), (claim) => {
        if (claim.status === "busy") return this.waitFor(planned, inputs, store, contentKey, claim);
        // Between the look-up of the plan and this claim another process may have finished the work.
        return whenReady(isRecomputed ? undefined : this.find(contentKey, store), (late) => {
          if (late !== undefined) {
            claim.release();
            return this.hit(planned, late);
          }
          this.cache.misses += 1;
          return this.perform(planned, inputs, contentKey, claim);
        });
      });
    });
  }

  private async waitFor(
    planned: PlannedNode,
    inputs: Readonly<Record<string, Value>>,
    store: Store,
    contentKey: Digest,
    claim: Extract<Claim, { status: "busy" }>,
  ): Promise<void> {
    await claim.settled(this.stopping.signal);
    if (this.stopping.signal.aborted) return this.finish(planned.index, SKIPPED);
    const entry = await this.find(contentKey, store);
    if (entry !== undefined) return this.hit(planned, entry);
    return this.computeShared(planned, inputs, store);
  }

  private find(key: Digest, store: Store): MaybePromise<Entry | undefined> {
    return whenReady(store.entries.get(key), (record) => {
      if (record === undefined) return undefined;
      const discard = async (thrown: unknown): Promise<undefined> => {
        await store.entries.quarantine(key, thrown instanceof Error ? thrown.message : String(thrown));
        return undefined;
      };
      try {
        const entry = loadWith(store, (blob) => decodeEntry(record, blob));
        return entry instanceof Promise ? entry.catch(discard) : entry;
      } catch (thrown) {
        return discard(thrown);
      }
    });
  }

  private perform(
    planned: PlannedNode,
    inputs: Readonly<Record<string, Value>>,
    contentKey: Digest | undefined,
    claim: Extract<Claim, { status: "owner" }> | undefined,
  ): MaybePromise<void> {
    const job = new NodeJob(planned, inputs, this.environment);
    return whenReady(attemptJob(job, this.retryOf(planned), this.environment), (outcome) => {
      this.running.delete(planned.index);
      if (outcome.status === "failed") {
        claim?.release();
        return this.fail(planned, job, outcome);
      }
      return whenReady(this.keep(planned, outcome, job, contentKey), (entry) => {
        claim?.release();
        this.succeed(planned, job, outcome, entry);
      });
    });
  }

  private retryOf({ node }: PlannedNode): RetryPolicy {
    return node.retry === undefined ? this.retry : { ...this.retry, ...node.retry };
  }

  private fail(planned: PlannedNode, job: NodeJob, outcome: JobOutcome & { status: "failed" }): void {
    const wasStopped = outcome.failure.kind === "cancelled" && this.stopping.signal.aborted;
    const attempts = [...job.earlier, job.record(outcome)];
    this.finish(planned.index, wasStopped ? { ...SKIPPED, attempts } : { ...failedOutcome(outcome.failure, outcome.durationMs), attempts });
  }

  private succeed(planned: PlannedNode, job: NodeJob, outcome: JobOutcome & { status: "succeeded" }, entry: Entry | undefined): void {
    this.live.hold(planned.index, outcome.outputs);
    const { metrics, artifacts, warnings, durationMs } = outcome;
    const last = job.record(outcome);
    const attempts = job.earlier.length === 0 ? [last] : [...job.earlier, last];
    this.finish(planned.index, { status: "computed", metrics, warnings, durationMs, entry, artifacts, attempts });
    this.live.makeRoom((index) => this.outcomes[index]?.entry !== undefined);
  }

  /** Stores a result: blobs first, then the record that refers to them. Answers the entry when all of it is kept. */
  private keep(planned: PlannedNode, outcome: JobOutcome & { status: "succeeded" }, job: NodeJob, contentKey: Digest | undefined): MaybePromise<Entry | undefined> {
    const { store } = this;
    if (store === undefined || contentKey === undefined) return undefined;
    const digests: Record<string, Digest> = {};
    const blobs = new Map<Digest, Uint8Array>();
    const outputs = Object.entries(outcome.outputs).map(([port, value]) => {
      const encoded = encode(value);
      for (const [digest, content] of encoded.blobs) blobs.set(digest, content);
      const digest = rememberDigest(value, sha256(encoded.bytes));
      digests[port] = digest;
      return { port, digest, encoding: encoded.bytes };
    });
    this.digests[planned.index] = digests;
    const artifacts = outcome.artifacts.map(({ name, content }) => {
      const encoded = encode(content as unknown as Value);
      for (const [digest, bytes] of encoded.blobs) blobs.set(digest, bytes);
      return { name, encoding: encoded.bytes };
    });
    const entry: Entry = {
      outputs,
      metrics: outcome.metrics,
      artifacts,
      warnings: outcome.warnings,
      durationMs: outcome.durationMs,
      origin: `${this.options.origin ?? "local"}/${job.place.worker}`,
      createdAtMs: this.clock.epochMs(),
      preimage: preimageBytes(preimageOf(planned, this.plan.arithmetic, (source) => this.nameByContent(planned, source))),
    };
    const { record, blobs: more } = encodeEntry(entry);
    for (const [digest, content] of more) blobs.set(digest, content);
    return whenReady(putAll(store, blobs), (areKept) => {
      if (!areKept) return this.lost(planned);
      const alias = contentKey === planned.key ? undefined : planned.key;
      return whenReady(store.entries.put(contentKey, record, alias), (isKept) => {
        if (!isKept) return this.lost(planned);
        this.cache.stored += 1;
        return entry;
      });
    });
  }

  private lost(planned: PlannedNode): undefined {
    this.cache.notStored += 1;
    if (this.cache.notStored === 1) {
      const reason = this.store?.stats().errors[0] ?? "the store refused it";
      this.emit?.({ type: "warning", nodeId: planned.id, message: `its result could not be kept: ${reason}` });
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
    for (const dependent of this.dependents[index] as readonly number[]) {
      const left = (this.waitingFor[dependent] as number) - 1;
      this.waitingFor[dependent] = left;
      if (left === 0) this.ready.push(dependent);
    }
  }

  private announce({ id: nodeId, key }: PlannedNode, { status, warnings, durationMs, failure }: NodeOutcome, emit: (event: RunEvent) => void): void {
    for (const message of warnings) emit({ type: "warning", nodeId, message });
    emit({ type: "nodeFinished", nodeId, status, key, durationMs, ...(failure === undefined ? {} : { failure }) });
  }

  /** Cancels what runs and starts nothing more. */
  private stop(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    for (const jobId of this.running.values()) this.scheduler.cancel(jobId);
    if (this.inFlight === 0) this.isDone?.();
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

  private collectInputs(planned: PlannedNode): MaybePromise<Readonly<Record<string, Value>>> {
    const { node } = planned;
    const inputs: Record<string, Value> = {};
    let pending: Promise<void>[] | undefined;
    for (const port in node.inputs) {
      const value = this.resolve(planned, node.inputs[port] as Source);
      if (value instanceof Promise) {
        pending ??= [];
        pending.push(
          value.then((settled) => {
            inputs[port] = settled;
          }),
        );
        inputs[port] = null;
      } else inputs[port] = value;
    }
    return pending === undefined ? inputs : Promise.all(pending).then(() => inputs);
  }

  private resolve(planned: PlannedNode, source: Source): MaybePromise<Value> {
    switch (source.kind) {
      case "output":
        return whenReady(this.outputsOf(this.indexOf(planned, source.nodeId)), (outputs) => outputs[source.port] as Value);
      case "metric":
        return this.metricOf(planned, source.nodeId, source.name);
      case "input":
        return planned.case.inputs[source.name] as Value;
      case "value":
        return source.value;
      case "gather": {
        const items = source.items.map((item) => this.resolve(planned, item));
        return items.some((item) => item instanceof Promise) ? Promise.all(items).then((settled) => freeze(settled)) : freeze(items as Value[]);
      }
      default:
        return source satisfies never;
    }
  }

  private metricOf(planned: PlannedNode, nodeId: string, name: string): Value {
    const metric = this.outcomes[this.indexOf(planned, nodeId)]?.metrics[name];
    const value = metric?.value ?? metric?.values;
    if (value === undefined) throw new RangeError(`node ${nodeId} emitted no metric ${name}, which ${planned.id} needs`);
    return value;
  }

  private indexOf(planned: PlannedNode, nodeId: string): number {
    return this.plan.indexOf.get(planned.case.id === "" ? nodeId : `${planned.case.id}/${nodeId}`) as number;
  }

  /** Outputs of a finished node: from memory, from its entry, or, when the store lost them, by computing them again. */
  private outputsOf(index: number): MaybePromise<Readonly<Record<string, Value>>> {
    const planned = this.plan.nodes[index] as PlannedNode;
    const held = this.live.get(planned.first);
    if (held !== undefined) return held;
    const entry = this.outcomes[planned.first]?.entry;
    if (entry === undefined || this.store === undefined) return this.computeAgain(planned.first);
    try {
      const loaded = loadOutputs(this.store, entry);
      if (!(loaded instanceof Promise)) return this.live.holdAgain(planned.first, loaded);
      return loaded.then(
        (outputs) => this.live.holdAgain(planned.first, outputs),
        () => this.computeAgain(planned.first),
      );
    } catch {
      return this.computeAgain(planned.first);
    }
  }

  private async computeAgain(index: number): Promise<Readonly<Record<string, Value>>> {
    const planned = this.plan.nodes[index] as PlannedNode;
    const inputs = await this.collectInputs(planned);
    const contentKey = planned.fingerprint.isDurable && this.store !== undefined ? this.contentKeyOf(planned) : undefined;
    const job = new NodeJob(planned, inputs, this.environment);
    const outcome = await attemptJob(job, this.retryOf(planned), this.environment);
    if (outcome.status === "failed") throw Object.assign(new Error(outcome.failure.message), { failure: outcome.failure });
    await this.keep(planned, outcome, job, contentKey);
    return this.live.holdAgain(index, outcome.outputs);
  }

  private contentKeyOf(planned: PlannedNode): Digest {
    return keyOf(preimageOf(planned, this.plan.arithmetic, (source) => this.nameByContent(planned, source)));
  }

  private nameByContent(planned: PlannedNode, source: Source): string {
    switch (source.kind) {
      case "output": {
        const index = this.indexOf(planned, source.nodeId);
        const digest = this.digests[index]?.[source.port];
        if (digest !== undefined) return `is ${digest}`;
        return isValue(this.live.get((this.plan.nodes[index] as PlannedNode).first)?.[source.port] as Value);
      }
      case "metric":
        return isValue(this.metricOf(planned, source.nodeId, source.name));
      case "input":
        return isValue(planned.case.inputs[source.name] as Value);
      case "value":
        return isValue(source.value);
      case "gather":
        return `list of ${source.items.map((item) => this.nameByContent(planned, item)).join(", ")}`;
      default:
        return source satisfies never;
    }
  }

  private isSelfChecked({ key, fingerprint }: PlannedNode): boolean {
    const share = this.options.selfCheckShare ?? 0;
    return share > 0 && fingerprint.isDurable && Number.parseInt(key.slice(0, 8), 16) < share * 2 ** 32;
  }

  /** Computes a hit again. When the outputs differ, the entry and all that came of it are taken out of use. */
  private async selfCheck(planned: PlannedNode): Promise<void> {
    const stored = planned.entry as Entry;
    const store = this.store as Store;
    this.cache.selfChecked += 1;
    const inputs = await this.collectInputs(planned);
    const outcome = await attemptJob(new NodeJob(planned, inputs, this.environment), this.retry, this.environment);
    const isConfirmed =
      outcome.status === "succeeded" &&
      stored.outputs.every(({ port, digest }) => sha256(encode(outcome.outputs[port] as Value).bytes) === digest);
    if (isConfirmed) return this.hit(planned, stored);
    this.cache.selfCheckFailed += 1;
    const reason = `a fresh computation of ${planned.id} differs from what ${stored.origin} stored`;
    this.emit?.({ type: "warning", nodeId: planned.id, message: `${reason}; the entry and what came of it are quarantined` });
    for (const index of this.downstreamOf(planned.index)) {
      const suspect = this.plan.nodes[index] as PlannedNode;
      if (suspect.entry === undefined) continue;
      await store.entries.quarantine(suspect.key, reason);
      const byContent = this.contentKeyOf(suspect);
      if (byContent !== suspect.key) await store.entries.quarantine(byContent, reason);
      suspect.entry = undefined;
    }
    return this.compute(planned);
  }

  private downstreamOf(index: number): readonly number[] {
    const found = new Set([index]);
    for (const one of found) for (const dependent of this.dependents[one] as readonly number[]) found.add(dependent);
    return [...found];
  }
}

/** Shared by all nodes that nothing waits for; never written to. */
const NOBODY: number[] = [];
const NONE: readonly never[] = Object.freeze([]);
const NO_METRICS: Readonly<Record<string, Metric>> = Object.freeze({});

const SKIPPED: NodeOutcome = Object.freeze({ status: "skipped", metrics: NO_METRICS, warnings: NONE, durationMs: 0 });

function failedOutcome(failure: StageFailure, durationMs = 0): NodeOutcome {
  return { status: "failed", metrics: NO_METRICS, warnings: NONE, durationMs, failure };
}

function hasResult(outcome: NodeOutcome | undefined): boolean {
  return outcome !== undefined && (outcome.status === "hit" || outcome.status === "computed");
}

/** Goes on at once with what is there, or when it comes. */
export function whenReady<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Decodes all outputs of an entry. Throws or rejects when the store has lost content. */
export function loadOutputs(store: Store, entry: Entry): MaybePromise<Readonly<Record<string, Value>>> {
  return loadWith(store, (blob) => {
    const outputs: Record<string, Value> = {};
    for (const { port, encoding } of entry.outputs) outputs[port] = decode(encoding, blob);
    return Object.freeze(outputs);
  });
}

function putAll(store: Store, blobs: ReadonlyMap<Digest, Uint8Array>): MaybePromise<boolean> {
  if (blobs.size === 0) return true;
  return Promise.all([...blobs].map(([digest, content]) => store.blobs.put(digest, content))).then((kept) => kept.every(Boolean));
}
