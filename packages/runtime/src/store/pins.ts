/** Pins: named lists of keys that a clean-up leaves alone. A run pins what its manifest names. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Digest } from "@simloom/pipeline";
import { RuntimeError } from "../errors.ts";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";
import { isKey } from "./record.ts";

export class Pins {
  private readonly folder: StoreFolder;
  private readonly ledger: Ledger;
  private readonly writer: string;

  constructor(folder: StoreFolder, ledger: Ledger, writer: string) {
    this.folder = folder;
    this.ledger = ledger;
    this.writer = writer;
  }

  /** Sets the keys of a pin. False when that could not be kept. @throws RuntimeError RUNT-004 for an unusable name. */
  set(name: string, keys: Iterable<Digest>): boolean {
    const path = this.pathOf(name);
    const own = `${this.folder.at("pins")}/.${name}.${this.writer}`;
    try {
      writeFileSync(
        own,
        [...keys]
          .filter(isKey)
          .map((key) => `${key}\n`)
          .join(""),
      );
      renameSync(own, path);
      return true;
    } catch (error) {
      this.ledger.fault("a pin cannot be written", error);
      return false;
    }
  }

  remove(name: string): void {
    try {
      rmSync(this.pathOf(name), { force: true });
    } catch (error) {
      if (error instanceof RuntimeError) throw error;
      this.ledger.fault("a pin cannot be removed", error);
    }
  }

  names(): string[] {
    try {
      return readdirSync(this.folder.at("pins"))
        .filter((name) => !name.startsWith("."))
        .sort();
    } catch (error) {
      if (systemCode(error) !== "ENOENT") this.ledger.fault("the pins cannot be read", error);
      return [];
    }
  }

  /** All pinned keys. Nothing when a pin cannot be read: then nothing may be cleaned up. */
  keys(): Set<Digest> | undefined {
    const keys = new Set<Digest>();
    for (const name of this.names()) {
      try {
        for (const key of readFileSync(this.pathOf(name), "latin1").split("\n")) if (key !== "") keys.add(key);
      } catch (error) {
        if (systemCode(error) === "ENOENT") continue;
        this.ledger.fault("the pins cannot be read", error);
        return undefined;
      }
    }
    return keys;
  }

  private pathOf(name: string): string {
    if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return this.folder.at("pins", name);
    throw new RuntimeError({
      code: "RUNT-004",
      message: `${JSON.stringify(name)} cannot be the name of a pin`,
      remedy: "Use up to 100 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.",
    });
  }
}
