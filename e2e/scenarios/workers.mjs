/** Where and in which order work is done leaves no trace in a result: same bytes on every executor and number of workers. */
import { deepEqual, equal, notEqual } from "node:assert/strict";
import { digestsOf } from "../harness/project.mjs";
import { shuffled, stepsGraph, uniformFrom } from "../harness/steps.mjs";

export const name = "workers";

const GRAPH = stepsGraph({ rounds: 1e6 });

export async function prove({ claim, project }) {
  const place = project().take("steps/stages.ts").write("graph.json", GRAPH);
  const run = async (...args) => {
    const document = await place.json(0, "run", "graph.json", "--seed", "3", ...args);
    return { document, manifest: place.manifest(document.runId) };
  };
  const reference = await run("--cache", "off", "--executor", "inline");
  const inline = (await run("--cache", "cache-inline", "--executor", "inline")).manifest;
  await claim("the same metrics without a cache", () => {
    deepEqual(reference.manifest.metrics, inline.metrics);
  });

  for (const workers of [1, 2, 4]) {
    await claim(
      `same bytes on ${workers} ${workers === 1 ? "thread" : "threads"} as inline, in the order of the graph`,
      async () => {
        const { document, manifest } = await run(
          "--cache",
          `cache-${workers}`,
          "--executor",
          "threads",
          "--workers",
          String(workers),
        );
        deepEqual(digestsOf(manifest), digestsOf(inline));
        deepEqual(document.metrics, reference.document.metrics);
        deepEqual(
          document.nodes.map(({ id, key }) => [id, key]),
          reference.document.nodes.map(({ id, key }) => [id, key]),
        );
      },
    );
  }
  await claim("same bytes and keys when the nodes of the file are shuffled", async () => {
    const random = uniformFrom(7);
    for (let round = 0; round < 3; round++) {
      place.write("graph.json", shuffled(GRAPH, random));
      const { document, manifest } = await run("--cache", `cache-shuffled-${round}`);
      const byId = (one) => Object.fromEntries(one.nodes.map(({ id, key }) => [id, key]));
      deepEqual(byId(document), byId(reference.document));
      deepEqual(sortedDigests(manifest), sortedDigests(inline));
      deepEqual(document.metrics, reference.document.metrics);
    }
    place.write("graph.json", GRAPH);
  });
  await claim("a warm run answers the document of the cold run, but for status, counts and run", async () => {
    const cold = await run("--cache", "cache-warm");
    const warm = await run("--cache", "cache-warm");
    equal(warm.document.cache.misses, 0);
    deepEqual(timeless(warm.document), timeless(cold.document));
    deepEqual(warm.manifest.artifacts, cold.manifest.artifacts);
  });
  await claim("another seed gives other bytes", async () => {
    const other = await place.json(0, "run", "graph.json", "--seed", "4", "--cache", "cache-inline");
    notEqual(digestsOf(place.manifest(other.runId))["source.x"], digestsOf(inline)["source.x"]);
  });
}

function sortedDigests(manifest) {
  return Object.entries(digestsOf(manifest)).sort(([a], [b]) => (a < b ? -1 : 1));
}

function timeless({ nodes, metrics, status, warnings, result }) {
  return {
    nodes: nodes.map(({ id, stage, key, durationMs }) => ({ id, stage, key, durationMs })),
    metrics,
    status,
    warnings,
    result,
  };
}
