import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { values } from "@simloom/pipeline";
import {
  CodeBook,
  compareReplay,
  compareRuns,
  openDiskStore,
  readFinished,
  readProgression,
  Session,
  type SessionRun,
  thisMachine,
  Why,
} from "@simloom/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeDifference } from "../command/diff.ts";
import { runDocument } from "../command/run.ts";
import { describeProgression } from "../command/status.ts";
import { describeSweep, sweepDocument } from "../command/sweep.ts";
import { writeReport } from "../report/report.ts";
import type { Subject } from "../spec/subject.ts";
import { documents } from "./documents.ts";
import { chainGraph } from "./fixtures/graph.ts";
import { jsonSchemaOf } from "./json-schema.ts";

let folder: string;
let session: Session;
let run: SessionRun;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "simloom-documents-"));
  session = new Session({ cache: join(folder, "cache"), out: join(folder, "runs"), executor: "inline" });
  run = await session.run(chainGraph(), { runId: "r-first" });
});
afterAll(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a reader of the printed line gets must fit the schema, member by member. */
function check(name: string, document: unknown): void {
  documents[name]?.schema.parse(JSON.parse(JSON.stringify(document)));
}

const subject = (): Subject => ({
  title: "a chain",
  source: "chain.ts",
  graph: chainGraph(),
  seed: 0,
  swept: chainGraph(),
});

describe("documents", () => {
  it("run: what a finished run prints", () =>
    check("run", runDocument({ subject: subject(), run, durationMs: 3, result: { any: "thing" } })));

  it("manifest: what the run folder holds", () =>
    check(
      "manifest",
      readFinished(run.folder).kind === "run" && JSON.parse(readFileSync(join(run.folder, "manifest.json"), "utf8")),
    ));

  it("status: of a finished run", () => {
    const progression = readProgression(run.folder);
    check("status", progression);
    expect(describeProgression(progression)[1]).toBe("  4 of 4 done: 4 computed");
    const going = { ...progression, status: "running" as const, untimed: ["test/new"] };
    delete going.remainingMs;
    expect(describeProgression({ ...going, knownRemainingMs: 2000 })[2]).toMatch(
      /; at least 2 s of work left, and no timing yet for test\/new$/,
    );
    expect(describeProgression({ ...going, knownRemainingMs: 0 })[2]).toMatch(/; no timing yet for test\/new$/);
  });

  it("sweep: what a sweep prints, with the failures of its points", async () => {
    const swept = await session.sweep(chainGraph(), {
      "scale.mustFail": values([true, false]),
      "scale-2.factor": values([2]),
    });
    check("sweep", sweepDocument(swept));
    const lines = describeSweep(subject(), swept, 10, false).join("\n");
    expect(lines).toContain("PIPE-040  told to fail");
    // Two metrics and no two paths end alike: the metrics have their nodes before them.
    expect(lines).toMatch(/mustFail {2}factor {2}scale\.scaled \[V\] {2}scale-2\.scaled \[V\]/);
  });

  it("why: for a run", async () => {
    const plan = await session.plan(chainGraph({ second: 3 }));
    const why = new Why({ plan, store: undefined, code: new CodeBook(folder) });
    check("why", { subject: "r-first", nodes: await Promise.all(plan.nodes.map(({ id }) => why.explain(id))) });
  });

  it("replay and diff: of two runs", async () => {
    const second = await session.run(chainGraph({ second: 3 }));
    const nodes = compareReplay(run.manifest.nodes, second.manifest.nodes);
    const machine = thisMachine();
    check("replay", {
      original: "a",
      replay: "b",
      out: "o",
      status: "different",
      nodes,
      machines: { original: machine, replay: machine },
      packages: { original: {}, replay: {} },
    });
    const side = (one: SessionRun) => {
      const finished = readFinished(one.folder);
      if (finished.kind !== "run") throw new Error("a sweep");
      return { manifest: finished.manifest, settings: {} };
    };
    const difference = compareRuns(side(run), side(second));
    check("diff", difference);
    expect(describeDifference(difference).join("\n")).toContain("+50 %");
  });

  it("cache: stats, verify, gc", async () => {
    const store = openDiskStore(join(folder, "cache"));
    const { oldestIso: _oldest, newestIso: _newest, ...usage } = store.usage();
    check("cache-stats", { directory: store.directory, ...usage });
    check("cache-verify", { directory: store.directory, ...(await store.verify()) });
    check("cache-gc", { directory: store.directory, ...store.gc({ dryRun: true }) });
    await store.close();
  });

  it("sweep.json: what the folder of a sweep holds", async () => {
    const swept = await session.sweep(chainGraph(), { "scale.factor": values([1, 2]) });
    check("sweep-manifest", JSON.parse(readFileSync(join(swept.folder, "sweep.json"), "utf8")));
  });

  it("are described in docs/schemas as the code has them", () => {
    const schemas = new URL("../../../../docs/schemas/", import.meta.url);
    for (const [name, entry] of Object.entries(documents))
      expect(readFileSync(new URL(`${name}.schema.json`, schemas), "utf8"), name).toBe(jsonSchemaOf(entry));
    expect(readdirSync(schemas).filter((file) => file.endsWith(".schema.json")).length).toBeGreaterThanOrEqual(
      Object.keys(documents).length,
    );
  });
});

describe("report", () => {
  it("stands alone: no scripts, nothing from elsewhere, and what people wrote is escaped", async () => {
    const html = readFileSync(await writeReport(run.folder), "utf8");
    expect(html).not.toMatch(/<script|\ssrc="(?!data:)|<link|url\((?!#)/);
    expect(html.match(/https?:\/\/(?!www\.w3\.org)/g)).toBeNull();
    expect(html).toContain("A line &lt;of&gt; values");
    expect(html).toContain("a &lt;remark&gt; &amp; more");
    expect(html).toContain("# &lt;b&gt;bold&lt;/b&gt;");
    expect(html).toContain('class="timeline"');
  });

  it("leaves the plot as SVG and PNG beside its specification", () => {
    const files = readdirSync(join(run.folder, "artifacts", "show"));
    expect(files.sort()).toEqual(["line.png", "line.svg", "line.vl.json", "note.md", "numbers.json", "raw.bin"]);
    expect(
      readFileSync(join(run.folder, "artifacts", "show", "line.png"))
        .subarray(1, 4)
        .toString("latin1"),
    ).toBe("PNG");
  });

  it("plots the figures of a sweep over its axis", async () => {
    const { folder: path } = await session.sweep(chainGraph(), { "scale.factor": values([1, 2, 3]) });
    const html = readFileSync(await writeReport(path), "utf8");
    expect(html).toContain("Figures over the sweep");
    expect(html.match(/<svg /g)?.length).toBeGreaterThanOrEqual(3);
  });
});
