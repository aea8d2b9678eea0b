/**
 * Files that a fingerprint was made from, and whether they are still the same. A file counts as unchanged when size, times
 * and inode are; contents are read again when they are not, and when the file was so young when it was read that a later
 * edit could carry the same time.
 */
import { readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Digest, sha256 } from "@simloom/pipeline";

/** One file as it was: path, size, times of content and of inode, inode, SHA-256, and whether its age proves nothing. */
export type InputFile = readonly [
  path: string,
  size: number,
  mtimeMs: number,
  ctimeMs: number,
  inode: number,
  sha256: Digest,
  isYoung: 0 | 1,
];

/** Where Node found a package, looking upwards from a folder. */
export type Resolution = readonly [from: string, name: string, found: string | null];

/** Clocks of file systems tick at most this coarsely. */
const YOUNG_MS = 2000;

/** Looks at each file once; make a new one for each round of questions. */
export class FileLooks {
  private readonly stats = new Map<string, Stats | undefined>();
  private readonly digests = new Map<string, Digest | undefined>();
  private readonly answers = new Map<string, unknown>();
  private readonly found = new Map<string, string | null>();

  /** The file as it is now, for the record. Files that cannot be read are no input. */
  describe(path: string): InputFile | undefined {
    const stat = this.stat(path);
    const digest = this.digest(path);
    if (stat === undefined || digest === undefined) return undefined;
    const { size, mtimeMs, ctimeMs, ino } = stat;
    const isYoung = Date.now() - Math.max(mtimeMs, ctimeMs) < YOUNG_MS ? 1 : 0;
    return [path, size, mtimeMs, ctimeMs, ino, digest, isYoung];
  }

  /** `same` file as on record; `settled` when its bytes are but its record should be renewed; else `changed`. */
  compare(file: InputFile): "same" | "settled" | "changed" {
    const [path, size, mtimeMs, ctimeMs, inode, digest, isYoung] = file;
    const stat = this.stat(path);
    if (stat === undefined || stat.size !== size) return "changed";
    const isUntouched = stat.mtimeMs === mtimeMs && stat.ctimeMs === ctimeMs && stat.ino === inode;
    if (isUntouched && isYoung === 0) return "same";
    return this.digest(path) === digest ? "settled" : "changed";
  }

  isResolvedAlike([from, name, found]: Resolution): boolean {
    return this.resolve(from, name) === found;
  }

  /** The real folder of the package `name` as seen from the folder `from`, or null. */
  resolve(from: string, name: string): string | null {
    const key = `${from}\n${name}`;
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const here = join(from, "node_modules", name);
    const parent = dirname(from);
    const answer =
      this.stat(here) !== undefined ? realpathSync(here) : parent === from ? null : this.resolve(parent, name);
    this.found.set(key, answer);
    return answer;
  }

  digest(path: string): Digest | undefined {
    if (!this.digests.has(path)) {
      let digest: Digest | undefined;
      try {
        digest = sha256(readFileSync(path));
      } catch {
        digest = undefined;
      }
      this.digests.set(path, digest);
    }
    return this.digests.get(path);
  }

  isNewerThan(path: string, timeMs: number): boolean {
    const stat = this.stat(path);
    return stat === undefined || stat.mtimeMs >= timeMs || stat.ctimeMs >= timeMs;
  }

  /** True when an earlier look saw the same file with the same times. */
  isAsSeenBy(earlier: FileLooks | undefined, path: string): boolean {
    const [now, then] = [this.stat(path), earlier?.stat(path)];
    if (now === undefined || then === undefined) return false;
    return (
      now.size === then.size && now.mtimeMs === then.mtimeMs && now.ctimeMs === then.ctimeMs && now.ino === then.ino
    );
  }

  /** Answers `make()`, asked once per name. */
  once<T>(name: string, make: () => T): T {
    if (!this.answers.has(name)) this.answers.set(name, make());
    return this.answers.get(name) as T;
  }

  private stat(path: string): Stats | undefined {
    if (!this.stats.has(path)) this.stats.set(path, statSync(path, { throwIfNoEntry: false }));
    return this.stats.get(path);
  }
}
