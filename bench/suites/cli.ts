/** Whole processes of the command line, alternating with a Node that does nothing. */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { inFreshFolder, inTurns } from "../pipeline/processes.ts";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";

const HELP_BUDGET_S = 0.1;
const SHOT_BUDGET_S = 0.4;
const COMMAND = resolve("packages/cli/dist/bundle/bin.js");
const LINK = resolve("examples/fiber/qpsk-3x80km.json");
const SHOT = resolve("examples/mold/use_case_1.yaml");

/** Runs the suite from the repository's root. Takes about half a minute, most of it the first run of the link. */
export async function rows({ isQuick }: SuiteOptions): Promise<Row[]> {
  const rounds = isQuick ? 3 : 15;
  return inFreshFolder((folder) => {
    const run = ["run", LINK, "--cache", join(folder, "cache"), "--out", join(folder, "runs")];
    const cold = secondsOf([COMMAND, ...run], folder);
    const shot = (round: number): readonly string[] => {
      const place = ["--cache", join(folder, `shot-${round}`), "--out", join(folder, "shots")];
      return [COMMAND, "mold", "run-sim", "--scenario", SHOT, ...place];
    };
    const samples = inTurns(rounds, {
      // The first round finds nothing of the command in the page cache of the system; it is not counted.
      nothing: (round) => unlessFirst(round, secondsOf(["-e", "0"], folder)),
      help: (round) => unlessFirst(round, secondsOf([COMMAND, "--help"], folder)),
      latency: (round) => unlessFirst(round, secondsOf([COMMAND, "fiber", "latency", LINK], folder)),
      shot: (round) => unlessFirst(round, secondsOf(shot(round), folder)),
      warm: (round) => unlessFirst(round, secondsOf([COMMAND, ...run], folder)),
    });
    const peer = { name: "node -e 0", samples: samples.nothing };
    return [
      rowOf("simloom --help, whole process", "s", samples.help, { budget: HELP_BUDGET_S, peer }),
      rowOf("simloom fiber latency, whole process", "s", samples.latency, { peer }),
      rowOf("simloom mold run-sim, nothing kept yet, whole process", "s", samples.shot, {
        budget: SHOT_BUDGET_S,
        peer,
      }),
      rowOf("simloom run, demo link, nothing kept yet", "s", [cold], { peer }),
      rowOf("simloom run, demo link, everything reused", "s", samples.warm, { peer }),
    ];
  });
}

function unlessFirst(round: number, seconds: number): readonly number[] | undefined {
  return round === 0 ? undefined : [seconds];
}

function secondsOf(args: readonly string[], folder: string): number {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const seconds = (performance.now() - startedMs) / 1000;
  if (status !== 0) throw new Error(`simloom ${args.slice(1).join(" ")} failed: ${stderr.trim()}`);
  return seconds;
}
