/**
 * Maps inside stages, shared with threads that nobody else waits for. The thread of the stage and the helpers claim parts
 * from one counter in shared memory, so each part is done once and nobody waits for anybody to hand them out.
 */
import {
  type AnyStage,
  defineItemFunction,
  type Help,
  type InnerMap,
  type Job,
  type JobOutcome,
  partJob,
  type Value,
} from "@simloom/pipeline";
import type { FromWorker, SharedMap, StageReference } from "./protocol.ts";
import { pack, unpack } from "./wire.ts";

const NEXT = 0;
const IS_CLOSED = 1;
const CLAIM_BYTES = 8;

/** Claims the next part; answers nothing when all are claimed, or no more is to be begun. */
function claimPart(claims: Int32Array, partCount: number): number | undefined {
  if (Atomics.load(claims, IS_CLOSED) === 1) return undefined;
  const part = Atomics.add(claims, NEXT, 1);
  return part < partCount ? part : undefined;
}

/** The side of the stage: its maps that are shared, by number. */
export class OwnMaps {
  private readonly say: (message: FromWorker) => void;
  private readonly open = new Map<number, { settle(part: number, outcome: JobOutcome): void }>();
  private last = 0;

  constructor(say: (message: FromWorker) => void) {
    this.say = say;
  }

  /** Calls for help with a map of a job. */
  share(job: number, map: InnerMap): Help {
    const number = ++this.last;
    const claims = new Int32Array(new SharedArrayBuffer(CLAIM_BYTES));
    const parts = new Map<number, PromiseWithResolvers<JobOutcome>>();
    const partAt = (part: number): PromiseWithResolvers<JobOutcome> => {
      const known = parts.get(part) ?? withResolvers<JobOutcome>();
      parts.set(part, known);
      return known;
    };
    this.open.set(number, { settle: (part, outcome) => partAt(part).resolve(outcome) });
    const { apply, partSize, partCount } = map;
    this.say({
      kind: "share",
      job,
      map: number,
      shared: {
        apply: { url: apply.module?.url ?? "", name: apply.name, version: apply.version },
        items: pack(map.items),
        shared: pack(map.shared),
        partSize,
        partCount,
        claims: claims.buffer as SharedArrayBuffer,
      },
    });
    return {
      claim: () => claimPart(claims, partCount) ?? partCount,
      close() {
        Atomics.store(claims, IS_CLOSED, 1);
        return Math.min(Atomics.load(claims, NEXT), partCount);
      },
      partOf: (part) => partAt(part).promise,
      end: () => {
        Atomics.store(claims, IS_CLOSED, 1);
        this.open.delete(number);
        this.say({ kind: "unshare", job, map: number });
      },
    };
  }

  /** A helper has done a part. */
  settle(map: number, part: number, outcome: JobOutcome): void {
    this.open.get(map)?.settle(part, outcome);
  }
}

/** A job that helps, as the scheduler runs it. */
export interface Assistance {
  readonly outcome: Promise<JobOutcome>;
  stop(): void;
}

/** What helping needs of a scheduler. */
export interface HelpingHost {
  /** Starts a job on a slot that nobody waits for; nothing when there is none. `code` is the stage whose fingerprint covers it. */
  assist(job: Job, code: AnyStage): Assistance | undefined;
}

interface Offer {
  /** The job whose stage maps. */
  readonly owner: Job;
  readonly map: InnerMap;
  readonly claims: Int32Array;
  readonly helping: Set<Assistance>;
  /** A helper could not load the function, or died of it: the stage does the rest itself. */
  isHopeless: boolean;
  /** Helpers that have no part yet. */
  starting: number;
  deliver(part: number, outcome: JobOutcome): void;
}

/** The side of the scheduler: maps that want help, oldest first. */
export class OfferedMaps {
  private readonly host: HelpingHost;
  private readonly offers = new Map<string, Offer>();

  constructor(host: HelpingHost) {
    this.host = host;
  }

  /** True while a map has parts that nobody has. */
  get isHelpWanted(): boolean {
    for (const offer of this.offers.values()) if (partsLeft(offer) > 0) return true;
    return false;
  }

  /** Takes in a map of a running job; `deliver` sends what came of a part to the thread of that job. */
  add(
    job: number,
    number: number,
    about: Pick<Offer, "owner" | "deliver">,
    { apply, items, shared, partSize, partCount, claims }: SharedMap,
  ): void {
    const map: InnerMap = {
      apply: standIn(apply),
      items: unpack(items) as readonly Value[],
      shared: unpack(shared),
      partSize,
      partCount,
    };
    this.offers.set(`${job}/${number}`, {
      ...about,
      map,
      claims: new Int32Array(claims),
      helping: new Set(),
      isHopeless: false,
      starting: 0,
    });
    this.lend();
  }

  /** Starts helpers as long as there are parts and slots that nobody waits for. */
  lend(): void {
    for (const offer of this.offers.values()) while (partsLeft(offer) > offer.starting && this.help(offer));
  }

  /** The stage needs no more of a map: helpers that are still at it stop. */
  remove(job: number, number: number): void {
    this.drop(`${job}/${number}`);
  }

  /** A job has ended, however: so have all its maps. */
  removeAll(job: number): void {
    if (this.offers.size === 0) return;
    for (const key of [...this.offers.keys()]) if (key.startsWith(`${job}/`)) this.drop(key);
  }

  private drop(key: string): void {
    const offer = this.offers.get(key);
    if (offer === undefined) return;
    this.offers.delete(key);
    Atomics.store(offer.claims, IS_CLOSED, 1);
    for (const assistance of offer.helping) assistance.stop();
  }

  /** One part on one slot; false when there is no slot. */
  private help(offer: Offer): boolean {
    const { owner, map, claims, helping, deliver } = offer;
    const { memoryMb } = owner.resources;
    let part: number | undefined;
    let isStarting = true;
    const started = (): void => {
      if (isStarting) offer.starting -= 1;
      isStarting = false;
    };
    const job: Job = {
      ...partJob(owner, map, map.partCount),
      // Asked for when the thread is there and knows the function: a part that is claimed is a part that is done.
      get inputs() {
        started();
        part ??= claimPart(claims, map.partCount);
        return partJob(owner, map, part ?? map.partCount).inputs;
      },
      attempt: 1,
      resources: { cpu: 1, gpu: 0, ...(memoryMb === undefined ? {} : { memoryMb }) },
      timeoutMs: undefined,
    };
    const assistance = this.host.assist(job, owner.stage);
    if (assistance === undefined) return false;
    offer.starting += 1;
    helping.add(assistance);
    void assistance.outcome.then((outcome) => {
      started();
      helping.delete(assistance);
      if (outcome.status === "failed" && outcome.failure.item === undefined) offer.isHopeless = true;
      if (part !== undefined) deliver(part, outcome);
    });
    return true;
  }
}

/** Parts that nobody has, as far as helpers are wanted. */
function partsLeft({ claims, map, isHopeless }: Offer): number {
  if (isHopeless || Atomics.load(claims, IS_CLOSED) === 1) return 0;
  return Math.max(0, map.partCount - Atomics.load(claims, NEXT));
}

/** What the scheduler knows of a function that it never calls itself. */
function standIn({ url, name }: StageReference): InnerMap["apply"] {
  return defineItemFunction({ url }, name, () => {
    throw new Error(`${name} is applied by workers only`);
  });
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
