/**
 * Which blobs an entry needs, found without knowing how entries are encoded: whatever looks like the digest of a blob that
 * is there is taken for a reference. So a blob may be kept too long, but none that is needed is removed.
 *
 * An encoding may itself stand in a blob; such blobs are looked into. Arrays, the bulk of all blobs, are told apart by
 * their first byte, nearly always.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Digest } from "@simloom/pipeline";

const DIGEST_DIGITS = 64;
/** First bytes of encodings that can refer to others: list, record, array, table, and both kinds of reference. */
const FIRST_CONTAINER_TAG = 7;
const LAST_CONTAINER_TAG = 12;

export class References {
  private readonly paths: ReadonlyMap<Digest, string>;
  private readonly insideBlob = new Map<Digest, readonly Digest[]>();

  /** `paths` are the blobs that are there. */
  constructor(paths: ReadonlyMap<Digest, string>) {
    this.paths = paths;
  }

  /** All blobs that a record needs, by way of others, too. */
  of(record: Uint8Array): readonly Digest[] {
    const found = new Set<Digest>();
    const open = this.mentionedIn(record);
    for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
      if (found.has(digest)) continue;
      found.add(digest);
      open.push(...this.inside(digest));
    }
    return [...found];
  }

  private inside(digest: Digest): readonly Digest[] {
    const known = this.insideBlob.get(digest);
    if (known !== undefined) return known;
    const path = this.paths.get(digest);
    let mentioned: readonly Digest[] = [];
    try {
      if (path !== undefined && mayBeEncoding(path)) mentioned = this.mentionedIn(readFileSync(path));
    } catch {
      // It is gone meanwhile, or cannot be read: it gives nobody a reference.
    }
    this.insideBlob.set(digest, mentioned);
    return mentioned;
  }

  /** Every stretch of 64 digits counts: what follows a digest may happen to look like a digit. */
  private mentionedIn(bytes: Uint8Array): Digest[] {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    const mentioned: Digest[] = [];
    for (const [run] of text.matchAll(/[0-9a-f]{64,}/g)) {
      for (let at = 0; at + DIGEST_DIGITS <= run.length; at++) {
        const digest = run.slice(at, at + DIGEST_DIGITS);
        if (this.paths.has(digest)) mentioned.push(digest);
      }
    }
    return mentioned;
  }
}

function mayBeEncoding(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const first = new Uint8Array(1);
    if (readSync(file, first, 0, 1, 0) === 0) return false;
    const tag = first[0] as number;
    return tag >= FIRST_CONTAINER_TAG && tag <= LAST_CONTAINER_TAG;
  } finally {
    closeSync(file);
  }
}
