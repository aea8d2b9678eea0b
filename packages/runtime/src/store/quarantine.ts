/** Damaged things, kept aside for inspection with the reason. Each is set aside, and counted, once. */
import { appendFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";

export class Quarantine {
  private readonly folder: Pick<StoreFolder, "at">;
  private readonly ledger: Ledger;
  private readonly now: () => number;

  constructor(folder: Pick<StoreFolder, "at">, ledger: Ledger, now: () => number) {
    this.folder = folder;
    this.ledger = ledger;
    this.now = now;
  }

  /** Keeps a copy of `bytes` under `name`, unless somebody did so before. */
  keep(name: string, bytes: Uint8Array, reason: string): void {
    try {
      writeFileSync(this.folder.at("quarantine", name), bytes, { flag: "wx" });
    } catch (error) {
      if (systemCode(error) === "EEXIST") return;
      this.ledger.fault("a damaged record cannot be set aside", error);
    }
    this.note(name, reason);
  }

  /** Moves a file or directory here. False when it was gone already. */
  take(path: string, name: string, reason: string): boolean {
    try {
      renameSync(path, this.folder.at("quarantine", `${name}-${this.now().toString(36)}`));
    } catch (error) {
      if (systemCode(error) === "ENOENT") return false;
      this.ledger.fault("what is damaged cannot be set aside", error);
    }
    this.note(name, reason);
    return true;
  }

  /** Names of what is here. */
  names(): string[] {
    try {
      return readdirSync(this.folder.at("quarantine")).filter((name) => name !== REASONS);
    } catch {
      return [];
    }
  }

  private note(name: string, reason: string): void {
    this.ledger.counts.quarantined++;
    const line = JSON.stringify({ at: new Date(this.now()).toISOString(), name, reason });
    try {
      appendFileSync(this.folder.at("quarantine", REASONS), `${line}\n`);
    } catch (error) {
      this.ledger.fault("the reason of a quarantine cannot be written", error);
    }
  }
}

const REASONS = "reasons.jsonl";
