import { type Point, parseScalar, type Value } from "@simloom/pipeline";
import type { SessionOptions } from "@simloom/runtime";
import { type Command, InvalidArgumentError, Option } from "commander";
import { LackError, UsageError } from "../output/error.ts";

/** Options that all running commands share. */
export interface RunFlags {
  readonly set: Point;
  readonly policy: Point;
  readonly executor: string;
  readonly workers?: number;
  readonly gpus?: readonly string[];
  readonly counter?: Readonly<Record<string, number>>;
  readonly cache?: string;
  readonly out?: string;
  readonly seed?: number;
  readonly arithmetic: "strict" | "fast";
  readonly failureMode?: "failFast" | "continueIndependent" | "collect";
  readonly selfCheck: number;
  readonly timeout?: number;
  readonly attempts: number;
  readonly memory: number;
  readonly report: boolean;
  readonly json: boolean;
}

/** Adds the options of a running command, each with its default and unit. */
export function withRunOptions(command: Command): Command {
  return runOptionsBesideReport(command).option("--report", "write report.html into the run folder", false);
}

/** The same for commands whose report may be copied elsewhere. */
export function withReportingRunOptions(command: Command): Command {
  return runOptionsBesideReport(command).option(
    "--report [path]",
    "write report.html into the run folder, and a copy to this file or folder",
    false,
  );
}

function runOptionsBesideReport(command: Command): Command {
  return withPlanOptions(command)
    .option("--out <dir>", "parent of the run folders (default: runs)")
    .addOption(
      new Option("--failure-mode <mode>", "what a failed node means for the rest").choices([
        "failFast",
        "continueIndependent",
        "collect",
      ]),
    )
    .option("--self-check <share>", "share of hits, 0 to 1, that are computed again and compared", fraction, 0)
    .option("--timeout <ms>", "time limit of one attempt at a node, in ms", positive)
    .option("--attempts <count>", "attempts at a node", wholeFrom(1), 1)
    .option("--memory <MiB>", "results waiting in memory beyond this are read back from the cache", positive, 1024);
}

/** Adds the options that decide what would run. */
export function withPlanOptions(command: Command): Command {
  return withPlaceOptions(
    command
      .option("--set <path=value>", "change one setting (repeatable)", pairs, {})
      .option(
        "--policy <key=value>",
        "set a policy key for all nodes that do not set it themselves (repeatable)",
        pairs,
        {},
      )
      .option("--seed <number>", "seed of all random streams, and of drawn designs", wholeFrom(0))
      .addOption(
        new Option("--arithmetic <class>", "strict gives the same bits everywhere")
          .choices(["strict", "fast"])
          .default("strict"),
      ),
  );
}

/** Adds the options that say where, not what. */
export function withPlaceOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--executor <name>",
        "inline or threads; processes, slurm, pbs and bullmq are not part of this version",
      ).default("threads"),
    )
    .option("--workers <count>", "worker threads (default: one per processor)", wholeFrom(1))
    .option("--gpus <names>", "GPU devices that stages may be given, such as 0,1 (default: none)", names)
    .option("--counter <name=count>", "counter that stages take from, such as licences=2 (repeatable)", counters)
    .option("--cache <dir>", "folder of the result cache, or off (default: .simloom/cache)")
    .option("--json", "one JSON document on standard output", false);
}

/** What a session needs of the options. Errors: exit 3 for executors that this version does not have. */
export function sessionOptions({ executor, workers, gpus, counter, cache, out }: RunFlags): SessionOptions {
  if (executor !== "inline" && executor !== "threads") {
    if (!["processes", "slurm", "pbs", "bullmq"].includes(executor)) {
      throw new UsageError(`there is no executor ${executor}`, "Use inline or threads.", "--executor");
    }
    throw new LackError(
      `the executor ${executor} is not part of this version`,
      "Use inline or threads; cluster executors come with a later version.",
    );
  }
  if (cache !== undefined && /^[a-z]+:\/\//.test(cache)) {
    throw new LackError(`a cache at ${cache} is not part of this version`, "Name a folder, or off.");
  }
  return {
    executor,
    ...(workers === undefined ? {} : { workers }),
    ...(gpus === undefined && counter === undefined
      ? {}
      : {
          slots: { ...(gpus === undefined ? {} : { gpus }), ...(counter === undefined ? {} : { counters: counter }) },
        }),
    ...(cache === undefined ? {} : { cache }),
    ...(out === undefined ? {} : { out }),
  };
}

/** Collects `path=value`; the value is JSON where it is JSON, else text. */
export function pairs(text: string, earlier: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`Write path=value, not ${JSON.stringify(text)}.`);
  const path = text.slice(0, at);
  if (path in earlier) throw new InvalidArgumentError(`${path} is given twice.`);
  return { ...earlier, [path]: parseScalar(text.slice(at + 1)) };
}

/** A whole number from `least` on. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text === "" || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`Give a whole number from ${least} on.`);
    return value;
  };
}

/** Device names with commas between them. */
function names(text: string): readonly string[] {
  const devices = text.split(",").map((name) => name.trim());
  if (devices.includes("") || new Set(devices).size < devices.length)
    throw new InvalidArgumentError("Give different names with commas between them, such as 0,1.");
  return devices;
}

/** Collects `name=count`. */
function counters(text: string, earlier: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const at = text.indexOf("=");
  const name = text.slice(0, at);
  const count = Number(text.slice(at + 1));
  if (at < 1 || text.endsWith("=") || !(count >= 0 && Number.isFinite(count)))
    throw new InvalidArgumentError(`Write name=count, not ${JSON.stringify(text)}.`);
  if (Object.hasOwn(earlier, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...earlier, [name]: count };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("Give a positive number.");
  return value;
}

function fraction(text: string): number {
  const value = Number(text);
  if (text === "" || !(value >= 0 && value <= 1)) throw new InvalidArgumentError("Give a number from 0 to 1.");
  return value;
}
