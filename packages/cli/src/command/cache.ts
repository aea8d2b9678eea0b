import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type DiskStore, openDiskStore, readCase, readFinished } from "@simloom/runtime";
import { Command, InvalidArgumentError } from "commander";
import type {
  CacheGcDocument,
  CacheStatsDocument,
  CacheUnpinDocument,
  CacheVerifyDocument,
} from "../document/cache.ts";
import { bytes, bytesFrom } from "../output/bytes.ts";
import { UsageError } from "../output/error.ts";
import { duration } from "../output/progress.ts";
import { printJson, printLines, runFolder } from "./runs.ts";

interface CacheFlags {
  readonly cache: string;
  readonly json: boolean;
}

type GcFlags = CacheFlags & {
  readonly maxBytes?: number;
  readonly maxAgeDays?: number;
  readonly dryRun: boolean;
  readonly keep: readonly string[];
  readonly out: string;
};

/** `simloom cache`. */
export function command(): Command {
  const cache = new Command("cache").description(
    "The result cache: what is in it, whether it is whole, and cleaning up.",
  );
  cache.addCommand(
    withCacheOptions(new Command("stats"))
      .description("Count what is there.")
      .addHelpText("after", "\nExample: simloom cache stats")
      .action((flags: CacheFlags) => withStore(flags, (store) => stats(store, flags))),
  );
  cache.addCommand(
    withCacheOptions(new Command("verify"))
      .description(
        "Read everything again; what is damaged goes to quarantine and is computed anew when needed. Exit code 1 when there was any.",
      )
      .addHelpText("after", "\nExample: simloom cache verify")
      .action((flags: CacheFlags) => withStore(flags, (store) => verify(store, flags))),
  );
  cache.addCommand(
    withCacheOptions(new Command("gc"))
      .description("Remove results: the ones used longest ago go first, pinned ones stay.")
      .option("--max-bytes <size>", "remove until no more is left than this, such as 500MB or 2GiB", size)
      .option("--max-age-days <days>", "remove what was not used for longer", days)
      .option(
        "--keep <run>",
        "pin the results of a run first (repeatable); see simloom cache unpin",
        (run: string, earlier: readonly string[]) => [...earlier, run],
        [],
      )
      .option("--out <dir>", "parent of the run folders", "runs")
      .option("--dry-run", "only say what would be removed", false)
      .addHelpText("after", "\nExample: simloom cache gc --max-bytes 2GiB --keep r-7f3a --dry-run")
      .action((flags: GcFlags) => withStore(flags, (store) => gc(store, flags))),
  );
  cache.addCommand(
    withCacheOptions(new Command("unpin"))
      .description("Let go of the results of a run that were kept from cleaning up.")
      .argument("<run>", "run id")
      .addHelpText("after", "\nExample: simloom cache unpin r-7f3a")
      .action((run: string, flags: CacheFlags) => withStore(flags, (store) => unpin(store, run, flags))),
  );
  return cache;
}

function withCacheOptions(command: Command): Command {
  return command
    .option("--cache <dir>", "folder of the result cache", join(".simloom", "cache"))
    .option("--json", "one JSON document on standard output", false);
}

async function withStore(flags: CacheFlags, use: (store: DiskStore) => unknown): Promise<void> {
  const directory = resolve(flags.cache);
  if (!existsSync(directory))
    throw new UsageError(`there is no cache in ${directory}`, "Name its folder with --cache.", flags.cache);
  const store = openDiskStore(directory);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

function stats(store: DiskStore, { json }: CacheFlags): void {
  const { oldestIso, newestIso, ...rest } = store.usage();
  const document: CacheStatsDocument = {
    directory: store.directory,
    ...rest,
    ...(oldestIso === undefined ? {} : { oldestIso }),
    ...(newestIso === undefined ? {} : { newestIso }),
  };
  if (json) {
    printJson(document);
    return;
  }
  printLines([
    `${store.directory}: ${rest.entries} results, ${rest.blobs} blobs, ${bytes(rest.bytes)}`,
    ...(oldestIso === undefined || newestIso === undefined
      ? []
      : [`  written from ${day(oldestIso)} to ${day(newestIso)}`]),
    ...(rest.lookups + rest.stores === 0 ? [] : [`  ${workOf(rest)}`]),
    ...(rest.quarantined === 0 ? [] : [`  ${rest.quarantined} damaged ones in quarantine`]),
    ...(rest.pins.length === 0 ? [] : [`  pinned: ${rest.pins.join(", ")}`]),
  ]);
}

/** `120 look-ups at 8 µs each, 16 results and blobs kept at 0.5 ms each`. */
function workOf({ lookups, lookupMs, stores, storeMs }: Omit<CacheStatsDocument, "directory">): string {
  const parts = [
    [lookups, lookupMs, "look-ups"],
    [stores, storeMs, "results and blobs kept"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, ms, what]) => `${count.toLocaleString("en")} ${what} at ${duration(ms / count)} each`)
    .join(", ");
}

