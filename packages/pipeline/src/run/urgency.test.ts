import { describe, expect, it } from "vitest";
import { z } from "zod";
import { durable } from "../fixtures/stages.ts";
import { SteppedClock } from "../fixtures/stepped-clock.ts";
import { type Graph, graph } from "../graph/graph.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import { numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { memoryStore } from "../store/memory-store.ts";
import type { Claim } from "../store/store.ts";
import type { RunOptions } from "./options.ts";
import { planRun } from "./plan.ts";
import { caseOf, run } from "./run.ts";

/** Runs on slots of a clock that is stepped; answers when each node started, and when all was done. */
async function timeline(
  make: (stages: ReturnType<typeof stagesOf>) => Graph,
  slots: number,
  options: RunOptions = {},
): Promise<{
  readonly starts: Readonly<Record<string, number>>;
  readonly order: readonly string[];
  readonly endMs: number;
}> {
  const clock = new SteppedClock();
  const scheduler = inlineScheduler({ cpu: slots, clock });
  const starts: Record<string, number> = {};
  await clock.until(
    run(make(stagesOf(clock)), {
      ...options,
      scheduler,
      clock,
      onEvent: (event) => {
        if (event.type === "nodeStarted") starts[event.nodeId] = clock.now();
      },
    }),
  );
  return { starts, order: Object.keys(starts), endMs: clock.now() };
}

/** Stages that take as long as they are told, under names that timings know apart. */
function stagesOf(clock: SteppedClock) {
  const sleeper = (name: string) =>
    defineStage(undefined, {
      name,
      version: 1,
      config: z.strictObject({ ms: z.number().default(10), n: z.number().default(0) }),
      inputs: { x: numberPort() },
      outputs: { y: numberPort() },
      run: async ({ config, inputs }) => (await clock.sleep(config.ms), { y: inputs.x + config.n }),
    });
  return { plain: sleeper("test/plain"), short: sleeper("test/short"), long: sleeper("test/long") };
}

/** Leaves without successors first, then a chain: in the order of the graph the chain would come last. */
const leavesThenChain = ({ plain }: ReturnType<typeof stagesOf>): Graph =>
  graph("leaves then chain", ({ add }) => {
    for (let n = 0; n < 6; n++) add(plain, { n }, { x: 0 }, { id: `leaf-${n}` });
    let x = add(plain, { n: 10 }, { x: 0 }, { id: "link-1" }).y;
    for (let n = 2; n <= 6; n++) x = add(plain, { n: 10 }, { x }, { id: `link-${n}` }).y;
    return { x };
  });

