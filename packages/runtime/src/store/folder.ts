/**
 * The directory of a store and its format stamp.
 *
 * ```
 * format                   simloom-store 1 <store id> <crc>
 * packs/log-<n>.pack       records in the order they were written; the first one without a seal is open
 * packs/merged-<n>.pack    what was worth keeping of all logs up to n
 * packs/index              where the records stand, saved when a store is closed
 * blobs/ab/cdef…           large content by its digest
 * claims/<n>.log  owners/<id>   who computes what, who is alive
 * used.log  pins/<name>    what a clean-up needs to know
 * work.log                 what looking up and storing took
 * quarantine/              what was damaged, and why
 * ```
 */
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { RuntimeError } from "../errors.ts";
import { looksLikeStore, setAsideUnreadable, strangerWithin } from "./damaged-stamp.ts";
import { type Ledger, systemCode } from "./ledger.ts";

/** Version of the layout. A store of a newer one is refused. */
export const STORE_FORMAT = 1;

const parts = ["packs", "blobs", "claims", "owners", "pins", "quarantine"] as const;
const ownNames = new Set<string>([...parts, "format", "used.log", "work.log", "gc.lock"]);

export interface StoreFolder {
  readonly path: string;
  /** Start of all checksums. */
  readonly seed: number;
  at(...names: string[]): string;
  /** Makes the directories and the stamp again where they are missing. Throws the system's error. */
  restore(): void;
}

/**
 * Opens the directory, and makes a store of it when it is missing or empty. A store whose stamp is damaged begins anew.
 * Nothing when that is not possible: the reason is in the ledger.
 *
 * @throws RuntimeError RUNT-001 for a newer format, RUNT-002 for a directory with other things in it, RUNT-003 for a file
 * in place of the stamp that is none, in a directory that is no store.
 */
export function openFolder(path: string, ledger: Ledger): StoreFolder | undefined {
  const at = (...names: string[]): string => join(path, ...names);
  const stamp = at("format");
  let text = readStamp(stamp, ledger);
  if (text !== undefined && storeIdOf(text, path) === undefined) {
    if (!looksLikeStore({ at })) throw damagedStamp(path);
    text = undefined;
  }
  if (text === undefined) {
    try {
      makeDirectories(path);
      if (looksLikeStore({ at })) {
        makeDirectories(at("quarantine"));
        setAsideUnreadable({ at }, ledger, () => isSound(stamp, path, ledger));
      } else refuseStrangers(path);
      writeStamp(path, newStamp());
      text = readStamp(stamp, ledger);
    } catch (error) {
      if (error instanceof RuntimeError) throw error;
      ledger.fault("the store's directory cannot be made", error);
    }
  }
  const id = text === undefined ? undefined : storeIdOf(text, path);
  if (text === undefined || id === undefined) return undefined;
  const known = text;
  const folder: StoreFolder = {
    path,
    seed: crc32(id),
    at,
    restore: () => {
      for (const part of parts) makeDirectories(join(path, part));
      if (!existsSync(stamp)) writeStamp(path, known);
    },
  };
  try {
    folder.restore();
  } catch (error) {
    ledger.fault("the store's directories cannot be made", error);
  }
  return folder;
}

/**
 * Makes a directory and those above it. Throws the system's error. Node's own recursive mkdir never returns on file
 * systems that refuse with ENOENT, as `/proc` does.
 */
export function makeDirectories(path: string): void {
  try {
    makeDirectory(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT" || dirname(path) === path) throw error;
    makeDirectories(dirname(path));
    makeDirectory(path);
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

/** Publishes a stamp at once and whole. Somebody else's, if there is one by now, stays. */
function writeStamp(path: string, text: string): void {
  const own = join(path, `.format-${randomBytes(6).toString("hex")}`);
  writeFileSync(own, text);
  try {
    linkSync(own, join(path, "format"));
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function readStamp(path: string, ledger: Ledger): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    const code = systemCode(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") ledger.fault("the store's format stamp cannot be read", error);
    return undefined;
  }
}

function isSound(stamp: string, path: string, ledger: Ledger): boolean {
  const text = readStamp(stamp, ledger);
  return text !== undefined && storeIdOf(text, path) !== undefined;
}

function newStamp(): string {
  const text = `simloom-store ${STORE_FORMAT} ${randomBytes(16).toString("hex")}`;
  return `${text} ${checkOf(text)}\n`;
}

function checkOf(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

/** The id in a stamp; nothing when it is damaged. A stamp of this layout with a wrong checksum says nothing of its version. */
function storeIdOf(stamp: string, path: string): string | undefined {
  const [, text, id, check] = /^(simloom-store \d+ ([0-9a-f]{32})) ([0-9a-f]{8})\n$/.exec(stamp) ?? [];
  if (text !== undefined && checkOf(text) !== check) return undefined;
  const version = Number(/^simloom-store (\d+) /.exec(stamp)?.[1]);
  if (version > STORE_FORMAT) {
    throw new RuntimeError({
      code: "RUNT-001",
      message: `the store in ${path} has format ${version}, and this version reads format ${STORE_FORMAT}`,
      remedy: "Update Simloom, or name another directory for the cache.",
      context: { path, format: version, readable: STORE_FORMAT },
    });
  }
  return id;
}

function refuseStrangers(path: string): void {
  const names = readdirSync(path);
  if (names.includes("format")) return;
  const stranger =
    names.find((name) => !ownNames.has(name) && !name.startsWith(".") && name !== "lost+found") ??
    strangerWithin({ at: (...inner) => join(path, ...inner) });
  if (stranger === undefined) return;
  throw new RuntimeError({
    code: "RUNT-002",
    message: `${path} is no store: it holds ${JSON.stringify(stranger)}`,
    remedy: "Name an empty directory, or one that does not exist yet.",
    context: { path, found: stranger },
  });
}

function damagedStamp(path: string): RuntimeError {
  return new RuntimeError({
    code: "RUNT-003",
    message: `${join(path, "format")} is no format stamp, and there is no store beside it`,
    remedy: "Remove the file, or name another directory for the cache.",
    context: { path },
  });
}
