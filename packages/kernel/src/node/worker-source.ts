/** Words of the memory through which a team works together. */
export const TEAM_WORDS = {
  /** Counts calls of the workers; they wait for it to change. */
  signal: 0,
  /** 1 while there are blocks to take. */
  isOpen: 1,
  /** Workers between taking notice of an open job and leaving it. */
  active: 2,
  /** The next block of all calls, the blocks of each call, the code and the job that asks. */
  next: 3,
  blocks: 4,
  code: 5,
  job: 6,
  /** 1 once the workers are to end. */
  isOver: 7,
  /** Blocks of all calls together. */
  items: 8,
  /** Workers that load code: one that is ended in the middle of native code takes the process with it. */
  loading: 9,
} as const;

/**
 * What each worker runs, as text, because a worker starts from a file or a text and this package is also used from sources
 * that Node does not read. Plain JavaScript of Node alone.
 *
 * A worker marks itself active before it looks whether a job is open, and the caller closes a job before it waits for nobody
 * to be active: so no worker ever reads the fields of a job while the next one is written.
 */
export const WORKER_SOURCE = `
"use strict";
const { receiveMessageOnPort, workerData } = require("node:worker_threads");
const { control, port, index } = workerData;
const W = ${JSON.stringify(TEAM_WORDS)};
const codes = new Map();
const nativeLibraries = new Map();
const make = {
  wasm: ({ module, memory, calls, scratch }) => {
    const { hoist, blocks } = new WebAssembly.Instance(module, { host: { memory } }).exports;
    const own = scratch[index];
    return {
      job: -1,
      call: -1,
      hoist: (c) => hoist(own, calls[c]),
      block: (c, b) => blocks(own, b, b + 1, calls[c]),
    };
  },
  native: ({ file, loader, calls, scratch }) => {
    if (!nativeLibraries.has(file)) {
      const loaded = require(loader).load(file);
      nativeLibraries.set(file, {
        hoist: loaded.func("hoist", "void", ["uintptr_t", "uintptr_t"]),
        blocks: loaded.func("blocks", "void", ["uintptr_t", "uintptr_t", "int", "int"]),
      });
    }
    const { hoist, blocks } = nativeLibraries.get(file);
    const own = scratch[index];
    return {
      job: -1,
      call: -1,
      hoist: (c) => hoist(calls[c], own),
      block: (c, b) => blocks(calls[c], own, b, b + 1),
    };
  },
};
function receive() {
  Atomics.add(control, W.loading, 1);
  while (Atomics.load(control, W.isOver) === 0) {
    const got = receiveMessageOnPort(port);
    if (got === undefined) break;
    const { id, code } = got.message;
    if (code === undefined) codes.delete(id);
    else codes.set(id, make[code.kind](code));
  }
  if (Atomics.sub(control, W.loading, 1) === 1) Atomics.notify(control, W.loading);
}
let seen = 0;
for (;;) {
  let turns = 0;
  while (Atomics.load(control, W.signal) === seen && turns < 2000) turns++;
  Atomics.wait(control, W.signal, seen);
  seen = Atomics.load(control, W.signal);
  if (Atomics.load(control, W.isOver) === 1) break;
  receive();
  Atomics.add(control, W.active, 1);
  if (Atomics.load(control, W.isOpen) === 1) {
    const job = Atomics.load(control, W.job);
    const end = Atomics.load(control, W.items);
    const each = Atomics.load(control, W.blocks);
    const code = codes.get(Atomics.load(control, W.code));
    if (code !== undefined) {
      for (let item = Atomics.add(control, W.next, 1); item < end; item = Atomics.add(control, W.next, 1)) {
        const call = Math.floor(item / each);
        if (code.job !== job || code.call !== call) {
          code.hoist(call);
          code.job = job;
          code.call = call;
        }
        code.block(call, item % each);
      }
    }
  }
  if (Atomics.sub(control, W.active, 1) === 1) Atomics.notify(control, W.active);
}
port.close();
`;
