/** What a node costs in this process: without a store, in time and in memory. */
import { type Row, rowOf, type SuiteOptions } from "../row.ts";
import type { Shape } from "./graphs.ts";
import { inFreshFolder, inTurns, ours, peer } from "./processes.ts";

const NODE_BUDGET_US = 12;
const ITEM_BUDGET_US = 3;
/** Linear means: ten times the nodes take at most this many times ten times the time (garbage and caches take theirs). */
const LINEARITY_BUDGET = 1.5;
const MEMORY_BUDGET_MIB: Readonly<Record<number, number>> = { 10000: 100, 100000: 250 };

/** Rows of nodes, items and memory. */
export async function nodeRows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const rows: Row[] = [];
  const counts = isQuick ? [1000, 10_000] : [1000, 10_000, 100_000];
  for (const shape of ["chain", "wide"] as const) {
    const best = new Map<number, number>();
    for (const count of counts) {
      const [row, first] = await costRows(shape, count, isQuick ? 3 : 7, python);
      best.set(count, row.value);
      rows.push(row);
      if (first !== undefined) rows.push(first);
    }
    const [smaller, larger] = [best.get(10_000), best.get(100_000)];
    if (smaller === undefined || larger === undefined) continue;
    rows.push(
      rowOf(`node, ${shape}: 100,000 against 10,000, per node`, "×", [larger / smaller], { budget: LINEARITY_BUDGET }),
    );
  }
  rows.push(...mapRows(isQuick ? 10_000 : 100_000, python));
  for (const count of counts.slice(1)) rows.push(...memoryRows(count, isQuick ? 1 : 3, python));
  return rows;
}

async function costRows(shape: Shape, count: number, repetitions: number, python: string | undefined) {
  const perNode = (list: readonly number[]): readonly number[] => list.map((seconds) => (seconds / count) * 1e6);
  let first: readonly number[] = [];
  const samples = await inFreshFolder((folder) =>
    inTurns(3, {
      ours: () => {
        const { seconds, firstSeconds = 0 } = ours({ name: "nodes", shape, count, repetitions });
        first = [...first, ...perNode([firstSeconds])];
        return perNode(seconds);
      },
      peer: (round) => {
        // doit's graph is the one that stays linear; it takes twenty seconds for 100,000.
        if (python === undefined || (count > 10_000 && round > 0)) return undefined;
        const one = shape === "chain" ? { name: "chain", count, folder } : { name: "items", count };
        const answer = peer(python, shape === "chain" ? "doit_nodes" : "pipefunc_nodes", one);
        return answer && perNode(answer.seconds);
      },
    }),
  );
  const name = `node, ${shape}, ${count.toLocaleString("en")}`;
  const peerName = shape === "chain" ? "doit" : "pipefunc map";
  const row = rowOf(name, "µs", samples.ours, {
    budget: NODE_BUDGET_US,
    peer: { name: peerName, samples: samples.peer },
  });
  return [row, count === 1000 ? rowOf(`${name}, first run of a process`, "µs", first) : undefined] as const;
}

function mapRows(count: number, python: string | undefined): Row[] {
  const perItem = (list: readonly number[] | undefined): readonly number[] | undefined =>
    list?.map((seconds) => (seconds / count) * 1e6);
  const samples = inTurns(3, {
    ours: () => perItem(ours({ name: "map", count, repetitions: 7 }).seconds),
    joblib: () => python && perItem(peer(python, "joblib_nodes", { name: "parallel", count })?.seconds),
    pipefunc: () => python && perItem(peer(python, "pipefunc_nodes", { name: "items", count })?.seconds),
  } as Record<"ours" | "joblib" | "pipefunc", () => readonly number[] | undefined>);
  const name = `map, ${count.toLocaleString("en")} items, per item`;
  const budget = ITEM_BUDGET_US;
  return [
    rowOf(name, "µs", samples.ours, { budget, peer: { name: "joblib, two processes", samples: samples.joblib } }),
    rowOf(name, "µs", samples.ours, { budget, peer: { name: "pipefunc map", samples: samples.pipefunc } }),
  ];
}

function memoryRows(count: number, rounds: number, python: string | undefined): Row[] {
  const budget = MEMORY_BUDGET_MIB[count] as number;
  return (["chain", "wide"] as const).map((shape) => {
    const samples = inTurns(rounds, {
      ours: () => [ours({ name: "memory", shape, count }).peakMib],
      peer: () => {
        if (python === undefined || shape === "chain") return undefined;
        const answer = peer(python, "pipefunc_nodes", { name: "items", count });
        return answer && [answer.peakMib];
      },
    });
    const options = { budget, peer: { name: "pipefunc map", samples: samples.peer } };
    return rowOf(`peak memory, ${shape}, ${count.toLocaleString("en")} nodes`, "MiB", samples.ours, options);
  });
}
