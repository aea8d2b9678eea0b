/** Worker threads, and waiting side by side. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";
import { inTurns, ours } from "./processes.ts";
import type { Answer, Case } from "./program.ts";

const DISPATCH_BUDGET_US = 80;
const SPEED_UP_BUDGET = 1.8;
/** Eight waits of 10 ms in four slots take 20 ms, and timers of Node up to 1 ms more each. */
const SLEEPS_BUDGET_MS = 22;

/** Rows of dispatch, speed-up and slots. */
export async function workerRows({ isQuick }: SuiteOptions): Promise<Row[]> {
  const rounds = isQuick ? 2 : 5;
  const dispatchCount = 2000;
  const dispatch = inTurns(rounds, {
    ours: () => ours({ name: "dispatch", count: dispatchCount, repetitions: 3 }).seconds,
  }).ours.map((seconds) => (seconds / dispatchCount) * 1e6);
  const sleeps = ours({ name: "sleeps", repetitions: 10 }).seconds.map((seconds) => seconds * 1e3);
  return [
    rowOf("dispatch to a warm worker thread, chain of 2,000", "µs", dispatch, { budget: DISPATCH_BUDGET_US }),
    await speedUpRow(isQuick ? 8 : 32, isQuick ? 1 : 3),
    rowOf("8 × 10 ms of waiting in 4 slots", "ms", sleeps, { budget: SLEEPS_BUDGET_MS }),
  ];
}

/** One worker, two workers, one bare process, two bare processes: the machine may not have two processors to give. */
async function speedUpRow(count: number, rounds: number): Promise<Row> {
  const speedUps: number[] = [];
  const ceilings: number[] = [];
  const secondsOf = (answer: Answer): number => answer.seconds[0] as number;
  for (let round = 0; round < rounds; round++) {
    const one = secondsOf(ours({ name: "busy", count, workers: 1 }));
    const two = secondsOf(ours({ name: "busy", count, workers: 2 }));
    const bare = secondsOf(ours({ name: "bare", count: count / 2 }));
    const both = await Promise.all([0, 1].map(() => asynchronously({ name: "bare", count: count / 2 })));
    speedUps.push(one / two);
    ceilings.push((2 * bare) / Math.max(...both.map(secondsOf)));
  }
  return rowOf(`speed-up of ${count} nodes of 20 ms on two workers`, "×", speedUps, {
    budget: SPEED_UP_BUDGET,
    isMoreBetter: true,
    peer: { name: "two bare processes", samples: ceilings },
  });
}

function asynchronously(one: Case): Promise<Answer> {
  const program = fileURLToPath(new URL("./program.js", import.meta.url));
  const child: ChildProcess = fork(program, [JSON.stringify(one)], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.once("close", (status) =>
      status === 0 ? resolve(JSON.parse(text) as Answer) : reject(new Error(`status ${status}`)),
    );
  });
}
