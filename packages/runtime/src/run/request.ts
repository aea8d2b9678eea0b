/** What a command was asked to do, kept in the run folder as `request.json`, so that the run can be done again. */
import { existsSync, readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, hostname, platform } from "node:os";
import { join } from "node:path";
import type { Axis, Design, Point, RunOptions, Value } from "@simloom/pipeline";
import { RuntimeError } from "../errors.ts";

/** Where a run was made, and with what. */
export interface Machine {
  readonly host: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
}

/** A request as it is kept. `document` is the parsed specification; modules are named by path only. */
export interface RunRequest {
  readonly version: 1;
  readonly command: "run" | "sweep";
  /** Absolute path of the specification. */
  readonly source: string;
  readonly document?: unknown;
  /** Which of a domain's graphs, where there are several. */
  readonly task?: string;
  /** The pairs of `--set`. */
  readonly changes: Point;
  readonly seed: number;
  readonly policy: Readonly<Record<string, Value>>;
  readonly arithmetic: "strict" | "fast";
  readonly failureMode?: NonNullable<RunOptions["failureMode"]>;
  readonly axes?: Readonly<Record<string, Axis>>;
  readonly design?: Design;
  readonly machine: Machine;
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    host: hostname(),
    platform: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    node: process.versions.node,
  };
}

/** Reads the request of a run. Errors: RUNT-071 when the folder keeps none, as runs made by a program do. */
export function readRequest(runPath: string): RunRequest {
  const file = join(runPath, "request.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as RunRequest;
  throw new RuntimeError({
    code: "RUNT-071",
    message: `${runPath} does not say what was asked for: it has no request.json`,
    remedy: "Runs made by the command line keep it; run the specification again with simloom run.",
    path: runPath,
  });
}
