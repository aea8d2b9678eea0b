/**
 * Executes a plan: what the store has is settled at once, and the rest by one event-driven loop over integer indices. A node
 * starts when all it waits for has ended. Everything that can answer at once does, so a chain of small nodes costs no
 * microtasks.
 */

import { dependentsOf } from "../graph/dependents.ts";
import { failureOf } from "../schedule/failure.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { Entry } from "../store/entry.ts";
import type { MaybePromise } from "../store/store.ts";
import { checkAdmission } from "./admission.ts";
import { Computing } from "./computing.ts";
import { type Execution, ExecutionState } from "./execution-state.ts";
import type { RunOptions } from "./options.ts";
import { failedOutcome, HitOutcome, hasResult, NONE, type NodeOutcome, SKIPPED } from "./outcome.ts";
import type { Plan, PlannedNode } from "./plan.ts";
import { Readiness } from "./readiness.ts";
import { isSelfChecked } from "./self-check.ts";
import { urgenciesOf } from "./urgency.ts";

/**
 * Runs what the plan lacks. Never rejects because of a stage: failures are outcomes.
 * Errors, before anything runs: PIPE-028 and PIPE-029 for what the scheduler can never run.
 */
export async function executePlan(plan: Plan, options: RunOptions): Promise<Execution> {
  const state = new ExecutionState(plan, options);
  const isComplete = state.settledCount === plan.nodes.length;
  const executor = isComplete ? undefined : new Executor(state);
  const hitCount = plan.nodes.filter(({ entry }) => entry !== undefined).length;
  state.emit?.({ type: "runStarted", nodeCount: plan.nodes.length, hitCount });
  if (state.store !== undefined) state.warnOfImpurity();
  await announceSettled(state);
  await executor?.run();
  const { outcomes, live, digests, cache, remarks } = state;
  const status = state.statusOf(options.signal?.aborted ?? false);
  state.emit?.({ type: "runFinished", status });
  return { status, outcomes, live, digests, cache, remarks };
}

/** How long the loop may run before timers and signals get their turn. */
const TURN_MS = 25;

/** Tells the listener, where there is one, what was settled at the beginning. */
async function announceSettled(state: ExecutionState): Promise<void> {
  const { plan, clock, emit, outcomes } = state;
  if (emit === undefined) return;
  let untilMs = clock.now() + TURN_MS;
  for (const planned of plan.nodes) {
    const outcome = outcomes[planned.index];
    if (outcome === undefined) continue;
    state.announce(planned, outcome);
    if (planned.index % 32 > 0 || clock.now() <= untilMs) continue;
    await new Promise<void>((resolve) => clock.after(0, resolve));
    untilMs = clock.now() + TURN_MS;
  }
}

class Executor {
  private readonly state: ExecutionState;
  private readonly scheduler: Scheduler;
  private readonly ownsScheduler: boolean;
  private readonly readiness: Readiness;
  private readonly computing: Computing;
  private readonly maxInFlight: number;
  private inFlight = 0;
  /** Nodes that only wait: for their next attempt, or for another process. They hold up nobody. */
  private waitingAside = 0;
  private isDone: (() => void) | undefined;

  constructor(state: ExecutionState) {
    const { plan, options } = state;
    const isSettled = (index: number): boolean => state.outcomes[index] !== undefined;
    this.ownsScheduler = options.scheduler === undefined;
    this.scheduler = options.scheduler ?? inlineScheduler();
    // Schedulers that were given are asked when the run is planned.
    if (this.ownsScheduler)
      checkAdmission(plan.cases[0]?.graph.name ?? "", plan.nodes, this.scheduler.capabilities(), this.scheduler.name);
    this.maxInFlight = Math.max(64, 8 * this.scheduler.capabilities().cpu);
    const waitsFor = plan.nodes.map(({ dependencies }) => dependencies);
    const dependents = dependentsOf(waitsFor, isSettled);
    const urgencies = urgenciesOf(plan.nodes, dependents, options.timings);
    this.readiness = new Readiness(plan.nodes, dependents, urgencies, isSettled);
    this.state = state;
    this.computing = new Computing(this.state, {
      scheduler: this.scheduler,
      urgencies: urgencies.urgencies,
      finish: (index, outcome) => this.finish(index, outcome),
      hit: (planned, entry) => this.hit(planned, entry),
      stop: () => this.stop(),
      aside: (wait) => this.aside(wait),
      downstreamOf: (index) => this.readiness.downstreamOf(index),
    });
  }

  async run(): Promise<void> {
    const { options, outcomes } = this.state;
    const { signal } = options;
    const interrupt = (): void => this.stop();
    if (signal?.aborted) interrupt();
    signal?.addEventListener("abort", interrupt, { once: true });
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
    for (let index = 0; index < outcomes.length; index++)
      if (outcomes[index] === undefined) this.finish(index, SKIPPED);
  }

  /** Starts what is ready until the queue is empty, enough is in flight, or the turn is over. */
  private turn(): void {
    const { clock } = this.state;
    const untilMs = clock.now() + TURN_MS;
    let sinceLook = 0;
    while (!this.state.isStopping && this.inFlight < this.maxInFlight) {
      const index = this.readiness.next();
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
        if (clock.now() > untilMs) {
          clock.after(0, () => this.turn());
          return;
        }
      }
    }
    if (this.isIdle && (this.readiness.isEmpty || this.state.isStopping)) this.isDone?.();
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
    const { plan, options, outcomes } = this.state;
    const planned = plan.nodes[index] as PlannedNode;
    if (planned.first !== index) return this.share(planned);
    for (const dependency of planned.dependencies) {
      if (!hasResult(outcomes[dependency])) return this.finish(index, SKIPPED);
    }
    const { entry } = planned;
    try {
      if (entry === undefined) return this.computing.compute(planned);
      const isChecked = isSelfChecked(planned, options.selfCheckShare ?? 0);
      return isChecked ? this.computing.selfCheck(planned, entry) : this.hit(planned, entry);
    } catch (thrown) {
      return this.finish(index, failedOutcome(failureOf(thrown)));
    }
  }

  /** A node whose work is that of an earlier one takes over its outcome. */
  private share(planned: PlannedNode): void {
    const { outcomes, digests, cache } = this.state;
    const original = outcomes[planned.first] as NodeOutcome;
    digests.share(planned.index, planned.first);
    if (!hasResult(original)) return this.finish(planned.index, original);
    cache.hits += 1;
    const isHit = original instanceof HitOutcome;
    this.finish(planned.index, isHit ? original : { ...original, status: "hit", attempts: NONE });
  }

  private hit(planned: PlannedNode, entry: Entry): void {
    this.finish(planned.index, this.state.hit(planned, entry));
  }

  private finish(index: number, outcome: NodeOutcome): void {
    const { plan, options, outcomes, live, emit } = this.state;
    const planned = plan.nodes[index] as PlannedNode;
    outcomes[index] = outcome;
    if (emit !== undefined) this.state.announce(planned, outcome);
    if (outcome.status === "failed" && (options.failureMode ?? "failFast") === "failFast") this.stop();
    live.release(planned.dependencies);
    this.readiness.release(index);
  }

  /** Cancels what runs and starts nothing more. */
  private stop(): void {
    if (this.state.isStopping) return;
    this.state.stopping.abort();
    this.computing.stop();
    if (this.isIdle) this.isDone?.();
  }
}
