/** The command `npm run bench`: builds, runs each suite in a process of its own, prints and keeps what was measured. */
import { fork, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Machine, thisMachine } from "./machine.ts";
import { isWithinBudget, type Row, type SuiteOptions } from "./row.ts";
import { markdownOf, tableOf } from "./table.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The suites, and the packages that must be built for them. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  pipeline: ["packages/runtime"],
  cli: ["packages/cli"],
  fft: ["packages/numerics"],
  "split-step": ["packages/fiber"],
  kernel: ["packages/kernel"],
  amplitude: ["packages/amplitude"],
  ode: ["packages/solve"],
  ensemble: ["packages/mold"],
  minimise: ["packages/solve"],
  sample: ["packages/solve"],
};

const USAGE = `npm run bench [-- --json] [--markdown] [--suite name]… [--no-peers] [--no-build] [--quick]

  --json       one document on standard output: {machine, peers, rows}
  --markdown   the table as Markdown
  --suite      ${Object.keys(SUITES).join(", ")}; all when it is left out
  --no-peers   leaves out the other tools; else they are installed into bench/peers/.venv
  --no-build   measures what is built already
  --quick      fewer repetitions, smaller sizes: figures not to be quoted

Example: npm run bench -- --suite fft
`;

interface Report {
  readonly machine: Machine;
  /** "ready", with the reasons why some are left out, or why there are none of Python. */
  readonly peers: string;
  readonly rows: readonly Row[];
}

/** Runs the command; answers its exit code: 0 measured, 1 a suite or the build failed, 2 wrong usage. */
export async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (!options["no-build"] && !hasBuilt(options.suite)) return 1;
  const machine = thisMachine();
  const peers = options["no-peers"] ? "left out by --no-peers" : setUpPeers();
  if (peers !== "ready") process.stderr.write(`Not all peers take part: ${peers}\n`);
  const suiteOptions: SuiteOptions = {
    isQuick: options.quick,
    python: peers.startsWith("ready") ? join(ROOT, "bench/peers/.venv/bin/python") : undefined,
    numbalsoda: options["no-peers"] ? undefined : installed("bench/peers/.venv-numbalsoda", "bin/python"),
    cvode: options["no-peers"] ? undefined : installed("bench/peers/.cvode", ""),
  };
  const report = { machine, peers, rows: [] as Row[] } satisfies Report;
  const file = resultFile();
  let hasFailed = false;
  for (const name of options.suite) {
    process.stderr.write(`suite ${name} …\n`);
    const measured = await runSuite(name, suiteOptions);
    if (measured === undefined) {
      hasFailed = true;
      process.stderr.write(`suite ${name} failed\n`);
    } else report.rows.push(...measured);
    writeFileSync(file, `${JSON.stringify(report, undefined, 1)}\n`);
  }
  process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 1)}\n` : textOf(report, options.markdown));
  return hasFailed ? 1 : 0;
}

function optionsOf(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean", default: false },
        markdown: { type: "boolean", default: false },
        suite: { type: "string", multiple: true, default: Object.keys(SUITES) },
        "no-peers": { type: "boolean", default: false },
        "no-build": { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const unknown = values.suite.find((name) => SUITES[name] === undefined);
    return unknown === undefined ? values : `There is no suite ${unknown}.`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** Compiles the packages and notes the fingerprints of their stages, as a release does. */
function hasBuilt(suites: readonly string[]): boolean {
  const packages = [...new Set(["packages/runtime", ...suites.flatMap((name) => SUITES[name] ?? [])])];
  const steps = [
    [join(ROOT, "node_modules/typescript/bin/tsc"), "-b", ...packages],
    [join(ROOT, "scripts/build/packages.mjs")],
  ];
  return steps.every((step) => spawnSync(process.execPath, step, { cwd: ROOT, stdio: ["ignore", 2, 2] }).status === 0);
}

function setUpPeers(): string {
  const { status, stderr, error } = spawnSync(join(ROOT, "bench/peers/setup"), { encoding: "utf8" });
  const reasons = (stderr ?? "").split("\n").filter((line) => line.startsWith("bench/peers/setup"));
  if (status === 0) return ["ready", ...reasons].join("; ");
  return error?.message ?? (reasons.join("; ") || `bench/peers/setup ended with ${status}`);
}

/** A file of what a script of bench/peers installed completely. */
function installed(folder: string, file: string): string | undefined {
  return existsSync(join(ROOT, folder, "installed.txt")) ? join(ROOT, folder, file) : undefined;
}

function runSuite(name: string, options: SuiteOptions): Promise<readonly Row[] | undefined> {
  const program = fileURLToPath(new URL("./run-suite.js", import.meta.url));
  return new Promise((resolve) => {
    let rows: readonly Row[] | undefined;
    const child = fork(program, [name, JSON.stringify(options)], { cwd: ROOT, stdio: ["ignore", 2, 2, "ipc"] });
    child.on("message", (message) => {
      rows = message as readonly Row[];
    });
    child.on("error", () => resolve(undefined));
    child.on("close", () => resolve(rows));
  });
}

/** One file per run, so that a change can be held against what was before; written after each suite. */
function resultFile(): string {
  const folder = join(ROOT, "bench/results");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${new Date().toISOString().replace(/[:.]/g, "-")}.json`);
}

function textOf({ machine, peers, rows }: Report, isMarkdown: boolean): string {
  const budgeted = rows.filter((row) => row.budget !== undefined);
  const within = budgeted.filter(isWithinBudget).length;
  const where = `${machine.cpu}, ${machine.processors} processors, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}; load before ${machine.loadBefore.toFixed(1)}`;
  const table = isMarkdown ? markdownOf(rows) : tableOf(rows);
  return `${where}\npeers: ${peers}\n\n${table}\n\n${within} of ${budgeted.length} budgets kept\n`;
}
