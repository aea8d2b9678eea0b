/** Stages that fail in every way there is: a clear error, nothing else lost, and a run folder that tells the story. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { countOf, statusesOf } from "../harness/project.mjs";

export const name = "faults";

/** Each way to fail: stage, kind and code of the failure, what its message says, further options. */
const FAULTS = [
  ["throws", "throwing", "error", "PIPE-040", /the pump is dry/],
  ["hangs in a busy loop", "hanging", "timeout", "PIPE-041", /400 ms|0\.4 s|time/, ["--timeout", "400"]],
  ["fills the heap", "filling-heap", "outOfMemory", "PIPE-044", /memory|MiB/i],
  ["fills array buffers", "filling-buffers", "outOfMemory", "PIPE-044", /memory|MiB/i],
  ["calls process.exit", "exiting", "workerDied", "PIPE-043", /exit/],
  ["kills its worker by an error beside it", "dying", "workerDied", "PIPE-043", /beside the stage/],
  ["returns something other than it declares", "lying", "contract", "PIPE-013", /y/],
];

/** A node that fails between two that work, and a branch of its own. */
function graphWith(stage) {
  const steady = (inputs) => ({ stage: "faults/steady", inputs });
  return {
    graph: "faults",
    stages: ["./stages.ts"],
    nodes: {
      before: steady({ x: { value: 1 } }),
      bad: { stage: `faults/${stage}`, inputs: { x: "before.y" } },
      after: steady({ x: "bad.y" }),
      "branch-1": { ...steady({ x: { value: 2 } }), config: { rounds: 1e7 } },
      "branch-2": steady({ x: "branch-1.y" }),
    },
    outputs: { end: "after.y", branch: "branch-2.y" },
  };
}

const INDEPENDENT = ["before", "branch-1", "branch-2"];

export async function prove({ claim, claimAll, project }) {
  await claimAll(
    FAULTS.map((fault) => [
      `a stage that ${fault[0]}: code, place, remedy, and the rest is kept`,
      () => survive(project, fault),
    ]),
  );

  const place = project().take("faults/stages.ts").write("graph.json", graphWith("throwing"));
  const run = (mode, code) =>
    place.json(code, "run", "graph.json", "--cache", mode, "--failure-mode", mode, "--workers", "2");
  await claim("failFast stops, and keeps what was done", async () => {
    const { error } = await run("failFast", 1);
    const { nodes, status } = place.manifest(error.context.runId);
    equal(status, "failed");
    deepEqual(nodes.map(({ id }) => id).sort(), ["after", "bad", "before", "branch-1", "branch-2"]);
    const { before, bad, after } = statusesOf({ nodes });
    deepEqual({ before, bad, after }, { before: "computed", bad: "failed", after: "skipped" });
  });
  await claim("continueIndependent finishes what does not depend on it, and fails in the end", async () => {
    const { error } = await run("continueIndependent", 1);
    deepEqual(statusesOf(place.manifest(error.context.runId)), ended());
  });
  await claim("collect answers the document with status partial, and exit code 1", async () => {
    const document = await run("collect", 1);
    equal(document.status, "partial");
    deepEqual(statusesOf(document), ended());
    equal(document.nodes.find(({ id }) => id === "bad").error.code, "PIPE-040");
    equal(document.metrics["branch-2.y"].value, 4);
  });
  await claim("for people the error says what, where and what to do, on standard error alone", async () => {
    const { code, stdout, stderr } = await place.simloom("run", "graph.json");
    equal(code, 1);
    equal(stdout, "");
    match(stderr, /PIPE-04[05]/);
    match(stderr, /bad/);
    match(stderr, /the pump is dry/);
    ok(!/\n\s+at .*node_modules/.test(stderr), `no stack of the library:\n${stderr}`);
  });
  await claim("once mended, the failed node and what hangs on it are computed, the rest is reused", async () => {
    const document = await place.json(
      0,
      "run",
      "graph.json",
      "--cache",
      "collect",
      "--set",
      "bad.isWell=true",
      "--attempts",
      "2",
    );
    deepEqual(statusesOf(document), {
      before: "hit",
      bad: "computed",
      after: "computed",
      "branch-1": "hit",
      "branch-2": "hit",
    });
  });
}

function ended() {
  return { before: "computed", bad: "failed", after: "skipped", "branch-1": "computed", "branch-2": "computed" };
}

async function survive(project, [, stage, kind, code, message, options = []]) {
  const place = project().take("faults/stages.ts").write("graph.json", graphWith(stage));
  const { error } = await place.json(
    1,
    "run",
    "graph.json",
    "--failure-mode",
    "continueIndependent",
    "--workers",
    "2",
    ...options,
  );
  match(error.code, /^PIPE-04/);
  const said = JSON.stringify(error);
  ok(said.includes("bad") && error.remedy.length > 10, `place and remedy: ${said}`);
  const manifest = place.manifest(error.context.runId);
  equal(manifest.status, "failed");
  deepEqual(statusesOf(manifest), ended());
  const { failure, attempts } = manifest.nodes.find(({ id }) => id === "bad");
  equal(failure.kind, kind);
  equal(failure.code, code);
  match(failure.message, message);
  ok(failure.remedy.length > 10);
  equal(attempts.length, 1);
  const again = await place.json(0, "run", "graph.json", "--set", "bad.isWell=true");
  for (const id of INDEPENDENT) equal(statusesOf(again)[id], "hit", id);
  equal(countOf(again, "computed"), 2);
  return failure.message;
}
