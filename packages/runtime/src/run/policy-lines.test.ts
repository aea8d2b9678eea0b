import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Graph, graph } from "@simloom/pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareRuns, readSettings } from "./diff.ts";
import { origin, scale } from "./fixtures/graph.ts";
import { Session, type SessionRun } from "./session.ts";
import { readProgression } from "./status.ts";
import { readFinished, type StoredManifest } from "./sweep-manifest.ts";

let folder: string;
let session: Session;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simloom-policy-"));
  session = new Session({ cache: join(folder, "cache"), out: join(folder, "runs"), executor: "inline" });
});
afterEach(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Three that read the policy; the last sets it for itself. */
const layered = (): Graph =>
  graph("layered", { policy: { "test.mode": "low" } }, ({ add }) => {
    let { value } = add(scale, {}, { value: add(origin, {}).value });
    value = add(scale, {}, { value }).value;
    return add(scale, {}, { value }, { policy: { "test.mode": "own" } });
  }) as Graph;

function manifestOf({ folder: path }: SessionRun): StoredManifest {
  const finished = readFinished(path);
  if (finished.kind !== "run") throw new Error("a sweep");
  return finished.manifest;
}

describe("the policy of a run", () => {
  it("stands in the manifest, node by node, with who set it", async () => {
    const { nodes } = manifestOf(await session.run(layered(), { policy: { "test.mode": "high" } }));
    expect(nodes.map(({ id, policy, policyFrom }) => [id, policy["test.mode"], policyFrom["test.mode"]])).toEqual([
      ["origin", undefined, undefined],
      ["scale", "high", "run"],
      ["scale-2", "high", "run"],
      ["scale-3", "own", "node"],
    ]);
  });

  it("is told by the status, each setting once", async () => {
    const { folder: path } = await session.run(layered());
    expect(readProgression(path).policy).toEqual([
      { key: "test.mode", value: "low", from: "graph", nodes: ["scale", "scale-2"] },
      { key: "test.mode", value: "own", from: "node", nodes: ["scale-3"] },
    ]);
  });

  it("is compared by the layer it belongs to", async () => {
    const [low, high] = [
      await session.run(layered()),
      await session.run(layered(), { policy: { "test.mode": "high" } }),
    ];
    const side = (run: SessionRun) => ({
      manifest: manifestOf(run),
      settings: readSettings(run.folder, manifestOf(run)),
    });
    const { settings } = compareRuns(side(low), side(high));
    expect(settings).toEqual([{ path: "policy.test.mode", before: "low", after: "high" }]);
    expect(side(high).settings["scale-3.policy.test.mode"]).toBe("own");
  });
});

describe("a run without a cache", () => {
  it("says the digests of all outputs and of all inputs, the same as a run with one", async () => {
    const bare = new Session({ cache: "off", out: join(folder, "runs"), executor: "inline" });
    const without = manifestOf(await bare.run(layered()));
    await bare.close();
    const [first, second] = without.nodes;
    expect(first?.outputs["value"]?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(second?.inputDigests).toEqual({ value: first?.outputs["value"]?.digest });
    const cached = manifestOf(await session.run(layered()));
    expect(without.nodes.map(({ outputs }) => outputs)).toEqual(cached.nodes.map(({ outputs }) => outputs));
  });
});
