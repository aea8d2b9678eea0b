import { availableParallelism } from "node:os";
import { isMainThread, MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { ThreadTeam } from "../context/host.ts";
import { TEAM_WORDS, WORKER_SOURCE } from "./worker-source.ts";

const W = TEAM_WORDS;
/** Looks at the end of a job this often before sleeping until it: a few µs. */
const SPINS = 2000;

let liveThreads = 0;

/** Threads of teams in this process that have not ended yet, whether their contexts know them or not. */
export function liveTeamThreads(): number {
  return liveThreads;
}

let sharedTeam: { readonly team: ThreadTeam; users: number } | undefined;

/**
 * Threads for a policy. `shared` is one team per process with a thread per processor, ended by its last user; in a thread
 * that something else started it is none, because whoever started it shares the processors out. A dedicated team is the
 * user's own decision. Nothing where no thread would be added.
 */
export function startTeam(threads: "shared" | { readonly dedicated: number }): ThreadTeam | undefined {
  if (threads !== "shared") return threads.dedicated > 1 ? makeTeam(threads.dedicated - 1) : undefined;
  const workers = isMainThread ? availableParallelism() - 1 : 0;
  if (workers < 1) return undefined;
  const entry = sharedTeam ?? { team: makeTeam(workers), users: 0 };
  sharedTeam = entry;
  entry.users++;
  const { team } = entry;
  return {
    ...team,
    get alive() {
      return team.alive;
    },
    release() {
      entry.users--;
      if (entry.users > 0) return;
      entry.team.release();
      sharedTeam = undefined;
    },
  };
}

/** A process that ends ends its threads, wherever they are: what each team that lives must do before. */
const endings = new Set<() => void>();
process.once("exit", () => {
  for (const end of endings) end();
});

interface Member {
  readonly worker: Worker;
  readonly port: MessagePort;
}

function makeTeam(workers: number): ThreadTeam {
  const control = new Int32Array(new SharedArrayBuffer(64));
  let alive = 0;
  const members = Array.from({ length: workers }, (_, index): Member => {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(WORKER_SOURCE, {
      eval: true,
      workerData: { control, port: port2, index },
      transferList: [port2],
      stdin: false,
    });
    liveThreads++;
    alive++;
    worker.once("exit", () => {
      liveThreads--;
      alive--;
    });
    // one that cannot start, for want of memory, leaves its share to the others: `workers` says how many there are
    worker.once("error", () => {});
    // a forgotten context must not keep the process alive
    worker.unref();
    port1.unref();
    return { worker, port: port1 };
  });
  let nextId = 0;
  let job = 0;
  const wake = () => {
    Atomics.add(control, W.signal, 1);
    Atomics.notify(control, W.signal);
  };
  const tell = (message: unknown) => {
    for (const { port } of members) port.postMessage(message);
  };
  /** No worker begins to load anything after this, and none is in the middle of it. */
  const endLoading = () => {
    Atomics.store(control, W.isOver, 1);
    wake();
    for (let busy = Atomics.load(control, W.loading); busy > 0; busy = Atomics.load(control, W.loading))
      Atomics.wait(control, W.loading, busy);
  };
  endings.add(endLoading);
  return {
    workers,
    get alive() {
      return alive;
    },
    load(code) {
      const id = nextId++;
      tell({ id, code });
      wake();
      return id;
    },
    unload(id) {
      tell({ id });
      wake();
    },
    run(id, calls, blocks, compute) {
      const items = calls * blocks;
      job = (job + 1) | 0;
      Atomics.store(control, W.next, 0);
      Atomics.store(control, W.items, items);
      Atomics.store(control, W.blocks, blocks);
      Atomics.store(control, W.code, id);
      Atomics.store(control, W.job, job);
      Atomics.store(control, W.isOpen, 1);
      wake();
      for (let item = Atomics.add(control, W.next, 1); item < items; item = Atomics.add(control, W.next, 1))
        compute(Math.floor(item / blocks), item % blocks);
      Atomics.store(control, W.isOpen, 0);
      for (let spins = 0; Atomics.load(control, W.active) > 0; spins++)
        if (spins > SPINS) Atomics.wait(control, W.active, Atomics.load(control, W.active) || -1);
    },
    release() {
      endings.delete(endLoading);
      endLoading();
      for (const { worker, port } of members) {
        port.close();
        void worker.terminate();
      }
    },
  };
}
