/** Both models on one and two threads, over few and many events, against the same likelihood on C arithmetic where it was written. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closureMonteCarlo } from "@simloom/amplitude";
import { createNodeContext } from "@simloom/kernel/node";
import { type Row, rowOf } from "../row.ts";
import { type BenchmarkEvents, parameterVectors, writeContracted } from "./contracted.ts";
import { timesInC } from "./likelihood-in-c.ts";
import { example, likelihoodOf, nearbyVectors, timesOf } from "./model.ts";

const BACKENDS = ["wasm", "native"] as const;
const THREADS = [1, 2] as const;

/**
 * Nanoseconds per data event and call. Data are Monte Carlo events here: a million accepted ones would take a minute to make, and no
 * figure depends on how they are spread.
 */
export function scalingRows(counts: readonly number[]): readonly Row[] {
  return counts.flatMap((count) => {
    const events = { data: closureMonteCarlo(count), monteCarlo: closureMonteCarlo(count) };
    return [...modelRows("kmatrix", "K-matrix", events, count), ...modelRows("closure", "Breit–Wigner", events, count)];
  });
}

function modelRows(file: string, model: string, events: BenchmarkEvents, count: number): readonly Row[] {
  const { analysis, values } = example(file);
  const vectors = nearbyVectors(values);
  const runs = Math.max(10, Math.round(2e6 / count));
  const inC = file === "kmatrix" ? contractedTimes(events, runs) : undefined;
  return BACKENDS.flatMap((backend) =>
    THREADS.flatMap((threads) => {
      const context = createNodeContext({ backend, threads: threads === 1 ? "single" : { dedicated: threads } });
      const nll = likelihoodOf(analysis, events, context);
      const samples = timesOf(nll, vectors, runs);
      nll.dispose();
      context.dispose();
      const perEvent = (ms: number) => (1e6 * ms) / count;
      return (["value", "gradient"] as const).map((kind) => {
        const what = kind === "value" ? "value" : "with gradient";
        const on = threads === 1 ? "one thread" : "two threads";
        const name = `${model}, ${count.toLocaleString("en")} events, per data event, ${what}, ${backend}, ${on}`;
        const peer =
          inC === undefined ? undefined : { name: "C, by hand, one thread", samples: [perEvent(inC[`${kind}Ms`])] };
        return rowOf(name, "ns", samples[kind].map(perEvent), peer === undefined ? {} : { peer });
      });
    }),
  );
}

function contractedTimes(events: BenchmarkEvents, runs: number): ReturnType<typeof timesInC> {
  const folder = mkdtempSync(join(tmpdir(), "simloom-bench-scaling-"));
  try {
    const file = join(folder, "contracted.bin");
    writeContracted(file, events, parameterVectors(34));
    return timesInC(file, folder, runs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
