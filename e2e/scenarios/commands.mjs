/** Every command: its help, its document, and what it is for. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { eventually, expectCode } from "../harness/processes.mjs";
import { countOf, statusesOf } from "../harness/project.mjs";
import { stepsGraph } from "../harness/steps.mjs";
import { checkXml } from "../harness/xml.mjs";

export const name = "commands";

const COMMANDS = ["run", "sweep", "plan", "status", "graph", "why", "replay", "diff", "report", "doctor"];
const SUBCOMMANDS = [
  "cache stats",
  "cache verify",
  "cache gc",
  "cache unpin",
  "fiber simulate",
  "fiber latency",
  "fiber validate",
  "amplitude evaluate",
  "amplitude fit",
  "mold run-sim",
  "mold systems",
  "kernel inspect",
];

export async function prove({ claim, claimAll, project }) {
  const place = project()
    .take("steps/stages.ts")
    .write("graph.json", stepsGraph({ chains: 2, length: 2, rounds: 1e5 }));

  await claim("the overview lists every command, and --version answers the package's", async () => {
    const overview = await place.text(0, "--help");
    for (const one of [...COMMANDS, "cache", "fiber", "amplitude", "mold", "kernel"])
      match(overview, new RegExp(`^ +${one} `, "m"));
    match(await place.text(0, "--version"), /^\d+\.\d+\.\d+\n$/);
  });
  await claimAll(
    [...COMMANDS, ...SUBCOMMANDS].map((one) => [`${one} --help has an example`, () => helped(place, one)]),
  );

  let runs = [];
  await claim("run --json and --report: one document, a run folder with everything", async () => {
    const first = await place.json(0, "run", "graph.json", "--seed", "1", "--report");
    const second = await place.json(0, "run", "graph.json", "--seed", "2");
    runs = [first.runId, second.runId];
    for (const file of ["manifest.json", "events.jsonl", "metrics.json", "report.html", "request.json"])
      ok(place.read(`runs/${first.runId}/${file}`).length > 0, file);
    const { nodes, packages, host, workers } = place.manifest(first.runId);
    ok(packages.node && host && workers > 0);
    for (const node of nodes)
      for (const field of ["key", "stage", "version", "fingerprint", "status", "attempts", "outputs", "policy"])
        ok(field in node, field);
    const { outputs } = nodes.find(({ id }) => id === "source");
    deepEqual([outputs.x.dtype, outputs.x.shape], ["float64", [4096]]);
  });
  await claim("report.html stands alone: nothing is fetched from elsewhere", () => {
    const html = place.read(`runs/${runs[0]}/report.html`);
    const outside = html.match(/(src|href|url\(|@import|fetch\()[^>\n]{0,4}(https?:)?\/\/[^"')\s]*/g) ?? [];
    deepEqual(outside, []);
    match(html, /^<!doctype html>/i);
    ok(!/<link[^>]+rel="?stylesheet|<script[^>]+src=/.test(html));
  });
  await claimAll([
    ["plan --json counts what is there, and writes nothing", () => planned(place)],
    [
      "why --json explains what would be computed",
      async () => {
        const { nodes } = await place.json(0, "why", "graph.json", "--seed", "3");
        const seeds = nodes.flatMap(({ reasons }) => reasons).filter(({ what }) => what === "seed");
        ok(seeds.length > 0, JSON.stringify(nodes));
      },
    ],
    ["graph draws well-formed SVG, and Mermaid text", () => drawn(place)],
    [
      "status --json of a finished run",
      async () => {
        const document = await place.json(0, "status", runs[0]);
        deepEqual([document.status, document.nodes.total, document.nodes.computed], ["succeeded", 6, 6]);
      },
    ],
    [
      "diff --json names the setting, and exits with 0",
      async () => {
        const document = await place.json(0, "diff", runs[0], runs[1]);
        equal(document.isSame, false);
        deepEqual(document.settings, [{ path: "seed", before: 1, after: 2 }]);
        ok(document.metrics.some(({ name: metric }) => metric === "total.sum"));
        equal((await place.json(0, "diff", runs[0], runs[0])).isSame, true);
      },
    ],
    [
      "report --json says where the page is",
      async () => {
        const { report } = await place.json(0, "report", runs[1]);
        ok(report.endsWith("report.html"));
      },
    ],
    ["doctor --json finds this machine fit", async () => equal((await place.json(0, "doctor")).isHealthy, true)],
    ["cache stats, verify and gc --dry-run --json", () => cached(place)],
    ["sweep --json shares work and answers a case per point", () => swept(place)],
  ]);

  await claim("replay --verify computes everything anew and confirms it: exit 0", async () => {
    const document = await place.json(0, "replay", runs[0], "--verify");
    equal(document.status, "same");
    ok(
      document.nodes.every(({ verdict }) => verdict === "same"),
      JSON.stringify(document.nodes),
    );
  });
  await claim("replay --verify of a manifest that was tampered with: exit 1, and the node is named", async () => {
    const file = `runs/${runs[0]}/manifest.json`;
    const original = place.read(file);
    const manifest = JSON.parse(original);
    const { outputs } = manifest.nodes.find(({ id }) => id === "step-1-0");
    outputs.x.digest = outputs.x.digest.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    place.write(file, manifest);
    const { error } = await place.json(1, "replay", runs[0], "--verify");
    place.write(file, original);
    equal(error.code, "RUNT-072");
    match(JSON.stringify(error), /step-1-0/);
  });
  await claim("replay --verify after a stage was changed: exit 1, and it says that the code changed", async () => {
    place.edit("stages.ts", "item * config.factor", "item / config.factor");
    const { error } = await place.json(1, "replay", runs[0], "--verify");
    place.edit("stages.ts", "item / config.factor", "item * config.factor");
    equal(error.code, "RUNT-072");
    match(error.remedy, /code has changed/);
  });

  await claim("status of a run that goes on in another process; Ctrl-C ends it with 130, and it can be resumed", () =>
    interrupted(place),
  );
  await claim("status of a run that was killed says so", () => died(place));
}

