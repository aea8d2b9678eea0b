/** Starts the programs that are timed: ours and the peers', one at a time, each in a fresh process. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer, Case } from "./program.ts";

const PROGRAM = fileURLToPath(new URL("./program.js", import.meta.url));
const TIME_LIMIT_MS = 300_000;

/** Runs one of our cases. Errors: what the program wrote, when it fails. */
export function ours(one: Case): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, JSON.stringify(one)], {
    encoding: "utf8",
    timeout: TIME_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`case ${one.name} failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as Answer;
}

/**
 * Runs a case of a peer: a program in `bench/peers`. Nothing when peers are left out, or when it fails, with a word on
 * standard error.
 */
export function peer(
  python: string | undefined,
  program: string,
  one: Readonly<Record<string, unknown>>,
): Answer | undefined {
  if (python === undefined) return undefined;
  const script = join(dirname(python), "../..", `${program}.py`);
  const { status, stdout, stderr } = spawnSync(python, [script], {
    encoding: "utf8",
    input: JSON.stringify(one),
    timeout: TIME_LIMIT_MS,
  });
  if (status === 0) return JSON.parse(stdout) as Answer;
  process.stderr.write(`peer ${program} ${String(one.name)} failed: ${stderr.trim().split("\n").at(-1) ?? status}\n`);
  return undefined;
}

/** Starts a case, or a peer's, and kills it without warning as soon as `isTime` says so. Resolves when it is gone. */
export async function killed(
  command: { readonly file: string; readonly args: readonly string[]; readonly input?: string },
  isTime: () => boolean,
): Promise<void> {
  const child = spawn(command.file, command.args, { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(command.input ?? "");
  const watch = setInterval(() => {
    if (isTime()) child.kill("SIGKILL");
  }, 1);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
}

/** The command that runs one of our cases. */
export function commandOf(one: Case): { readonly file: string; readonly args: readonly string[] } {
  return { file: process.execPath, args: [PROGRAM, JSON.stringify(one)] };
}

/** Calls every contender in turn, so that a busy moment of the machine meets all of them. */
export function inTurns<const N extends string>(
  rounds: number,
  contenders: Readonly<Record<N, (round: number) => readonly number[] | undefined>>,
): Readonly<Record<N, readonly number[]>> {
  const samples = {} as Record<N, number[]>;
  for (const name of Object.keys(contenders) as N[]) samples[name] = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(contenders) as N[]) samples[name].push(...(contenders[name](round) ?? []));
  }
  return samples;
}

/** A folder for one measurement. */
export async function inFreshFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "simloom-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