describe("of the nodes that may start", () => {
  it("those of the longest way to the end go first: 12 nodes on two slots take 6 rounds, not 9", async () => {
    const { starts, endMs } = await timeline(leavesThenChain, 2);
    // In the order of the graph the six leaves take three rounds, and the chain six more.
    expect(endMs).toBe(60);
    expect([1, 2, 3, 4, 5, 6].map((link) => starts[`link-${link}`])).toEqual([0, 10, 20, 30, 40, 50]);
    expect([0, 1, 2, 3, 4, 5].map((leaf) => starts[`leaf-${leaf}`])).toEqual([0, 10, 20, 30, 40, 50]);
  });

  it("the longest way is looked for at every step, not only at the start", async () => {
    // Chains of 5, 4 and 4: 13 rounds of work need 7 on two slots, if the fifth link is not left for last.
    const { endMs } = await timeline(
      ({ plain }) =>
        graph("three chains", ({ add }) => {
          for (const [chain, length] of [4, 5, 4].entries()) {
            let x = add(plain, { n: chain }, { x: 0 }).y;
            for (let link = 1; link < length; link++) x = add(plain, { n: chain }, { x }).y;
          }
          return {};
        }),
      2,
    );
    expect(endMs).toBe(70);
  });

  it("ways are measured by earlier timings where there are any, and a stage never timed counts as their mean", async () => {
    const twoShortOneLong = ({ short, long, plain }: ReturnType<typeof stagesOf>): Graph =>
      graph("mixed", ({ add }) => {
        add(short, { ms: 10 }, { x: add(short, { ms: 10 }, { x: 0 }, { id: "short-1" }).y }, { id: "short-2" });
        add(plain, { ms: 30 }, { x: 0 }, { id: "plain-1" });
        add(long, { ms: 60 }, { x: 0 }, { id: "long-1" });
        return {};
      });
    const timings = (stage: string): number | undefined => ({ "test/short": 10, "test/long": 60 })[stage];
    expect((await timeline(twoShortOneLong, 1, { timings })).order).toEqual([
      "long-1",
      "plain-1",
      "short-1",
      "short-2",
    ]);
    expect((await timeline(twoShortOneLong, 1)).order).toEqual(["short-1", "long-1", "plain-1", "short-2"]);
  });

  it("results that are there take no time: what is left of a way decides", async () => {
    const clock = new SteppedClock();
    const store = memoryStore();
    const half = (length: number): Graph => {
      const { plain } = stagesOf(clock);
      return graph("half", ({ add }) => {
        let x = add(plain, { n: 1 }, { x: 0 }, { id: "a-1" }).y;
        for (let link = 2; link <= length; link++) x = add(plain, { n: 1 }, { x }, { id: `a-${link}` }).y;
        if (length === 3) return { x };
        add(plain, { n: 2 }, { x: add(plain, { n: 2 }, { x: 0 }, { id: "b-1" }).y }, { id: "b-2" });
        return { x };
      });
    };
    const options = { store, fingerprints: durable, clock };
    await clock.until(run(half(3), { ...options, scheduler: inlineScheduler({ cpu: 1, clock }) }));
    const order: string[] = [];
    const onEvent: RunOptions["onEvent"] = (event) => void (event.type === "nodeStarted" && order.push(event.nodeId));
    await clock.until(run(half(4), { ...options, onEvent, scheduler: inlineScheduler({ cpu: 1, clock }) }));
    // Of the chain of four only its last link is left: the chain of two is longer.
    expect(order).toEqual(["b-1", "a-4", "b-2"]);
  });

  it("those of higher priority go before all, and what they wait for with them", async () => {
    const { order } = await timeline(
      ({ plain }) =>
        graph("wanted", ({ add }) => {
          let x = add(plain, { n: 1 }, { x: 0 }, { id: "chain-1" }).y;
          for (let link = 2; link <= 3; link++) x = add(plain, { n: 1 }, { x }, { id: `chain-${link}` }).y;
          const { y } = add(plain, { n: 2 }, { x: 0 }, { id: "before" });
          add(plain, { n: 2 }, { x: y }, { id: "wanted", priority: 5 });
          add(plain, { n: 3 }, { x: 0 }, { id: "late", priority: -1 });
          return { x };
        }),
      1,
    );
    expect(order).toEqual(["before", "wanted", "chain-1", "chain-2", "chain-3", "late"]);
  });

  it("equal ones go in the order of the graph", async () => {
    const { order } = await timeline(
      ({ plain }) =>
        graph("equal", ({ add }) => {
          for (const id of ["a", "b", "c", "d"]) add(plain, { n: id.charCodeAt(0) }, { x: 0 }, { id });
          return {};
        }),
      1,
    );
    expect(order).toEqual(["a", "b", "c", "d"]);
  });

  it("a priority that is no number is refused", () => {
    const clock = new SteppedClock();
    expect(() =>
      graph("g", ({ add }) => add(stagesOf(clock).plain, {}, { x: 0 }, { priority: Number.NaN })),
    ).toThrowError(expect.objectContaining({ code: "PIPE-034", path: "plain.priority" }));
  });
});

