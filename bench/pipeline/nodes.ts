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
      const measured = await costRows(shape, count, isQuick ? 3 : 7, python);
      best.set(count, measured[0]?.value as number);
      rows.push(...measured);
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

/** The first row is the one with the budget. */
async function costRows(
  shape: Shape,
  count: number,
  repetitions: number,
  python: string | undefined,
): Promise<readonly Row[]> {
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
        if (count > 10_000 && round > 0) return undefined;
        const one = shape === "chain" ? { name: "chain", count, folder } : { name: "items", count };
        const answer = peer(python, shape === "chain" ? "doit_nodes" : "pipefunc_nodes", one);
        return answer && perNode(answer.seconds);
      },
      predecessor: () => {
        // Its wide graphs take a time that grows with the square of their nodes.
        const answer = count > 1000 ? undefined : peer(python, "phys_nodes", { name: "nodes", count, shape });
        return answer && perNode(answer.seconds);
      },
    }),
  );
  const name = `node, ${shape}, ${count.toLocaleString("en")}`;
  const peerName = shape === "chain" ? "doit" : "pipefunc map";
  const budget = NODE_BUDGET_US;
  const predecessor = { name: "phys-pipeline", samples: samples.predecessor };
  return [
    rowOf(name, "µs", samples.ours, { budget, peer: { name: peerName, samples: samples.peer } }),
    ...(samples.predecessor.length === 0 ? [] : [rowOf(name, "µs", samples.ours, { budget, peer: predecessor })]),
    ...(count === 1000 ? [rowOf(`${name}, first run of a process`, "µs", first)] : []),
  ];
}

function mapRows(count: number, python: string | undefined): Row[] {
  const perItem = (list: readonly number[] | undefined): readonly number[] | undefined =>
    list?.map((seconds) => (seconds / count) * 1e6);
  const first: number[] = [];
  const samples = inTurns(3, {
    ours: () => {
      const { seconds, firstSeconds = 0 } = ours({ name: "map", count, repetitions: 7 });
      first.push((firstSeconds / count) * 1e6);
      return perItem(seconds);
    },
    joblib: () => perItem(peer(python, "joblib_nodes", { name: "parallel", count })?.seconds),
    pipefunc: () => perItem(peer(python, "pipefunc_nodes", { name: "items", count })?.seconds),
  });
  const name = `map, ${count.toLocaleString("en")} items, per item`;
  const budget = ITEM_BUDGET_US;
  return [
    rowOf(name, "µs", samples.ours, { budget, peer: { name: "joblib, two processes", samples: samples.joblib } }),
    ...(samples.pipefunc.length === 0
      ? []
      : [rowOf(name, "µs", samples.ours, { budget, peer: { name: "pipefunc map", samples: samples.pipefunc } })]),
    rowOf(`${name}, first run of a process`, "µs", first, { budget }),
  ];
}

function memoryRows(count: number, rounds: number, python: string | undefined): Row[] {
  const budget = MEMORY_BUDGET_MIB[count] as number;
  return (["chain", "wide"] as const).map((shape) => {
    const samples = inTurns(rounds, {
      ours: () => [ours({ name: "memory", shape, count }).peakMib],
      peer: () => {
        if (shape === "chain") return undefined;
        const answer = peer(python, "pipefunc_nodes", { name: "items", count });
        return answer && [answer.peakMib];
      },
    });
    const options = { budget, peer: { name: "pipefunc map", samples: samples.peer } };
    return rowOf(`peak memory, ${shape}, ${count.toLocaleString("en")} nodes`, "MiB", samples.ours, options);
  });
}
