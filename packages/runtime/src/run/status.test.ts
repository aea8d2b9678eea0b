import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RunFolder } from "./run-folder.ts";
import { readProgression } from "./status.ts";

const key = "a".repeat(64);
let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "simloom-status-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** A log of four nodes: one reused, one computed in 100 ms, one running since 1200, one waiting. */
function startedRun(): RunFolder {
  const folder = new RunFolder(parent, "r-1");
  const line = (id: string, isHit: boolean, estimateMs?: number) => ({
    id,
    stage: "test/work",
    key,
    isHit,
    ...(estimateMs === undefined ? {} : { estimateMs }),
  });
  folder.append(
    {
      type: "planned",
      runId: "r-1",
      graph: "g",
      pid: 4711,
      host: hostname(),
      nodes: [line("a", true), line("b", false, 900), line("c", false, 900), line("d", false, 900)],
    },
    1000,
  );
  folder.append({ type: "nodeFinished", nodeId: "a", status: "hit", key, durationMs: 5 }, 1010);
  folder.append({ type: "nodeStarted", nodeId: "b", attempt: 1, worker: "w" }, 1050);
  folder.append({ type: "nodeFinished", nodeId: "b", status: "computed", key, durationMs: 100 }, 1150);
  folder.append({ type: "nodeStarted", nodeId: "c", attempt: 1, worker: "w" }, 1200);
  return folder;
}

describe("readProgression", () => {
  it("counts what is done, runs and waits, and times the rest by what this run measured", () => {
    const progression = readProgression(startedRun().path, 1240, () => true);
    expect(progression.status).toBe("running");
    expect(progression.nodes).toEqual({
      total: 4,
      reused: 1,
      computed: 1,
      running: 1,
      waiting: 1,
      failed: 0,
      skipped: 0,
    });
    // b took 100 ms, so c has 60 of them left and d all.
    expect([progression.remainingMs, progression.knownRemainingMs]).toEqual([160, 160]);
    expect(progression.running).toEqual([{ id: "c", stage: "test/work", elapsedMs: 40, estimateMs: 100 }]);
  });

  it("says what of the rest is known where a stage was never timed", () => {
    const nodes = [
      { id: "b", stage: "test/work", key, isHit: false, estimateMs: 70 },
      { id: "e", stage: "test/new", key, isHit: false },
    ];
    const other = new RunFolder(parent, "r-2");
    other.append({ type: "planned", runId: "r-2", graph: "g", pid: 4711, host: hostname(), nodes }, 1000);
    const { remainingMs, knownRemainingMs, untimed } = readProgression(other.path, 1240, () => true);
    expect([remainingMs, knownRemainingMs, untimed]).toEqual([undefined, 70, ["test/new"]]);
    other.close();
  });

  it("trusts a node's own progress more than timings", () => {
    const folder = startedRun();
    folder.append({ type: "progress", nodeId: "c", fraction: 0.25 }, 1230);
    // 40 ms are a quarter: 120 are left of c, and 100 of d.
    expect(readProgression(folder.path, 1240, () => true).remainingMs).toBe(220);
  });

  it("says that a run died when its process is gone", () => {
    const progression = readProgression(startedRun().path, 9000, () => false);
    expect(progression.status).toBe("died");
    expect(progression.running).toEqual([]);
    expect(progression.nodes.waiting).toBe(2);
    expect(progression.elapsedMs).toBe(200);
  });

  it("reports how a run ended, though its process is gone, and why nodes failed", () => {
    const folder = startedRun();
    const failure = { kind: "error", code: "TEST-001", message: "no", remedy: "none" } as const;
    folder.append({ type: "nodeFinished", nodeId: "c", status: "failed", key, durationMs: 7, failure }, 1300);
    folder.append({ type: "nodeFinished", nodeId: "d", status: "skipped", key, durationMs: 0 }, 1301);
    folder.append({ type: "runFinished", status: "failed" }, 1302);
    const progression = readProgression(folder.path, 9000, () => false);
    expect(progression.status).toBe("failed");
    expect(progression.failed).toEqual([{ id: "c", code: "TEST-001", message: "no" }]);
    expect(progression.remainingMs).toBe(0);
  });

  it("sees that a real process is gone, and that this one is not", () => {
    const folder = new RunFolder(parent, "r-2");
    folder.append({ type: "planned", runId: "r-2", graph: "g", pid: process.pid, host: hostname(), nodes: [] }, 1);
    expect(readProgression(folder.path).status).toBe("running");
  });
});
