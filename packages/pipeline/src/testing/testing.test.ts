import { describe, expect, it } from "vitest";
import { z } from "zod";
import { add, durable, noise, talkative } from "../fixtures/stages.ts";
import { graph } from "../graph/graph.ts";
import { run } from "../run/run.ts";
import { arrayPort, numberPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { decodeEntry, encodeEntry } from "../store/entry.ts";
import { memoryStore } from "../store/memory-store.ts";
import { encode } from "../value/encode.ts";
import { type NdArray, ndarrayFrom } from "../value/ndarray.ts";
import { checkStageContract, faultyStore, runStage, shufflingScheduler, withPurityTraps } from "./index.ts";

/** A stage of one number that does as it is told. */
const doing = (act: (x: number) => number) =>
  defineStage(undefined, {
    name: "test/doing",
    version: 1,
    inputs: { x: numberPort() },
    outputs: { y: numberPort() },
    run: ({ inputs }) => ({ y: act(inputs.x) }),
  });

describe("runStage", () => {
  it("gives outputs, metrics, artifacts, warnings, logs and progress", async () => {
    const one = await runStage(talkative, { gain: 3 }, { x: 2 });
    expect(one.outputs.y).toBe(6);
    expect(one.metrics["gain"]?.toString()).toBe("3 dB");
    expect(one.artifacts.map(({ name }) => name)).toEqual(["plot", "data", "list", "text", "file"]);
    expect(one.warnings).toEqual(["first", "second"]);
    const chatty = defineStage(undefined, {
      name: "test/chatty",
      version: 1,
      outputs: {},
      run: ({ log, progress }) => (log("a line"), progress(0.5, "half"), {}),
    });
    expect(await runStage(chatty, {}, {})).toMatchObject({
      logs: ["a line"],
      progress: [{ fraction: 0.5, note: "half" }],
    });
  });

  it("runs as the first node of its kind in a graph does, noise included", async () => {
    const inGraph = await run(
      graph("noise", ({ add: put }) => put(noise, {})),
      { seed: 5 },
    );
    const alone = await runStage(noise, {}, {}, { seed: 5 });
    expect(alone.outputs.draws.data).toEqual(((await inGraph.output("draws")) as NdArray).data);
    expect((await runStage(noise, {}, {}, { seed: 6 })).outputs.draws.data).not.toEqual(alone.outputs.draws.data);
  });

  it("fails with the code of the stage's own error", async () => {
    await expect(
      runStage(
        doing(() => "no number" as unknown as number),
        {},
        { x: 1 },
      ),
    ).rejects.toMatchObject({ code: "PIPE-013", path: "test/doing" });
    await expect(runStage(add, { amount: "1" as unknown as number }, { x: 1 })).rejects.toMatchObject({
      code: "PIPE-027",
    });
    await expect(runStage(add, {}, { x: "1" as unknown as number })).rejects.toMatchObject({ code: "PIPE-031" });
  });

  it("reads policy that the stage declares, and refuses other", async () => {
    const reads = defineStage(undefined, {
      name: "test/reads",
      version: 1,
      policy: ["test.n"],
      outputs: { y: numberPort() },
      run: ({ policy }) => ({ y: Number(policy("test.n") ?? 0) }),
    });
    expect((await runStage(reads, {}, {}, { policy: { "test.n": 7 } })).outputs.y).toBe(7);
    await expect(runStage(reads, {}, {}, { policy: { "test.m": 7 } })).rejects.toMatchObject({
      code: "PIPE-030",
      remedy: "Did you mean test.n?",
    });
  });
});

describe("withPurityTraps", () => {
  const reaching: readonly (readonly [what: string, act: () => unknown])[] = [
    ["new Date()", () => new Date()],
    ["Date.now()", () => Date.now()],
    ["performance.now()", () => performance.now()],
    ["Math.random()", () => Math.random()],
    ["process.env", () => process.env["HOME"]],
    ["crypto.getRandomValues()", () => crypto.getRandomValues(new Uint8Array(1))],
    ["crypto.randomUUID()", () => crypto.randomUUID()],
  ];

  for (const [what, act] of reaching) {
    it(`traps ${what}, naming the stage and the remedy, and lets go afterwards`, async () => {
      const impure = doing((x) => (act(), x));
      await expect(withPurityTraps(() => runStage(impure, {}, { x: 1 }))).rejects.toMatchObject({
        code: "PIPE-017",
        message: expect.stringContaining(`stage test/doing used ${what}`),
        remedy: expect.stringMatching(/\.$/),
      });
      expect((await runStage(impure, {}, { x: 1 })).outputs.y).toBe(1);
    });
  }

  it("leaves dates alone that are made from something", async () => {
    expect(
      (
        await withPurityTraps(() =>
          runStage(
            doing((x) => new Date(x).getTime() + Date.parse("1970-01-01")),
            {},
            { x: 5 },
          ),
        )
      ).outputs.y,
    ).toBe(5);
  });
});

describe("checkStageContract", () => {
  it("finds nothing to say against a sound stage, whatever it emits and draws", async () => {
    expect(await checkStageContract(talkative, { gain: 2 }, { x: 1 })).toEqual([]);
    expect(await checkStageContract(noise, {}, {})).toEqual([]);
  });

  it("finds a stage that remembers", async () => {
    let calls = 0;
    expect(
      await checkStageContract(
        doing((x) => x + calls++),
        {},
        { x: 1 },
      ),
    ).toEqual([{ rule: "deterministic", message: "two runs of stage test/doing differ at outputs.y" }]);
  });

  it("D-07: finds one changed element in a large input, which a run may miss", async () => {
    const sly = defineStage(undefined, {
      name: "test/sly",
      version: 1,
      inputs: { a: arrayPort("float64") },
      outputs: { n: numberPort() },
      run({ inputs }) {
        inputs.a.data[50_001] = 1;
        return { n: 0 };
      },
    });
    const violations = await checkStageContract(sly, {}, { a: ndarrayFrom("float64", new Float64Array(100_000)) });
    expect(violations).toEqual([{ rule: "inputs unchanged", message: expect.stringContaining("inputs.a (byte 4000") }]);
  });

  it("finds a setting that the schema swallows", async () => {
    const rounding = defineStage(undefined, {
      name: "test/rounding",
      version: 1,
      config: z.object({ gain: z.number().transform(() => 1), kept: z.object({ depth: z.array(z.number()) }) }),
      outputs: {},
      run: () => ({}),
    });
    expect(await checkStageContract(rounding, { gain: 4, kept: { depth: [1, 2] } }, {})).toEqual([
      { rule: "configuration in key", message: "gain of stage test/rounding can change without changing the key" },
    ]);
  });

  it("finds impurity, metrics that are no numbers, and stages that fail", async () => {
    expect(
      await checkStageContract(
        doing(() => Math.random()),
        {},
        { x: 1 },
      ),
    ).toMatchObject([{ rule: "pure" }]);
    const odd = defineStage(undefined, {
      name: "test/odd",
      version: 1,
      outputs: {},
      run: ({ metric }) => (metric("m", ndarrayFrom("float64", [1]) as unknown as number), {}),
    });
    expect(await checkStageContract(odd, {}, {})).toMatchObject([
      { rule: "runs", message: expect.stringContaining("must be a scalar") },
    ]);
  });
});

describe("shufflingScheduler", () => {
  it("starts jobs in another order under another seed, and in the same under the same", async () => {
    const orderOf = async (seed: number): Promise<readonly number[]> => {
      const seen: number[] = [];
      const watch = doing((x) => (seen.push(x), x));
      await run(
        graph("wide", ({ add: put }) => {
          for (let x = 0; x < 20; x++) put(watch, {}, { x });
          return {};
        }),
        { scheduler: shufflingScheduler({ seed }) },
      );
      return seen;
    };
    const one = await orderOf(1);
    expect(await orderOf(1)).toEqual(one);
    expect(await orderOf(2)).not.toEqual(one);
    expect([...one].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, x) => x));
  });
});