async function helped(place, command) {
  const text = await place.text(0, ...command.split(" "), "--help");
  match(text, new RegExp(`Example: simloom ${command}`));
}

async function planned(place) {
  const warm = await place.json(0, "plan", "graph.json", "--seed", "1");
  deepEqual([warm.hitCount, warm.toCompute], [6, 0]);
  const cold = await place.json(0, "plan", "graph.json", "--seed", "9");
  deepEqual([cold.hitCount, cold.toCompute], [0, 6]);
  deepEqual(await place.json(0, "run", "graph.json", "--seed", "9", "--dry-run"), cold);
}

async function drawn(place) {
  const svg = await place.text(0, "graph", "graph.json", "--format", "svg");
  checkXml(svg);
  match(svg, /<svg[^>]+xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  match(await place.text(0, "graph", "graph.json", "--format", "mermaid"), /^(flowchart|graph) /m);
  const { nodes, wires } = await place.json(0, "graph", "graph.json");
  equal(nodes.length, 6);
  ok(wires.length >= 6);
}

async function cached(place) {
  const stats = await place.json(0, "cache", "stats");
  ok(stats.entries >= 12, JSON.stringify(stats));
  match(await place.text(0, "cache", "stats"), /\d look-ups at .+ each, \d+ results and blobs kept at .+ each/);
  const verified = await place.json(0, "cache", "verify");
  deepEqual([verified.damagedEntries, verified.damagedBlobs], [0, []]);
  const gc = await place.json(0, "cache", "gc", "--max-bytes", "1", "--dry-run");
  ok(gc.removedEntries > 0);
  ok((await place.json(0, "cache", "stats")).entries >= stats.entries, "a dry run removes nothing");
}

async function swept(place) {
  const document = await place.json(
    0,
    "sweep",
    "graph.json",
    "--axis",
    "step-0-1.factor=1,2",
    "--axis",
    "step-1-1.factor=log:1:100:3",
    "--seed",
    "1",
  );
  equal(document.cases.length, 6);
  for (const one of document.cases) equal(statusesOf(one).source, "hit");
  const points = document.cases.map(({ point }) => Object.values(point));
  deepEqual(
    points.map(([, factor]) => Math.round(factor)).sort((a, b) => a - b),
    [1, 1, 10, 10, 100, 100],
  );
}

/** Long steps, one after another, so that there is something to watch and to interrupt. */
const SLOW = stepsGraph({ chains: 1, length: 8, rounds: 6e7 });

async function interrupted(place) {
  place.write("slow.json", SLOW);
  const command = ["run", "slow.json", "--json", "--cache", "slow", "--out", "slow-runs"];
  const handle = place.start(command);
  const status = await eventually(async () => {
    if (place.runs("slow-runs").length === 0) return undefined;
    const document = await place.json(0, "status", "--out", "slow-runs");
    return document.nodes.computed >= 2 ? document : undefined;
  }, "two computed nodes");
  equal(status.status, "running");
  equal(status.running.length, 1);
  handle.kill("SIGINT");
  const ended = expectCode(await handle.done, 130);
  const done = (await place.json(0, "status", "--out", "slow-runs")).nodes.computed;
  const documents = ended.stdout.trim().split("\n");
  equal(documents.length, 1, `one document:\n${ended.stdout}`);
  const resumed = await place.json(0, ...command.slice(0, 2), ...command.slice(3));
  ok(countOf(resumed, "hit") >= done, `${countOf(resumed, "hit")} reused of ${done}`);
  equal(countOf(resumed, "hit") + countOf(resumed, "computed"), 10);
  return `stopped after ${done} of 10 nodes`;
}

async function died(place) {
  const handle = place.start(["run", "slow.json", "--cache", "died", "--out", "died-runs"]);
  await eventually(
    () =>
      place.runs("died-runs").some((run) => place.events(run, "died-runs").some(({ type }) => type === "nodeFinished")),
    "a computed node",
  );
  handle.kill("SIGKILL");
  await handle.done;
  const document = await place.json(0, "status", "--out", "died-runs");
  equal(document.status, "died");
  ok(document.nodes.computed >= 1 && document.nodes.waiting >= 1);
}
