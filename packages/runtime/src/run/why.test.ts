import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  caseOf,
  executePlan,
  type Graph,
  inlineScheduler,
  type Plan,
  planRun,
  type RunOptions,
  type Store,
} from "@simloom/pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDiskStore } from "../store/disk-store.ts";
import { CodeBook } from "./code-book.ts";
import { chainGraph, lastingFingerprints } from "./fixtures/graph.ts";
import { Why } from "./why.ts";

let folder: string;
let store: Store;
let code: CodeBook;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simloom-why-"));
  store = openDiskStore(join(folder, "cache"));
  code = new CodeBook(join(folder, "code"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function plan(graph: Graph, options: RunOptions = {}, changed: readonly string[] = []): Promise<Plan> {
  const planned = await planRun([caseOf(graph, options)], {
    ...options,
    store,
    fingerprints: lastingFingerprints(changed),
  });
  code.learn(planned.nodes.map(({ fingerprint }) => fingerprint));
  return planned;
}

async function execute(planned: Plan, origin = "me@here/r-old"): Promise<void> {
  const scheduler = inlineScheduler();
  await executePlan(planned, { store, scheduler, origin });
  await scheduler.close();
}

const why = (planned: Plan): Why => new Why({ plan: planned, store, code });

describe("Why", () => {
  it("says who computed what is there", async () => {
    await execute(await plan(chainGraph()));
    const explanation = await why(await plan(chainGraph())).explain("scale");
    expect(explanation.status).toBe("hit");
    expect(explanation.by?.origin).toMatch(/^me@here\/r-old\//);
  });

  it("says that a stage was never stored", async () => {
    expect((await why(await plan(chainGraph())).explain("scale")).status).toBe("first");
  });

  it("names the setting that differs", async () => {
    await execute(await plan(chainGraph()));
    const { reasons } = await why(await plan(chainGraph({ second: 5 }))).explain("scale-2");
    expect(reasons).toEqual([{ nodeId: "scale-2", what: "config", path: "factor", before: 2, after: 5, via: [] }]);
  });

  it("follows a changed input upstream to the setting behind it", async () => {
    await execute(await plan(chainGraph()));
    const { reasons } = await why(await plan(chainGraph({ offset: 1 }))).explain("show");
    expect(reasons).toMatchObject([{ nodeId: "origin", what: "config", path: "offset", before: 0, after: 1 }]);
    expect(reasons[0]?.via).toEqual([
      { nodeId: "show", port: "value" },
      { nodeId: "scale-2", port: "value" },
      { nodeId: "scale", port: "value" },
    ]);
  });

  it("names the source file that changed", async () => {
    await execute(await plan(chainGraph()));
    const { reasons } = await why(await plan(chainGraph(), {}, ["test/show"])).explain("show");
    expect(reasons).toMatchObject([
      { nodeId: "show", what: "code", files: [{ file: "src/helper.ts", change: "changed" }] },
    ]);
  });

  it("names the policy key and the seed", async () => {
    await execute(await plan(chainGraph()));
    const byPolicy = await why(await plan(chainGraph(), { policy: { "test.mode": "high" } })).explain("scale");
    expect(byPolicy.reasons).toMatchObject([
      { what: "policy", path: "test.mode", before: null, after: "high", from: "run" },
    ]);
    const bySeed = await why(await plan(chainGraph(), { seed: 7 })).explain("scale");
    expect(bySeed.reasons).toMatchObject([{ nodeId: "origin", what: "seed", before: 0, after: 7 }]);
  });

  it("explains a run by what was there before it, though its own results are there now", async () => {
    await execute(await plan(chainGraph()));
    const planned = await plan(chainGraph({ second: 5 }));
    // The clock of the entries; that of the system is coarser, and what came before would seem to be of the same moment.
    const startedAtMs = performance.timeOrigin + performance.now();
    await execute(planned, "me@here/r-new");
    const again = await plan(chainGraph({ second: 5 }));
    const keys = new Map(planned.nodes.map(({ id, key }) => [id, key]));
    const explained = new Why({ plan: again, store, code, run: { runId: "r-new", startedAtMs, keys } });
    expect((await explained.explain("scale-2")).reasons).toMatchObject([
      { what: "config", path: "factor", before: 2, after: 5 },
    ]);
    expect((await explained.explain("show")).reasons).toMatchObject([
      { nodeId: "scale-2", what: "config", path: "factor" },
    ]);
    expect((await explained.explain("scale")).status).toBe("hit");
  });
});
