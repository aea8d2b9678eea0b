/** The installed package does its main job on every Node that is served: the example link, twice. */
import { equal, match, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Unavailable } from "../harness/claims.mjs";
import { repository, underNode } from "../harness/installation.mjs";
import { countOf, digestsOf } from "../harness/project.mjs";

export const name = "demo";

const EXAMPLE = join(repository, "examples", "fiber", "qpsk-3x80km.json");

export async function prove({ claim, project, installation }) {
  const link = readFileSync(EXAMPLE, "utf8");
  const runs = [];
  const twice = async (place, version) => {
    place.write("link.json", link);
    const first = await place.json(0, "run", "link.json");
    equal(countOf(first, "computed"), first.nodes.length);
    const second = await place.json(0, "run", "link.json");
    equal(countOf(second, "hit"), second.nodes.length);
    match(
      await place.text(0, "run", "link.json"),
      new RegExp(`${first.nodes.length} nodes: ${first.nodes.length} reused`),
    );
    runs.push({ version, digests: digestsOf(place.manifest(first.runId)), keys: first.nodes.map(({ key }) => key) });
    return `${version}, ${first.nodes.length} nodes`;
  };

  await claim("the example link on this Node: the second run reuses everything and says so", () =>
    twice(project(), process.version),
  );
  for (const major of [22, 24]) {
    await claim(`the example link on Node ${major}`, () => {
      const other = installed(installation, major);
      return twice(project(other), other.version);
    });
  }
  await claim("every Node gives the same keys and the same bytes", () => {
    const [first, ...others] = runs;
    for (const other of others) {
      equal(JSON.stringify(other.keys), JSON.stringify(first.keys), `${other.version} and ${first.version}`);
      equal(JSON.stringify(other.digests), JSON.stringify(first.digests), `${other.version} and ${first.version}`);
    }
    return runs.map(({ version }) => version).join(", ");
  });
  await claim("the installed package is imported in one line, as the guide does", () => {
    const program =
      'import { defineStage, graph, run } from "simloom"; import * as fiber from "simloom/fiber"; console.log(typeof defineStage, typeof graph, typeof run, Object.keys(fiber).length > 5);';
    const said = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: installation.home,
      encoding: "utf8",
    });
    ok(/^function function function true$/m.test(said), said);
  });
}

function installed(installation, major) {
  try {
    return underNode(installation, major);
  } catch (thrown) {
    return Unavailable.refuse(thrown.message);
  }
}
