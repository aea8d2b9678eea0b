import type { JobOutcome } from "../schedule/scheduler.ts";
import type { Entry } from "../store/entry.ts";
import type { MaybePromise, Store } from "../store/store.ts";
import type { Digest } from "../value/digest.ts";
import type { NodeJob } from "./attempts.ts";
import type { ExecutionState } from "./execution-state.ts";
import type { Inputs } from "./inputs.ts";
import { encodeResult, putResult, whenReady } from "./kept.ts";
import type { PlannedNode } from "./plan.ts";

/** Keeps fresh results of one execution: stored where there is a store, and known by their digests where that is asked. */
export class Keeping {
  private readonly state: ExecutionState;
  private readonly inputs: Inputs;

  constructor(state: ExecutionState, inputs: Inputs) {
    this.state = state;
    this.inputs = inputs;
  }

  /** Stores a result under its content key, where it has one. Answers the entry when all of it is kept. */
  keep(
    planned: PlannedNode,
    outcome: JobOutcome & { status: "succeeded" },
    job: NodeJob,
    contentKey: Digest | undefined,
  ): MaybePromise<Entry | undefined> {
    const { store, options, digests, cache, clock } = this.state;
    if (store === undefined || contentKey === undefined) {
      if (options.digests === true) digests.noteUnkept(planned.index, outcome.outputs);
      return undefined;
    }
    const encoded = encodeResult(outcome, {
      origin: `${options.origin ?? "local"}/${job.place.worker}`,
      createdAtMs: clock.epochMs(),
      preimage: this.inputs.preimageOf(planned),
    });
    digests.note(planned.index, encoded.digests);
    const alias = contentKey === planned.key ? undefined : planned.key;
    return whenReady(putResult(store, encoded, contentKey, alias), (isKept) => {
      if (!isKept) return this.lost(planned, store);
      cache.stored += 1;
      return encoded.entry;
    });
  }

  /** A store that loses one result often loses many: the first is worth a word. */
  private lost(planned: PlannedNode, store: Store): undefined {
    const { cache } = this.state;
    cache.notStored += 1;
    if (cache.notStored > 1) return;
    this.state.remark(planned, `its result could not be kept: ${store.stats().errors[0] ?? "the store refused it"}`);
  }
}
