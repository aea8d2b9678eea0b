import type { CodeFingerprint } from "../key/fingerprint.ts";
import { type Clock, systemClock } from "../schedule/clock.ts";
import type { Entry } from "../store/entry.ts";
import type { Store } from "../store/store.ts";
import type { RunEvent, RunStatus } from "./events.ts";
import { contained } from "./listener.ts";
import { LiveResults } from "./live.ts";
import type { RunOptions } from "./options.ts";
import { type CacheCounts, HitOutcome, type NodeOutcome } from "./outcome.ts";
import { OutputDigests } from "./output-digests.ts";
import type { Plan, PlannedNode } from "./plan.ts";
import { isSelfChecked } from "./self-check.ts";

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
 * All that an execution knows so far, and the one place from which it speaks. It begins with what the store has: a hit
 * whose upstream are hits is settled, and nothing is set up for it.
 */
export class ExecutionState {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly store: Store | undefined;
  readonly clock: Clock;
  readonly emit: ((event: RunEvent) => void) | undefined;
  readonly outcomes: (NodeOutcome | undefined)[];
  readonly digests: OutputDigests;
  readonly live: LiveResults;
  /** Nodes that were settled at the beginning. */
  readonly settledCount: number;
  readonly remarks: string[] = [];
  /** Aborted when nothing more is to start. */
  readonly stopping = new AbortController();
  readonly cache: CacheCounts = {
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
    this.clock = options.clock ?? systemClock;
    const { onEvent } = options;
    this.emit = onEvent && contained(onEvent, (event, message) => this.listenerFailed(event, message));
    this.outcomes = new Array<NodeOutcome | undefined>(count).fill(undefined);
    this.digests = new OutputDigests(count);
    this.settledCount = options.signal?.aborted === true ? 0 : this.settleHits(options.selfCheckShare ?? 0);
    this.live = new LiveResults(plan, {
      keep: options.keep ?? "outputs",
      limitBytes: (options.memoryMb ?? 1024) * 2 ** 20,
      canReadBack: (index) => this.outcomes[index]?.entry !== undefined,
      isSettled: (index) => this.outcomes[index] !== undefined,
    });
  }

  /** A stored result takes the place of computing. */
  hit({ index }: PlannedNode, entry: Entry): NodeOutcome {
    this.cache.hits += 1;
    this.digests.noteEntry(index, entry);
    return new HitOutcome(entry);
  }

  private settleHits(selfCheckShare: number): number {
    const { outcomes } = this;
    const isSettled = (index: number): boolean => outcomes[index] !== undefined;
    let settled = 0;
    for (const planned of this.plan.nodes) {
      const { index, first, entry, dependencies } = planned;
      if (!dependencies.every(isSettled)) continue;
      if (first !== index) {
        this.cache.hits += 1;
        this.digests.share(index, first);
        outcomes[index] = outcomes[first];
      } else if (entry !== undefined && !isSelfChecked(planned, selfCheckShare)) {
        outcomes[index] = this.hit(planned, entry);
      } else continue;
      settled += 1;
    }
    return settled;
  }

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** What the executor has to say of a node. */
  remark({ id }: PlannedNode, message: string): void {
    this.remarks.push(`${id}: ${message}`);
    this.emit?.({ type: "warning", nodeId: id, message });
  }

  /** What stages read beside their inputs is not in their keys: kept results would outlive a change of it. Once per stage. */
  warnOfImpurity(): void {
    const told = new Set<CodeFingerprint>();
    for (const { fingerprint, node } of this.plan.nodes) {
      const { suspicions } = fingerprint;
      if (suspicions === undefined || suspicions.length === 0 || told.has(fingerprint)) continue;
      told.add(fingerprint);
      const message = `the code of stage ${node.stage.name} may depend on more than its key: ${suspicions.join(", ")}. Hand over as configuration or input what it reads, so that a change of it is noticed`;
      this.remarks.push(message);
      this.emit?.({ type: "warning", message });
    }
  }

  /** Tells the listener how a node ended. */
  announce({ id: nodeId, key }: PlannedNode, outcome: NodeOutcome): void {
    const { emit } = this;
    if (emit === undefined) return;
    const { status, warnings, durationMs, failure } = outcome;
    for (const message of warnings) emit({ type: "warning", nodeId, message });
    emit({ type: "nodeFinished", nodeId, status, key, durationMs, ...(failure === undefined ? {} : { failure }) });
  }

  /** The status of the whole, once every node has an outcome. */
  statusOf(wasInterrupted: boolean): RunStatus {
    if (wasInterrupted && this.outcomes.some((outcome) => outcome?.status === "skipped")) return "interrupted";
    if (!this.outcomes.some((outcome) => outcome?.status === "failed")) return "succeeded";
    return this.options.failureMode === "collect" ? "partial" : "failed";
  }

  private listenerFailed({ type }: RunEvent, reason: string): void {
    const message = `the listener of events threw at ${type}: ${reason}; the run goes on`;
    this.remarks.push(message);
    this.emit?.({ type: "warning", message });
  }
}
