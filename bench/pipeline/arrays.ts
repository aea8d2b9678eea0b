/** 64 MiB of float64 through the cache: one node, and a chain of ten that hand it on. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";
import { inFreshFolder, inTurns, ours, peer } from "./processes.ts";

const PUT_BUDGET_S = 0.2;
const GET_BUDGET_S = 0.08;
const CHAIN_COLD_BUDGET_S = 0.18;
const CHAIN_WARM_BUDGET_S = 0.04;
const CHAIN_WITHOUT_CACHE_BUDGET_MS = 1;
const CHAIN_LENGTH = 10;
const MIB = 2 ** 20;

type Who = "ours" | "peer";
type Samples = Readonly<Record<Who, number[]>>;

/** Rows of large arrays. */
export async function arrayRows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const rounds = isQuick ? 2 : 5;
  const single = await coldAndWarm(
    rounds,
    0,
    (folder) => peer(python, "checkpointer_nodes", { name: "array", folder })?.seconds,
  );
  const chain = await coldAndWarm(
    rounds,
    CHAIN_LENGTH,
    (folder) => peer(python, "pipefunc_nodes", { name: "arrays", length: CHAIN_LENGTH, folder })?.seconds,
  );
  const bare = inTurns(rounds, {
    ours: () => ours({ name: "array", length: CHAIN_LENGTH, folder: undefined, isPrepared: true }).seconds,
    peer: () => peer(python, "pipefunc_nodes", { name: "arrays", length: CHAIN_LENGTH })?.seconds,
  });
  const beside = (name: string, samples: readonly number[]) => ({ peer: { name, samples } });
  const toMs = (list: readonly number[]): readonly number[] => list.map((seconds) => seconds * 1e3);
  return [
    rowOf("64 MiB array put, one node", "s", single.cold.ours, {
      budget: PUT_BUDGET_S,
      ...beside("checkpointer", single.cold.peer),
    }),
    rowOf("64 MiB array get, one node", "s", single.warm.ours, {
      budget: GET_BUDGET_S,
      ...beside("checkpointer", single.warm.peer),
    }),
    rowOf("64 MiB through ten nodes, cold", "s", chain.cold.ours, {
      budget: CHAIN_COLD_BUDGET_S,
      ...beside("pipefunc", chain.cold.peer),
    }),
    rowOf("64 MiB through ten nodes, warm", "s", chain.warm.ours, {
      budget: CHAIN_WARM_BUDGET_S,
      ...beside("pipefunc", chain.warm.peer),
    }),
    rowOf("64 MiB through ten nodes, on disk afterwards, in arrays", "×", chain.size.ours, {
      budget: 1.01,
      ...beside("pipefunc", chain.size.peer),
    }),
    rowOf("64 MiB through ten nodes, without cache", "ms", toMs(bare.ours), {
      budget: CHAIN_WITHOUT_CACHE_BUDGET_MS,
      ...beside("pipefunc", toMs(bare.peer)),
    }),
  ];
}

async function coldAndWarm(
  rounds: number,
  length: number,
  runPeer: (folder: string) => readonly number[] | undefined,
): Promise<{ readonly cold: Samples; readonly warm: Samples; readonly size: Samples }> {
  const [cold, warm, size]: [Samples, Samples, Samples] = [
    { ours: [], peer: [] },
    { ours: [], peer: [] },
    { ours: [], peer: [] },
  ];
  for (let round = 0; round < rounds; round++) {
    await inFreshFolder((folder) => {
      const store = join(folder, "store");
      const first = inTurns(1, {
        ours: () => ours({ name: "array", length, folder: store, isPrepared: true }).seconds,
        peer: () => runPeer(join(folder, "peer")),
      });
      // A warm run that computed after all would have to make its array first, and show.
      const second = inTurns(2, {
        ours: () => ours({ name: "array", length, folder: store, isPrepared: false }).seconds,
        peer: () => runPeer(join(folder, "peer")),
      });
      for (const who of ["ours", "peer"] as const) {
        cold[who].push(...first[who]);
        warm[who].push(...second[who]);
      }
      size.ours.push(bytesOf(store) / (64 * MIB));
      if (first.peer.length > 0) size.peer.push(bytesOf(join(folder, "peer")) / (64 * MIB));
    });
  }
  return { cold, warm, size };
}

function bytesOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((total, file) => total + statSync(join(file.parentPath, file.name)).size, 0);
}
