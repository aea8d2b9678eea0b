/** What is lost when the process is killed without warning in the middle of a run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";
import { commandOf, inFreshFolder, killed, ours, peer } from "./processes.ts";
import type { Case } from "./program.ts";

const COUNT = 1000;
const KILLED_AFTER = 400;

/** Rows of `kill -9` after 400 of 1,000 nodes, then a restart. */
export async function crashRows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const again: number[] = [];
  const inFlight: number[] = [];
  const peerAgain: number[] = [];
  for (let round = 0; round < (isQuick ? 1 : 3); round++) {
    await inFreshFolder(async (folder) => {
      const log = join(folder, "log");
      const one: Case = { name: "logged", count: COUNT, folder: join(folder, "store"), log };
      await killed(commandOf(one), () => linesOf(log).length >= 2 * KILLED_AFTER);
      const before = linesOf(log);
      const finished = new Set(before.filter((line) => line.startsWith("finished")).map(numberOfNode));
      const started = new Set(before.filter((line) => line.startsWith("ran")).map(numberOf));
      ours(one);
      const ranAgain = linesOf(log)
        .slice(before.length)
        .filter((line) => line.startsWith("ran"))
        .map(numberOf);
      again.push(ranAgain.filter((node) => finished.has(node)).length);
      inFlight.push(ranAgain.filter((node) => started.has(node) && !finished.has(node)).length);
      if (python !== undefined)
        peerAgain.push(...(await peersAgain(python, join(folder, "peer"), join(folder, "peer.log"))));
    });
  }
  // checkpointer says nothing when a call is finished: what it ran again is held against what had begun, less the last.
  const beside = { name: "checkpointer", samples: peerAgain };
  return [
    rowOf("kill -9 after 400 of 1,000 nodes: finished nodes run again", "nodes", [Math.max(...again)], {
      budget: 0,
      peer: beside,
    }),
    rowOf("kill -9 after 400 of 1,000 nodes: nodes in flight run again", "nodes", [Math.max(...inFlight)], {
      budget: 1,
    }),
  ];
}

async function peersAgain(python: string, folder: string, log: string): Promise<readonly number[]> {
  const one = { name: "logged", count: COUNT, folder, log };
  const script = join(python, "../../../checkpointer_nodes.py");
  await killed({ file: python, args: [script], input: JSON.stringify(one) }, () => linesOf(log).length >= KILLED_AFTER);
  const before = linesOf(log);
  if (before.length === 0 || peer(python, "checkpointer_nodes", one) === undefined) return [];
  const finished = new Set(before.slice(0, -1));
  return [
    linesOf(log)
      .slice(before.length)
      .filter((line) => finished.has(line)).length,
  ];
}

function linesOf(log: string): readonly string[] {
  try {
    return readFileSync(log, "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}

function numberOf(line: string): number {
  return Number(line.slice(line.indexOf(" ") + 1));
}

/** Ids count from one and leave out the one: `logged`, `logged-2`, … */
function numberOfNode(line: string): number {
  const [, count = "1"] = /-(\d+)$/.exec(line) ?? [];
  return Number(count) - 1;
}
