/**
 * Who computes a key, among all processes that share a store. The first live claimant in the order of the log owns the key.
 * Claims of a process vanish with it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Claim, Digest } from "@simloom/pipeline";
import { ClaimKind, ClaimLog } from "./claim-log.ts";
import { wordOf } from "./entry-index.ts";
import type { StoreFolder } from "./folder.ts";
import type { Ledger } from "./ledger.ts";
import type { Owners } from "./owners.ts";

interface Claimant {
  readonly owner: string;
  readonly serial: number;
  readonly log: number;
}

const MOST_TRIES = 8;
/** In place of the number of a log: only this process knows of the claim. */
const LOCAL = Number.POSITIVE_INFINITY;
/** After sharing claims failed, it is tried again so much later. */
const RETRY_MS = 1000;
const LOG_LIMIT_BYTES = 4 << 20;
const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 20;
/** The release of a key whose result is stored may wait so long for company: nobody waits for it. */
const RELEASE_DELAY_MS = 5;
const MOST_FOREIGN_KEYS = 100_000;

export class Claims {
  private readonly owners: Owners;
  private readonly ledger: Ledger;
  private readonly isStored: (key: Digest) => boolean;
  private readonly log: ClaimLog;
  /** Claimants in the order of the log; nearly always one. */
  private readonly claimants = new Map<Digest, Claimant[]>();
  /** The first 32 bits of all keys that others have claimed. */
  private readonly foreign = new Set<number>();
  private isOverrun = false;
  private isOpen = false;
  private releasing: NodeJS.Timeout | undefined;
  private serial = 0;
  private retryAtMs = 0;
  private isClosed = false;

  /** `isStored` looks whether an entry of a key has appeared. */
  constructor(folder: StoreFolder, owners: Owners, ledger: Ledger, isStored: (key: Digest) => boolean) {
    this.owners = owners;
    this.ledger = ledger;
    this.isStored = isStored;
    this.log = new ClaimLog(folder, ({ kind, owner, serial, key }, log) => {
      if (owner !== owners.id) this.noteForeign(key);
      if (kind === ClaimKind.claim) this.add(key, { owner, serial, log });
      else this.remove(key, owner, serial);
    });
  }

  /**
   * Whether this process holds the claim of a key that nobody else has ever claimed, so that nobody else can have stored
   * its result since the claims were opened.
   */
  isOurs(key: Digest): boolean {
    const queue = this.claimants.get(key);
    if (queue?.length !== 1 || queue[0]?.owner !== this.owners.id || queue[0].log === LOCAL) return false;
    return !this.isOverrun && !this.log.hasGap && !this.foreign.has(wordOf(key, 0));
  }

  private noteForeign(key: Digest): void {
    if (this.foreign.size < MOST_FOREIGN_KEYS) this.foreign.add(wordOf(key, 0));
    else this.isOverrun = true;
  }

  /** Cost: one write(2) and one read(2), about 4 µs. The release of a stored result is written along with the next claim. */
  claim(key: Digest): Claim {
    if (this.claimants.has(key)) this.refresh();
    const holder = this.holderOf(key);
    if (holder !== undefined) return this.busy(key, holder);
    const serial = ++this.serial;
    const me = this.owners.id;
    this.announce(key, serial);
    const first = this.holderOf(key);
    if (first !== undefined && (first.owner !== me || first.serial !== serial)) {
      this.release(key, serial);
      return this.busy(key, first);
    }
    let isHeld = true;
    return {
      status: "owner",
      release: () => {
        if (isHeld) this.release(key, serial);
        isHeld = false;
      },
    };
  }

  close(): void {
    this.flush();
    clearTimeout(this.releasing);
    this.log.close();
    this.claimants.clear();
    this.isClosed = true;
  }

