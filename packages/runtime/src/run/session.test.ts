import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graph, values } from "@simloom/pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { interval, onDevice } from "../threads/fixtures/parallel-stages.ts";
import { chainGraph, scale } from "./fixtures/graph.ts";
import { readEvents } from "./run-folder.ts";
import { Session, SessionRunError } from "./session.ts";
import { readCase, readFinished } from "./sweep-manifest.ts";

let folder: string;
let session: Session;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simloom-session-"));
  session = new Session({ cache: join(folder, "cache"), out: join(folder, "runs"), executor: "inline" });
});
afterEach(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), "utf8"));

describe("Session", () => {
  it("leaves a folder with manifest, metrics, graph, events and artifacts", async () => {
    const { folder: path, manifest } = await session.run(chainGraph(), { seed: 3 });
    expect(readdirSync(path).sort()).toEqual([
      "artifacts",
      "events.jsonl",
      "graph.json",
      "manifest.json",
      "metrics.json",
    ]);
    expect(manifest.artifacts.map(({ file }) => file)).toEqual([
      "artifacts/show/line.vl.json",
      "artifacts/show/numbers.json",
      "artifacts/show/note.md",
      "artifacts/show/raw.bin",
    ]);
    for (const { file = "" } of manifest.artifacts) expect(existsSync(join(path, file))).toBe(true);
    expect(readFinished(path)).toMatchObject({ kind: "run", manifest: { seed: 3, status: "succeeded" } });
    expect(json(path, "graph.json")).toMatchObject({
      graph: "a chain",
      nodes: [{ id: "origin", config: { offset: 0 } }, {}, {}, {}],
    });
    const events = readEvents(path);
    expect(events[0]).toMatchObject({ type: "planned", pid: process.pid });
    expect(events.at(-1)).toMatchObject({ type: "runFinished", status: "succeeded" });
  });

  it("writes a whole folder for a run that fails, and says where it is", async () => {
    const thrown = await session.run(chainGraph({ mustFail: true })).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SessionRunError);
    const { run } = thrown as SessionRunError;
    expect((thrown as SessionRunError).toJSON().context).toMatchObject({ runId: run.runId, out: run.folder });
    expect(readFinished(run.folder)).toMatchObject({ kind: "run", manifest: { status: "failed" } });
  });

  it("writes nothing for what cannot run", async () => {
    await expect(session.run(chainGraph(), { policy: { "test.mod": 1 } })).rejects.toMatchObject({ code: "PIPE-030" });
    await expect(session.sweep(chainGraph(), { "scale.factr": values([1]) })).rejects.toMatchObject({
      code: "PIPE-050",
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("writes nothing when it only plans", async () => {
    await session.plan(chainGraph());
    expect(readdirSync(folder)).toEqual([]);
  });

  it("notes the policy that parts of a graph brought along", async () => {
    const told = graph("told", { policy: { "test.mode": "high" } }, ({ add }) => add(scale, {}, { value: 1 }));
    const { folder: path } = await session.run(graph("parts", ({ add }) => add(told, {})));
    expect(json(path, "graph.json")).toMatchObject({ nodes: [{ partPolicy: { "test.mode": "high" } }] });
  });

  it("keeps the manifest of each point of a sweep, with its own seed", async () => {
    const { folder: path, cases } = await session.sweep(chainGraph(), { seed: values([4, 5]) });
    expect(cases.map(({ id }) => readCase(path, id).seed)).toEqual([4, 5]);
    expect(readFinished(path)).toMatchObject({
      kind: "sweep",
      sweep: { cases: [{ point: { seed: 4 } }, { point: { seed: 5 } }] },
    });
  });

  it.each(["inline", "threads"] as const)(
    "gives devices and counters to stages that ask for them: %s",
    async (executor) => {
      const device = graph("device", ({ add }) => add(onDevice, {}));
      const place = { executor, workers: 1, cache: "off", out: folder };
      const without = new Session(place);
      await expect(without.run(device)).rejects.toMatchObject({ code: "PIPE-028" });
      await without.close();
      const equipped = new Session({ ...place, slots: { gpus: ["7"], counters: { licences: 1 } } });
      const { result } = await equipped.run(device);
      expect(await result.output("device")).toBe("7");
      await equipped.close();
    },
  );

  it("says on what it ran, and lists the packages whose code its stages are made of", async () => {
    const { manifest } = await session.run(graph("device", ({ add }) => add(interval, { ms: 1 })));
    expect(manifest).toMatchObject({
      platform: expect.stringMatching(/ /),
      processor: expect.stringMatching(/^\d+ × /),
    });
    expect(manifest.peakResultBytes).toBeGreaterThan(0);
    expect(manifest.packages).toMatchObject({
      node: process.versions.node,
      "@simloom/runtime": expect.stringMatching(/^\d+\.\d+\.\d+$/),
      zod: expect.stringMatching(/^4\.\d+\.\d+$/),
    });
  });
});
