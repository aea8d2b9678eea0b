import type { NodeRecord } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import { compareNodes, compareRuns, compareSettings, flatten, readSettings } from "./diff.ts";
import { compareReplay, isConfirmed } from "./replay.ts";
import type { StoredManifest } from "./sweep-manifest.ts";

function node(id: string, changes: Partial<NodeRecord> = {}): NodeRecord {
  return {
    id,
    label: undefined,
    status: "computed",
    stage: "test/stage",
    version: 1,
    key: "k1",
    fingerprint: "f1",
    notKept: undefined,
    attempts: [],
    durationMs: 10,
    startedAtMs: 0,
    inputs: {},
    outputs: { value: { kind: "number", digest: "d1" } },
    metrics: {},
    warnings: [],
    policy: {},
    policyFrom: {},
    inputDigests: {},
    seed: undefined,
    failure: undefined,
    origin: undefined,
    ...changes,
  };
}

const manifest = (nodes: readonly NodeRecord[], metrics: StoredManifest["metrics"] = {}): StoredManifest =>
  ({ runId: "r", nodes, metrics }) as unknown as StoredManifest;

describe("compareNodes", () => {
  it("tells the same from another key, other outputs, added and removed", () => {
    const changes = compareNodes(
      [node("same"), node("key"), node("outputs"), node("gone")],
      [
        node("same"),
        node("key", { key: "k2", fingerprint: "f2" }),
        node("outputs", { outputs: { value: { kind: "number", digest: "d2" } } }),
        node("new"),
      ],
    );
    expect(changes.map(({ id, change }) => [id, change])).toEqual([
      ["same", "same"],
      ["key", "key"],
      ["outputs", "outputs"],
      ["new", "added"],
      ["gone", "removed"],
    ]);
    expect(changes[1]?.because).toEqual(["code"]);
  });
});

describe("readSettings", () => {
  it("keeps the policy of every part, where parts have different defaults for one key", () => {
    const said = (count: number): Partial<NodeRecord> => ({
      policy: { "sampling.count": count },
      policyFrom: { "sampling.count": "graph" },
    });
    const run = { ...manifest([node("a/x", said(64)), node("b/x", said(128)), node("b/y", said(64))]), seed: 1 };
    expect(readSettings("nowhere", { ...run, arithmetic: "strict" })).toEqual({
      seed: 1,
      arithmetic: "strict",
      "policy.sampling.count": 64,
      "b/x.policy.sampling.count": 128,
    });
  });
});

describe("compareRuns", () => {
  it("gives the change of a metric over its earlier value, and no ratio to zero", () => {
    const before = {
      manifest: manifest([], {
        gain: { unit: "dB", value: -4 },
        zero: { unit: "1", value: 0 },
        kept: { unit: "1", value: 3 },
      }),
      settings: {},
    };
    const after = {
      manifest: manifest([], {
        gain: { unit: "dB", value: -3 },
        zero: { unit: "1", value: 1 },
        kept: { unit: "1", value: 3 },
      }),
      settings: {},
    };
    expect(compareRuns(before, after).metrics).toEqual([
      { name: "gain", unit: "dB", before: -4, after: -3, relative: 0.25 },
      { name: "zero", unit: "1", before: 0, after: 1 },
    ]);
  });
});

describe("settings", () => {
  it("differ leaf by leaf", () => {
    const before: Record<string, unknown> = {};
    const after: Record<string, unknown> = {};
    flatten({ fibre: { lengthKm: 80 }, taps: [1, 2] }, "span", before);
    flatten({ fibre: { lengthKm: 90 }, taps: [1, 3] }, "span", after);
    expect(compareSettings(before, after)).toEqual([
      { path: "span.fibre.lengthKm", before: 80, after: 90 },
      { path: "span.taps[1]", before: 2, after: 3 },
    ]);
  });
});

describe("compareReplay", () => {
  it("confirms equal digests, though the replay was a hit", () => {
    expect(isConfirmed(compareReplay([node("a")], [node("a", { status: "hit" })]))).toBe(true);
  });

  it("names the port and the metric that differ, and whether the code is another", () => {
    const [verdict] = compareReplay(
      [node("a", { metrics: { snr: { unit: "dB", value: 1 } } })],
      [
        node("a", {
          fingerprint: "f2",
          outputs: { value: { kind: "number", digest: "d2" } },
          metrics: { snr: { unit: "dB", value: 2 } },
        }),
      ],
    );
    expect(verdict).toEqual({ id: "a", verdict: "different", hasOtherCode: true, ports: ["value"], metrics: ["snr"] });
  });

  it("does not claim sameness where no digests were kept, or a node is missing", () => {
    const bare = node("a", { outputs: { value: { kind: "number" } } });
    expect(compareReplay([bare], [bare])[0]?.verdict).toBe("unknown");
    expect(isConfirmed(compareReplay([node("a")], []))).toBe(false);
  });
});
