/** Several processes on one cache: every node is computed once in all, and who dies is replaced. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { documentOf, eventually, expectCode } from "../harness/processes.mjs";
import { countOf, digestsOf } from "../harness/project.mjs";
import { stepsGraph } from "../harness/steps.mjs";

export const name = "processes";

const PROCESSES = 4;

export async function prove({ claim, project }) {
  const place = project()
    .take("steps/stages.ts")
    .write("graph.json", stepsGraph({ chains: 4, length: 4, rounds: 1e7 }));
  const nodeCount = 18;
  const env = (journal) => ({ env: { SIMLOOM_E2E_JOURNAL: place.path(journal) } });
  const journal = (file) => (existsSync(place.path(file)) ? place.read(file).trim().split("\n") : []);

  let documents = [];
  await claim(`${PROCESSES} processes run the same graph on one cache at once, without an error`, async () => {
    const handles = Array.from({ length: PROCESSES }, (_, index) =>
      place.start(
        ["run", "graph.json", "--json", "--workers", "2", "--executor", index % 2 === 0 ? "threads" : "inline"],
        env("journal"),
      ),
    );
    const ended = await Promise.all(handles.map(({ done }) => done));
    documents = ended.map((one) => documentOf(expectCode(one, 0)));
  });
  await claim("each node was computed once in all, the others waited and took it", () => {
    equal(documents.length, PROCESSES);
    const computed = documents.map((document) => countOf(document, "computed"));
    equal(
      computed.reduce((sum, count) => sum + count, 0),
      nodeCount,
      `computed by each: ${computed.join(", ")}`,
    );
    const executed = journal("journal");
    deepEqual([...executed].sort(), [...new Set(executed)].sort());
    equal(executed.length, nodeCount);
    return `computed by each: ${computed.join(", ")}`;
  });
  await claim("all read the same values", () => {
    const [first, ...others] = documents.map(({ runId, metrics }) => ({
      metrics,
      digests: digestsOf(place.manifest(runId)),
    }));
    for (const other of others) deepEqual(other, first);
  });

  await claim("when the process that computes is killed, one that waits takes over", async () => {
    place.write("slow.json", stepsGraph({ chains: 1, length: 1, rounds: 4e8 }));
    const command = ["run", "slow.json", "--json", "--cache", "slow-cache"];
    const first = place.start([...command, "--out", "slow-runs-1"], env("slow-journal"));
    await eventually(() => journal("slow-journal").includes("step-0-0"), "the first process at its slow node");
    const second = place.start([...command, "--out", "slow-runs-2"], env("slow-journal"));
    await eventually(() => startedIn(place, "slow-runs-2"), "the second process");
    first.kill("SIGKILL");
    await first.done;
    const killedAtMs = performance.now();
    await eventually(() => journal("slow-journal").filter((line) => line === "step-0-0").length === 2, "the take-over");
    const tookMs = performance.now() - killedAtMs;
    const document = documentOf(expectCode(await second.done, 0));
    deepEqual(Object.fromEntries(document.nodes.map(({ id, status }) => [id, status])), {
      source: "hit",
      "step-0-0": "computed",
      total: "computed",
    });
    ok(tookMs < 5000, `it took ${tookMs} ms`);
    return `${Math.round(tookMs)} ms after the kill`;
  });
}

function startedIn(place, out) {
  return place
    .runs(out)
    .some((run) => readFileSync(place.path(out, run, "events.jsonl"), "utf8").includes('"runStarted"'));
}