  private busy(key: Digest, holder: Claimant): Claim {
    this.ledger.counts.claimsWaitedFor++;
    return {
      status: "busy",
      owner: this.owners.describe(holder.owner),
      settled: async (signal) => {
        for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
          signal.throwIfAborted();
          this.refresh();
          const current = this.holderOf(key);
          const isOver = current === undefined || current.owner !== holder.owner || current.serial !== holder.serial;
          if (isOver || this.isStored(key)) return;
          await sleep(waitMs, undefined, { signal }).catch(() => {});
        }
      },
    };
  }

  /** The first claimant that is alive. Those before it are struck off. */
  private holderOf(key: Digest): Claimant | undefined {
    const queue = this.claimants.get(key);
    while (queue !== undefined) {
      const first = queue[0];
      if (first === undefined) break;
      if (this.owners.isAlive(first.owner)) return first;
      queue.shift();
    }
    this.claimants.delete(key);
    return undefined;
  }

  /** Notes a claim for all to see; where that is not possible, for this process. */
  private announce(key: Digest, serial: number): void {
    const me = this.owners.id;
    if (this.canShare()) {
      try {
        // A seal may come first; then the note does not count.
        for (let tries = 0; tries < MOST_TRIES; tries++) {
          if (this.log.isNext(me, serial, key)) this.add(key, { owner: me, serial, log: this.log.part });
          else this.log.refresh();
          if (this.find(key, me, serial) !== undefined) {
            // Claims from before the log was opened may be gone; what came of them is seen now.
            if (!this.isOpen) this.isStored(key);
            this.isOpen = true;
            return;
          }
        }
      } catch (error) {
        this.ledger.fault("claims cannot be shared with other processes", error);
        this.withdraw(key, serial);
      }
      this.retryAtMs = performance.now() + RETRY_MS;
    }
    this.add(key, { owner: me, serial, log: LOCAL });
  }

  private canShare(): boolean {
    if (this.isClosed || performance.now() < this.retryAtMs) return false;
    if (this.owners.register()) return true;
    this.retryAtMs = performance.now() + RETRY_MS;
    return false;
  }

  private release(key: Digest, serial: number): void {
    const mine = this.find(key, this.owners.id, serial);
    if (mine === undefined) return;
    this.remove(key, this.owners.id, serial);
    if (mine.log === LOCAL || this.isClosed) return;
    try {
      this.log.releaseLater(this.owners.id, serial, key);
      if (this.isStored(key)) this.flushAfter(RELEASE_DELAY_MS);
      else this.log.settle();
      if (this.log.bytes > LOG_LIMIT_BYTES) this.rotate();
    } catch (error) {
      this.fail(error);
    }
  }

  /** A claim that could not be shared is ours alone; others must not find it in the log. */
  private withdraw(key: Digest, serial: number): void {
    try {
      this.log.withdraw(this.owners.id, serial, key);
      this.flushAfter(RETRY_MS);
    } catch (error) {
      this.fail(error);
    }
  }

  private flushAfter(delayMs: number): void {
    if (this.releasing !== undefined) return;
    this.releasing = setTimeout(() => this.flush(), delayMs);
    this.releasing.unref();
  }

  /** What could not be written is tried again: others wait for it. */
  private fail(error: unknown): void {
    this.ledger.fault("the release of a claim cannot be written", error);
    if (!this.isClosed) this.flushAfter(RETRY_MS);
  }

  private flush(): void {
    clearTimeout(this.releasing);
    this.releasing = undefined;
    if (this.isClosed) return;
    try {
      this.log.settle();
    } catch (error) {
      this.fail(error);
    }
  }

  private rotate(): void {
    let needed = LOCAL;
    for (const key of [...this.claimants.keys()]) if (this.holderOf(key) === undefined) this.claimants.delete(key);
    for (const queue of this.claimants.values()) for (const { log } of queue) needed = Math.min(needed, log);
    this.log.rotate(this.owners.id, needed);
    this.log.refresh();
    this.log.settle();
  }

  private refresh(): void {
    if (this.isClosed) return;
    try {
      if (performance.now() >= this.retryAtMs) this.log.refresh();
    } catch (error) {
      this.ledger.fault("claims of other processes cannot be read", error);
    }
  }

  private add(key: Digest, claimant: Claimant): void {
    const queue = this.claimants.get(key);
    if (queue === undefined) this.claimants.set(key, [claimant]);
    else queue.push(claimant);
  }

  private find(key: Digest, owner: string, serial: number): Claimant | undefined {
    return this.claimants.get(key)?.find((claimant) => claimant.owner === owner && claimant.serial === serial);
  }

  private remove(key: Digest, owner: string, serial: number): void {
    const left = this.claimants.get(key)?.filter((claimant) => claimant.owner !== owner || claimant.serial !== serial);
    if (left === undefined || left.length === 0) this.claimants.delete(key);
    else this.claimants.set(key, left);
  }
}
