/**
 * Which source files stood behind a code fingerprint: one small file per fingerprint, so that a changed fingerprint can be
 * explained by the files that changed.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeFingerprint, Digest } from "@simloom/pipeline";

/** How a file differs between two fingerprints. */
export interface FileChange {
  readonly file: string;
  readonly change: "changed" | "added" | "removed";
}

export class CodeBook {
  private readonly folder: string;
  private readonly written = new Set<Digest>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Keeps the files of fingerprints that are not in the book. A disk that refuses costs explanations, nothing else. */
  learn(fingerprints: Iterable<CodeFingerprint>): void {
    for (const { digest, isDurable, files } of fingerprints) {
      if (!isDurable || files === undefined || this.written.has(digest)) continue;
      this.written.add(digest);
      const path = this.pathOf(digest);
      if (existsSync(path)) continue;
      try {
        mkdirSync(this.folder, { recursive: true });
        const own = `${path}.${process.pid}.tmp`;
        writeFileSync(own, JSON.stringify(files));
        renameSync(own, path);
      } catch {
        return;
      }
    }
  }

  /** Files that differ between two fingerprints; nothing when one of them is not in the book. */
  changes(before: Digest, after: Digest): readonly FileChange[] | undefined {
    const old = this.read(before);
    const now = this.read(after);
    if (old === undefined || now === undefined) return undefined;
    return changedFiles(old, now);
  }

  private read(digest: Digest): Readonly<Record<string, Digest>> | undefined {
    try {
      return JSON.parse(readFileSync(this.pathOf(digest), "utf8")) as Record<string, Digest>;
    } catch {
      return undefined;
    }
  }

  private pathOf(digest: Digest): string {
    return join(this.folder, `${digest}.json`);
  }
}

/** Compares two lists of files by name and digest. */
export function changedFiles(
  before: Readonly<Record<string, Digest>>,
  after: Readonly<Record<string, Digest>>,
): readonly FileChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((file): FileChange[] => {
    if (before[file] === after[file]) return [];
    return [{ file, change: before[file] === undefined ? "added" : after[file] === undefined ? "removed" : "changed" }];
  });
}
