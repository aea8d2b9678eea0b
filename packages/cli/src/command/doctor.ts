import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { Command } from "commander";
import type { DoctorDocument } from "../document/doctor.ts";
import { bytes } from "../output/bytes.ts";
import { printJson, printLines } from "./runs.ts";

type Check = DoctorDocument["checks"][number];

/** `simloom doctor`. */
export function command(): Command {
  return new Command("doctor")
    .description(
      "Check what this machine has and say what is missing. Exit code 3 when something is that Simloom cannot do without.",
    )
    .option("--cache <dir>", "folder of the result cache", join(".simloom", "cache"))
    .option("--json", "one JSON document on standard output", false)
    .addHelpText("after", "\nExample: simloom doctor")
    .action(async ({ cache, json }: { readonly cache: string; readonly json: boolean }) => {
      const checks = [
        node(),
        processors(),
        memory(),
        await threads(),
        sharedMemory(),
        simd(),
        cacheFolder(resolve(cache)),
        await fftw(),
        await fonts(),
      ];
      const document: DoctorDocument = { isHealthy: checks.every(({ status }) => status !== "missing"), checks };
      if (!document.isHealthy) process.exitCode = 3;
      if (json) printJson(document);
      else printLines(describeChecks(document));
    });
}

/** A line per check; what is to be done stands below it. */
export function describeChecks({ checks, isHealthy }: DoctorDocument): readonly string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return [
    ...checks.flatMap(({ name, status, found, remedy }) => [
      `${SIGNS[status]} ${name.padEnd(width)}  ${found}`,
      ...(remedy === undefined ? [] : [`  ${" ".repeat(width)}  ${remedy}`]),
    ]),
    isHealthy ? "This machine can run Simloom." : "This machine lacks something that Simloom needs.",
  ];
}

const SIGNS: Readonly<Record<Check["status"], string>> = { ok: "✓", optional: "–", missing: "✗" };

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  return check("node", isNew, process.version, "Install Node 20.19 or newer.");
}

function processors(): Check {
  return {
    name: "processors",
    status: "ok",
    found: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  };
}

function memory(): Check {
  return { name: "memory", status: "ok", found: `${bytes(totalmem())}, ${bytes(freemem())} free` };
}

async function threads(): Promise<Check> {
  const isWorking = await new Promise<boolean>((settle) => {
    try {
      const worker = new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true });
      worker.once("message", () => settle(true));
      worker.once("error", () => settle(false));
    } catch {
      settle(false);
    }
  });
  return check(
    "worker threads",
    isWorking,
    isWorking ? "work" : "cannot be started",
    "Run with --executor inline, or allow threads (ulimit -u).",
  );
}

function sharedMemory(): Check {
  const isThere = typeof SharedArrayBuffer === "function";
  return check(
    "shared memory",
    isThere,
    isThere ? "SharedArrayBuffer" : "none",
    "Start Node without options that turn it off.",
  );
}

/** A module whose one function splats an i32 into a vector: valid only where SIMD is. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17, 11,
]);

function simd(): Check {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: { validate(bytes: Uint8Array): boolean } };
  const isThere = WebAssembly.validate(SIMD_MODULE);
  return check(
    "WebAssembly SIMD",
    isThere,
    isThere ? "works" : "is missing",
    "Use an x86-64 processor with SSE4.1, or an ARM one.",
  );
}

function cacheFolder(directory: string): Check {
  let place = directory;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
    if (existsSync(directory)) probe(directory);
    const { bavail, bsize } = statfsSync(place);
    const free = bavail * bsize;
    if (free < LEAST_SPACE)
      return {
        name: "cache",
        status: "missing",
        found: `${directory}: only ${bytes(free)} free`,
        remedy: "Free space, or choose another place with --cache.",
      };
    return { name: "cache", status: "ok", found: `${directory}: writable, ${bytes(free)} free` };
  } catch (thrown) {
    return {
      name: "cache",
      status: "missing",
      found: `${directory} cannot be written: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      remedy: "Choose another place with --cache, or --cache off.",
    };
  }
}

const LEAST_SPACE = 100e6;

function probe(directory: string): void {
  const file = join(directory, `.doctor-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, "");
  rmSync(file);
}

async function fftw(): Promise<Check> {
  const found = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/opt/homebrew/lib",
  ].flatMap((folder) =>
    ["libfftw3.so.3", "libfftw3.3.dylib"].map((name) => join(folder, name)).filter((path) => existsSync(path)),
  );
  const [path] = found;
  if (path !== undefined) return { name: "FFTW", status: "ok", found: path };
  return {
    name: "FFTW",
    status: "optional",
    found: "not found; needed for --arithmetic fast only",
    remedy: "apt-get install libfftw3-double3, or brew install fftw",
  };
}

async function fonts(): Promise<Check> {
  const { hasFonts } = await import("../report/plot.ts");
  const isThere = await hasFonts();
  return {
    name: "fonts",
    status: isThere ? "ok" : "optional",
    found: isThere ? "text in PNG plots is drawn" : "none: PNG plots have no text (SVG plots have)",
    ...(isThere ? {} : { remedy: "apt-get install fonts-dejavu-core" }),
  };
}

function check(name: string, isGood: boolean, found: string, remedy: string): Check {
  return isGood ? { name, status: "ok", found } : { name, status: "missing", found, remedy };
}