describe("faultyStore", () => {
  const model = graph("two", ({ add: put }) => put(add, { amount: 2 }, { x: put(add, { amount: 1 }, { x: 0 }).y }));

  it("D-22: a stored output that is not what its digest says is computed again", async () => {
    const inner = memoryStore();
    await run(model, { store: inner, fingerprints: durable });
    const forge = (record: Uint8Array): Uint8Array => {
      const { outputs, metrics, artifacts, warnings, durationMs, origin, createdAtMs, preimage } = decodeEntry(
        record,
        () => new Uint8Array(),
      );
      const rest = { metrics, artifacts, warnings, durationMs, origin, createdAtMs, preimage };
      return encodeEntry({
        ...rest,
        outputs: outputs.map((output) => ({ ...output, encoding: encode(99).bytes })),
      }).record;
    };
    for (const key of await inner.entries.keys())
      await inner.entries.put(key, forge((await inner.entries.get(key)) as Uint8Array));
    const third = graph("three", ({ add: put }) =>
      put(add, { amount: 3 }, { x: put(add, { amount: 2 }, { x: put(add, { amount: 1 }, { x: 0 }).y }).y }),
    );
    expect(await (await run(third, { store: inner, fingerprints: durable })).output("y")).toBe(6);
  });

  for (const fault of ["lose", "corrupt"] as const) {
    for (const isAsynchronous of [false, true]) {
      it(`D-22: a run survives a store that ${fault === "lose" ? "loses" : "corrupts"} everything${isAsynchronous ? ", later" : ""}`, async () => {
        const store = faultyStore({
          fault: (operation) => (operation === "claim" ? undefined : fault),
          isAsynchronous,
        });
        for (let again = 0; again < 3; again++) {
          const result = await run(model, { store, fingerprints: durable });
          expect(await result.output("y")).toBe(3);
          if (fault === "lose") expect(result.cache.hits).toBe(0);
        }
      });
    }
  }
});
