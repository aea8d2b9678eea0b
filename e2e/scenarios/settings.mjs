/** Settings in layers, order of starts, maps inside a stage, and runs without a cache: as the command line shows them. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { digestsOf } from "../harness/project.mjs";

export const name = "settings";

const sampled = (input, more = {}) => ({ stage: "settings/sampled", inputs: { x: input }, ...more });
const LAYERS = {
  graph: "layers",
  stages: ["./stages.ts"],
  policy: { "grid.count": 10, "grid.guard": 2 },
  nodes: {
    first: sampled({ value: 0 }),
    second: sampled("first.y"),
    own: sampled("second.y", { policy: { "grid.count": 1000 } }),
  },
  outputs: { y: "own.y" },
};

export async function prove({ claim, project }) {
  const place = project().take("settings/stages.ts", "settings/items.ts").write("layers.json", LAYERS);
  await layers(place, claim);
  await withoutCache(place, claim);
  await innerMaps(place, claim);
  await urgency(place, claim);
}

async function layers(place, claim) {
  const run = async (...args) => {
    const document = await place.json(0, "run", "layers.json", ...args);
    const manifest = place.manifest(document.runId);
    const said = manifest.nodes.map(({ policy, policyFrom }) => [policy["grid.count"], policyFrom["grid.count"]]);
    return { document, said };
  };
  let plain;
  await claim(
    "a graph's policy holds, the run's goes before it, a node's own before both; the manifest says who",
    async () => {
      plain = await run();
      deepEqual(plain.said, [
        [10, "graph"],
        [10, "graph"],
        [1000, "node"],
      ]);
      equal(plain.document.metrics["second.count"].value, 10);
      const told = await run("--policy", "grid.count=100");
      deepEqual(told.said, [
        [100, "run"],
        [100, "run"],
        [1000, "node"],
      ]);
      equal(told.document.metrics["second.count"].value, 100);
      equal(told.document.metrics["own.count"].value, 1000);
    },
  );
  await claim("who set a value is not part of the key: the same value from another layer is reused", async () => {
    const again = await run("--policy", "grid.count=10");
    deepEqual(
      again.document.nodes.map(({ status }) => status),
      ["hit", "hit", "hit"],
    );
    deepEqual(
      again.said.map(([, from]) => from),
      ["run", "run", "node"],
    );
  });
  await claim("status and why say which settings are in force, and who set them", async () => {
    const { runId } = (await run("--policy", "grid.count=77")).document;
    const { policy } = await place.json(0, "status", runId);
    deepEqual(policy, [
      { key: "grid.count", value: 77, from: "run", nodes: ["first", "second"] },
      { key: "grid.guard", value: 2, from: "graph", nodes: ["first", "second", "own"] },
      { key: "grid.count", value: 1000, from: "node", nodes: ["own"] },
    ]);
    const { nodes } = await place.json(0, "why", runId, "first");
    const [reason] = nodes[0].reasons;
    deepEqual([reason.what, reason.path, reason.after, reason.from], ["policy", "grid.count", 77, "run"]);
    match(await place.text(0, "why", runId, "first"), /policy grid\.count was \d+, is 77 \(set by the run\)/);
  });
  await claim("a key that the node does not read is refused by its place", async () => {
    const wrong = { ...LAYERS, nodes: { ...LAYERS.nodes, own: sampled("second.y", { policy: { "grid.cuont": 1 } }) } };
    place.write("wrong.json", wrong);
    const { error } = await place.json(2, "run", "wrong.json");
    deepEqual(
      [error.code, error.path, error.remedy],
      ["PIPE-030", "own.policy.grid.cuont", "Did you mean grid.count?"],
    );
  });
}

async function withoutCache(place, claim) {
  await claim(
    "without a cache the manifest has a digest for every input and output, those of a run with one",
    async () => {
      const cached = place.manifest((await place.json(0, "run", "layers.json")).runId);
      const document = await place.json(0, "run", "layers.json", "--cache", "off");
      const manifest = place.manifest(document.runId);
      deepEqual(digestsOf(manifest), digestsOf(cached));
      for (const { outputs, inputDigests } of manifest.nodes) {
        match(outputs.y.digest, /^[0-9a-f]{64}$/);
        match(inputDigests.x, /^[0-9a-f]{64}$/);
      }
      equal(manifest.nodes[1].inputDigests.x, manifest.nodes[0].outputs.y.digest);
      const replay = await place.json(0, "replay", document.runId, "--verify");
      ok(
        replay.nodes.every(({ verdict }) => verdict === "same"),
        JSON.stringify(replay.nodes),
      );
    },
  );
  await claim("a replay of such a run notices another output", async () => {
    const { runId } = await place.json(0, "run", "layers.json", "--cache", "off");
    const file = `runs/${runId}/manifest.json`;
    const manifest = JSON.parse(place.read(file));
    const { y } = manifest.nodes[1].outputs;
    y.digest = y.digest.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    place.write(file, manifest);
    const { error } = await place.json(1, "replay", runId, "--verify");
    equal(error.code, "RUNT-072");
  });
}

async function innerMaps(place, claim) {
  const graph = (stage, config) => ({ graph: "map", stages: ["./stages.ts"], nodes: { map: { stage, config } } });
  place.write("map.json", graph("settings/mapped", { count: 500, rounds: 20000 }));
  const run = async (cache, ...args) => {
    const document = await place.json(0, "run", "map.json", "--cache", cache, ...args);
    return { document, digest: digestsOf(place.manifest(document.runId))["map.list"] };
  };
  await claim("a map inside a stage gives the same bytes inline and on 1, 2 and 4 threads", async () => {
    const { digest, document } = await run("off", "--executor", "inline");
    for (const workers of ["1", "2", "4"]) {
      const other = await run("off", "--executor", "threads", "--workers", workers);
      equal(other.digest, digest);
      deepEqual(other.document.metrics, document.metrics);
    }
  });
  await claim("an edit of the function that it maps with computes it again, changed back it is reused", async () => {
    const statusOf = async () => (await run("cache-map")).document.nodes[0].status;
    equal(await statusOf(), "computed");
    equal(await statusOf(), "hit");
    place.edit("items.ts", "3.7 * y", "3.6 * y");
    equal(await statusOf(), "computed");
    place.edit("items.ts", "3.6 * y", "3.7 * y");
    equal(await statusOf(), "hit");
  });
  await claim("the first item that fails is named, whoever came upon it", async () => {
    place.write("failing.json", graph("settings/failing", {}));
    for (const executor of [["inline"], ["threads", "--workers", "4"]]) {
      const { error } = await place.json(1, "run", "failing.json", "--executor", ...executor);
      match(JSON.stringify(error), /PIPE-018/);
      match(JSON.stringify(error), /item 30 of 100 failed in settings\/fragile: 30 is too much/);
    }
  });
}

async function urgency(place, claim) {
  const busy = (x, n, more = {}) => ({ stage: "settings/busy", config: { n }, inputs: { x }, ...more });
  const nodes = {};
  for (let leaf = 0; leaf < 8; leaf++) nodes[`a-leaf-${leaf}`] = busy({ value: 0 }, leaf);
  nodes["link-1"] = busy({ value: 0 }, 100);
  for (let link = 2; link <= 4; link++) nodes[`link-${link}`] = busy(`link-${link - 1}.y`, 100);
  nodes["z-wanted"] = busy({ value: 0 }, 999, { priority: 1 });
  place.write("urgent.json", { graph: "urgent", stages: ["./stages.ts"], nodes });
  const startsOf = async (...args) => {
    const { runId } = await place.json(0, "run", "urgent.json", "--cache", "off", ...args);
    return place
      .events(runId)
      .filter(({ type }) => type === "nodeStarted")
      .map(({ nodeId }) => nodeId);
  };
  await claim(
    "what has priority starts first, then the longest way to the end, then the order of the graph",
    async () => {
      const order = await startsOf("--executor", "threads", "--workers", "1");
      deepEqual(order.slice(0, 4), ["z-wanted", "link-1", "link-2", "link-3"]);
      equal(order.length, 13);
    },
  );
}