async function verify(store: DiskStore, { json }: CacheFlags): Promise<void> {
  const document: CacheVerifyDocument = { directory: store.directory, ...(await store.verify()) };
  const damaged = document.damagedEntries + document.damagedBlobs.length;
  if (damaged > 0) process.exitCode = 1;
  if (json) {
    printJson(document);
    return;
  }
  printLines([
    `${store.directory}: ${document.entries} results and ${document.blobs} blobs are whole${damaged === 0 ? "" : `, ${damaged} damaged`}`,
    ...(document.quarantined.length === 0
      ? []
      : [
          `  in quarantine: ${document.quarantined.slice(0, 10).join(", ")}${document.quarantined.length > 10 ? ", …" : ""}`,
        ]),
  ]);
}

function gc(store: DiskStore, { maxBytes, maxAgeDays, dryRun, keep, out, json }: GcFlags): void {
  if (!dryRun) for (const run of keep) pin(store, run, out);
  const document: CacheGcDocument = {
    directory: store.directory,
    ...store.gc({
      dryRun,
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    }),
  };
  if (json) {
    printJson(document);
    return;
  }
  if (document.status === "busy") {
    printLines([`${store.directory}: another process is cleaning up`]);
    return;
  }
  const { removedEntries, removedBlobs, removedBytes, keptEntries, keptBlobs, keptBytes, pinnedEntries } = document;
  printLines([
    `${store.directory}: ${dryRun ? "would remove" : "removed"} ${removedEntries} results and ${removedBlobs} blobs, ${bytes(removedBytes)}`,
    `  ${dryRun ? "would keep" : "kept"} ${keptEntries} results and ${keptBlobs} blobs, ${bytes(keptBytes)}${pinnedEntries === 0 ? "" : `; ${pinnedEntries} are pinned`}`,
    ...(maxBytes === undefined && maxAgeDays === undefined
      ? ["  no limit was given: only blobs that nothing refers to go; see --max-bytes and --max-age-days"]
      : []),
  ]);
}

function pin(store: DiskStore, run: string, out: string): void {
  const folder = runFolder(run, { out });
  const finished = readFinished(folder);
  const nodes =
    finished.kind === "run"
      ? finished.manifest.nodes
      : finished.sweep.cases.flatMap(({ id }) => readCase(folder, id).nodes);
  const { runId } = finished.kind === "run" ? finished.manifest : finished.sweep;
  store.pin(
    runId,
    nodes.map(({ key }) => key),
  );
}

function unpin(store: DiskStore, run: string, { json }: CacheFlags): void {
  const { pins } = store.usage();
  const matching = pins.filter((name) => name === run || name.startsWith(run));
  const [name] = matching;
  if (name === undefined || matching.length > 1) {
    throw new UsageError(
      `there is no pin ${run}`,
      pins.length === 0 ? "Nothing is pinned." : `There is: ${pins.join(", ")}.`,
      run,
    );
  }
  store.unpin(name);
  if (json) printJson({ directory: store.directory, unpinned: name } satisfies CacheUnpinDocument);
  else printLines([`${name} is not pinned any more`]);
}

function day(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

function size(text: string): number {
  const value = bytesFrom(text);
  if (value === undefined) throw new InvalidArgumentError("Give a size such as 500000000, 500MB or 2GiB.");
  return value;
}

function days(text: string): number {
  const value = Number(text);
  if (text === "" || !(value >= 0 && Number.isFinite(value)))
    throw new InvalidArgumentError("Give a number of days, 0 or more.");
  return value;
}
