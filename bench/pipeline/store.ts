/** What planning and the cache cost: small results on disk and in memory. Every round is a process of its own. */
import { join } from "node:path";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";
import { inFreshFolder, inTurns, ours, peer } from "./processes.ts";

const PLAN_BUDGET_S: Readonly<Record<number, number>> = { 10000: 0.15, 100000: 2 };
const NOTHING_TO_DO_BUDGET_S = 0.1;
const WARM_DISK_BUDGET_US = 10;
const WARM_MEMORY_BUDGET_US = 6;
const COLD_DISK_BUDGET_US = 40;
const COUNT = 10_000;

/** Rows of planning and of small cached results. */
export async function storeRows(options: SuiteOptions): Promise<Row[]> {
  const rounds = options.isQuick ? 2 : 5;
  const first = ours({ name: "fingerprints" });
  const second = ours({ name: "fingerprints" });
  return [
    rowOf("fingerprints of a module of eight stages, first time", "s", first.seconds),
    rowOf("fingerprints of a module of eight stages, on record", "s", second.seconds),
    ...(await planRows(options)),
    ...(await diskRows("wide", rounds, options.python)),
    ...(await diskRows("chain", rounds, options.python)),
    memoryRow(options.isQuick ? 3 : 10),
  ];
}

async function planRows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const rounds = isQuick ? 2 : 5;
  const rows: Row[] = [];
  for (const count of isQuick ? [COUNT] : [COUNT, 100_000]) {
    const samples = await inFreshFolder((folder) =>
      inTurns(rounds, {
        ours: () => ours({ name: "plan", count, folder: join(folder, "store") }).seconds,
        ninja: (round) =>
          peer(python, "ninja_plan", { name: "plan", count, folder: join(folder, `ninja-${round}`) })?.seconds,
      }),
    );
    const peerSamples = { name: "ninja -n", samples: samples.ninja };
    const budget = PLAN_BUDGET_S[count] as number;
    rows.push(rowOf(`plan, ${count.toLocaleString("en")} nodes`, "s", samples.ours, { budget, peer: peerSamples }));
  }
  const count = COUNT;
  const samples = await inFreshFolder((folder) => {
    const store = join(folder, "store");
    ours({ name: "values", count, folder: store });
    return inTurns(rounds, {
      ours: () => ours({ name: "upToDate", count, folder: store }).seconds,
      ninja: () => peer(python, "ninja_plan", { name: "nothing_to_do", count, folder: join(folder, "ninja") })?.seconds,
    });
  });
  const peerSamples = { name: "ninja", samples: samples.ninja };
  rows.push(
    rowOf("find that nothing is to be done, 10,000 nodes", "s", samples.ours, {
      budget: NOTHING_TO_DO_BUDGET_S,
      peer: peerSamples,
    }),
  );
  return rows;
}

async function diskRows(shape: "chain" | "wide", rounds: number, python: string | undefined): Promise<Row[]> {
  const count = COUNT;
  const perNode = (list: readonly number[] | undefined): readonly number[] | undefined =>
    list?.map((seconds) => (seconds / count) * 1e6);
  const name = shape === "wide" ? ("values" as const) : ("chain" as const);
  const cold: Record<"ours" | "checkpointer" | "joblib", number[]> = { ours: [], checkpointer: [], joblib: [] };
  const warm: Record<"ours" | "checkpointer" | "joblib", number[]> = { ours: [], checkpointer: [], joblib: [] };
  for (let round = 0; round < rounds; round++) {
    await inFreshFolder((folder) => {
      const contenders = {
        ours: () => ours({ name, count, folder: join(folder, "store") }).seconds,
        checkpointer: () =>
          peer(python, "checkpointer_nodes", { name: shape, count, folder: join(folder, "ck") })?.seconds,
        joblib: () =>
          shape === "wide" && round < 2
            ? peer(python, "joblib_nodes", { name: "wide", count, folder: join(folder, "joblib") })?.seconds
            : undefined,
      };
      const first = inTurns(1, contenders);
      const second = inTurns(2, contenders);
      for (const who of ["ours", "checkpointer", "joblib"] as const) {
        cold[who].push(...(perNode(first[who]) ?? []));
        warm[who].push(...(perNode(second[who]) ?? []));
      }
    });
  }
  const label = shape === "wide" ? "10,000 side by side, all values read back" : "chain of 10,000";
  const rowsOf = (state: string, budget: number, samples: typeof cold): Row[] => [
    rowOf(`${state} node, disk, ${label}`, "µs", samples.ours, {
      budget,
      peer: { name: "checkpointer", samples: samples.checkpointer },
    }),
    ...(samples.joblib.length === 0
      ? []
      : [
          rowOf(`${state} node, disk, ${label}`, "µs", samples.ours, {
            budget,
            peer: { name: "joblib Memory", samples: samples.joblib },
          }),
        ]),
  ];
  return [...rowsOf("warm", WARM_DISK_BUDGET_US, warm), ...rowsOf("cold", COLD_DISK_BUDGET_US, cold)];
}

function memoryRow(repetitions: number): Row {
  const { seconds } = ours({ name: "remembered", count: COUNT, repetitions });
  const perNode = seconds.map((one) => (one / COUNT) * 1e6);
  return rowOf("warm node, memory, 10,000 side by side, all values read", "µs", perNode, {
    budget: WARM_MEMORY_BUDGET_US,
  });
}
