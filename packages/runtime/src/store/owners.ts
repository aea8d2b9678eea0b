/**
 * The processes that use a store, and which of them are alive.
 *
 * An owner is dead when its file is gone, when its process is gone from this host (a recycled process number is told apart
 * by the start time), or when its heartbeat stopped for too long: that covers other hosts, containers and hung processes.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync, utimes, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { removeFile, statusOf } from "./files.ts";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";

export interface OwnerOptions {
  /** Between two signs of life. */
  readonly heartbeatMs: number;
  /** After so long without a sign of life, a process elsewhere counts as dead. */
  readonly silentAfterMs: number;
  /** The same for a process of this host that is still there. Long: a stage that computes on the main thread is silent, too. */
  readonly hungAfterMs: number;
}

interface OwnerRecord {
  readonly pid: number;
  readonly host: string;
  /** Start of the process in clock ticks since boot, or empty where the system does not tell. */
  readonly started: string;
}

export class Owners {
  /** 24 hexadecimal digits, drawn anew for each store that is opened. */
  readonly id = randomBytes(12).toString("hex");
  private readonly folder: StoreFolder;
  private readonly ledger: Ledger;
  private readonly options: OwnerOptions;
  private readonly records = new Map<string, OwnerRecord>();
  private readonly dead = new Set<string>();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(folder: StoreFolder, ledger: Ledger, options: OwnerOptions) {
    this.folder = folder;
    this.ledger = ledger;
    this.options = options;
  }

  /** Makes this process known, once; whether it is. */
  register(): boolean {
    if (this.heartbeat !== undefined) return true;
    if (!this.write()) return false;
    this.heartbeat = setInterval(() => {
      const now = new Date();
      utimes(this.path(this.id), now, now, (error) => {
        if (error !== null && this.heartbeat !== undefined) this.write();
      });
    }, this.options.heartbeatMs);
    this.heartbeat.unref();
    return true;
  }

  /** Cost: some µs for a process of this host. */
  isAlive(id: string): boolean {
    if (id === this.id) return true;
    if (this.dead.has(id)) return false;
    if (this.looksAlive(id)) return true;
    this.dead.add(id);
    this.records.delete(id);
    removeFile(this.path(id), this.ledger);
    return false;
  }

  /** Who an owner is, for people: `pid 4711`. */
  describe(id: string): string {
    const record = this.recordOf(id);
    if (record === undefined) return id;
    return record.host === thisHost() ? `pid ${record.pid}` : `pid ${record.pid} on ${record.host.split(" ")[0]}`;
  }

  close(): void {
    clearInterval(this.heartbeat);
    if (this.heartbeat !== undefined) removeFile(this.path(this.id), this.ledger);
    this.heartbeat = undefined;
  }

  private write(): boolean {
    const record: OwnerRecord = { pid: process.pid, host: thisHost(), started: startOf(process.pid) };
    try {
      writeFileSync(this.path(this.id), JSON.stringify(record));
      return true;
    } catch (error) {
      this.ledger.fault("claims cannot be shared with other processes", error);
      return false;
    }
  }

  private looksAlive(id: string): boolean {
    const record = this.recordOf(id);
    if (record === undefined) return false;
    const isHere = record.host === thisHost();
    if (isHere && !isRunning(record)) return false;
    const status = statusOf(this.path(id));
    if (status === undefined) return false;
    return Date.now() - status.mtimeMs < (isHere ? this.options.hungAfterMs : this.options.silentAfterMs);
  }

  private recordOf(id: string): OwnerRecord | undefined {
    const known = this.records.get(id);
    if (known !== undefined) return known;
    try {
      const { pid, host, started } = JSON.parse(readFileSync(this.path(id), "utf8")) as OwnerRecord;
      const record = { pid: Number(pid), host: String(host), started: String(started) };
      this.records.set(id, record);
      return record;
    } catch {
      return undefined;
    }
  }

  private path(id: string): string {
    return this.folder.at("owners", id);
  }
}

function isRunning(record: OwnerRecord): boolean {
  try {
    process.kill(record.pid, 0);
  } catch (error) {
    if (systemCode(error) !== "EPERM") return false;
  }
  return record.started === startOf(record.pid);
}

/** Field 22 of `/proc/<pid>/stat`, behind the name in brackets; a process that only waits to be reaped does not count. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "gone" : (fields[19] ?? "");
  } catch {
    return "";
  }
}

let host: string | undefined;

/** Where process numbers mean the same: host, boot and, in containers, the name space of process numbers. */
function thisHost(): string {
  host ??= [
    hostname(),
    textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1")),
    textOf(() => readlinkSync("/proc/self/ns/pid")),
  ].join(" ");
  return host;
}

function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return "";
  }
}