describe("the order of starts", () => {
  it("leaves no trace in results, whatever the slots, priorities and timings", async () => {
    const summaryOf = async (slots: number, timings?: (stage: string) => number): Promise<unknown> => {
      const clock = new SteppedClock();
      const scheduler = inlineScheduler({ cpu: slots, clock });
      const options = {
        scheduler,
        clock,
        digests: true,
        fingerprints: durable,
        ...(timings === undefined ? {} : { timings }),
      };
      const { nodes } = await clock.until(run(leavesThenChain(stagesOf(clock)), options));
      return nodes.map(({ id, key, outputs }) => [id, key, outputs]);
    };
    const one = await summaryOf(1);
    expect(await summaryOf(2)).toEqual(one);
    expect(await summaryOf(5, () => 3)).toEqual(one);
  });
});

describe("nodes that wait for their next attempt", () => {
  it("hold up nobody, however many they are: 600 in back-off, and the others are done before", async () => {
    const clock = new SteppedClock();
    const tried = new Set<number>();
    const flaky = defineStage(undefined, {
      name: "test/flaky",
      version: 1,
      config: z.strictObject({ n: z.number() }),
      outputs: { y: numberPort() },
      run: ({ config }) => {
        if (!tried.has(config.n)) {
          tried.add(config.n);
          throw new Error("not yet");
        }
        return { y: config.n };
      },
    });
    const { plain } = stagesOf(clock);
    const finished: string[] = [];
    const { status } = await clock.until(
      run(
        graph("flaky", ({ add }) => {
          for (let n = 0; n < 600; n++) add(flaky, { n }, {}, { id: `a-${n}`, priority: 1 });
          for (let n = 0; n < 5; n++) add(plain, { n }, { x: 0 }, { id: `b-${n}` });
          return {};
        }),
        {
          clock,
          scheduler: inlineScheduler({ cpu: 2, clock }),
          retry: { maxAttempts: 2, backoff: { initialMs: 1000, factor: 1, maxMs: 1000, jitterFraction: 0 } },
          onEvent: (event) => void (event.type === "nodeFinished" && finished.push(event.nodeId)),
        },
      ),
    );
    expect(status).toBe("succeeded");
    expect(finished.slice(0, 5).sort()).toEqual(["b-0", "b-1", "b-2", "b-3", "b-4"]);
    expect(finished).toHaveLength(605);
    // Three rounds of the others pass during the pause, not after it.
    expect(clock.now()).toBe(1000);
  });
});

describe("nodes that wait for another process", () => {
  it("hold up nobody: 100 that somebody else computes, and the others are done before", async () => {
    const store = memoryStore();
    const quick = defineStage(undefined, {
      name: "test/quick",
      version: 1,
      config: z.strictObject({ n: z.number() }),
      outputs: { y: numberPort() },
      run: ({ config }) => ({ y: config.n }),
    });
    const model = graph("shared", ({ add }) => {
      for (let n = 0; n < 105; n++)
        add(quick, { n }, {}, { id: n < 100 ? `a-${n}` : `b-${n}`, priority: n < 100 ? 1 : 0 });
      return {};
    });
    const options = { store, fingerprints: durable, scheduler: inlineScheduler({ cpu: 1 }) };
    const { nodes } = await planRun([caseOf(model, {})], options);
    const claims = nodes
      .filter(({ id }) => id.startsWith("a-"))
      .map(({ key }) => store.entries.claim(key) as Extract<Claim, { status: "owner" }>);
    expect(claims.every(({ status }) => status === "owner")).toBe(true);
    const finished: string[] = [];
    let release = (): void => {};
    const othersAreDone = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = run(model, {
      ...options,
      onEvent: (event) => {
        if (event.type !== "nodeFinished") return;
        finished.push(event.nodeId);
        if (finished.length === 5) release();
      },
    });
    await othersAreDone;
    expect([...finished].sort()).toEqual(["b-100", "b-101", "b-102", "b-103", "b-104"]);
    for (const claim of claims) claim.release();
    expect((await running).status).toBe("succeeded");
    expect(finished).toHaveLength(105);
  });
});
