/** A cache that cannot be written costs reuse, never a run: the run goes on, and says what it could not keep. */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { documentOf, expectCode, start } from "../harness/processes.mjs";
import { countOf } from "../harness/project.mjs";
import { stepsGraph } from "../harness/steps.mjs";

export const name = "full-disk";

/** Results of 2 MiB each. */
const GRAPH = stepsGraph({ chains: 2, length: 2, rounds: 1e5, arrayLength: 2 ** 18 });

export async function prove({ claim, project, installation }) {
  const place = project().take("steps/stages.ts").write("graph.json", GRAPH);
  const reference = await place.json(0, "run", "graph.json", "--cache", "reference", "--seed", "1");
  const isRoot = process.getuid?.() === 0;

  await claim("a cache on a full disk: the run ends well and says what it could not keep", async () => {
    const disk = smallDisk(place.path("small"));
    try {
      const args = ["run", "graph.json", "--cache", "small/cache", "--seed", "1", "--json"];
      const ended = await (disk.isMounted ? place.start(args) : limited(place, args)).done;
      const document = documentOf(expectCode(ended, 0));
      deepEqual(document.metrics, reference.metrics);
      ok(document.cache.notStored > 0, JSON.stringify(document.cache));
      ok(saysNotKept(document), `a warning says so: ${JSON.stringify(document.warnings)}`);
      const again = documentOf(expectCode(await (disk.isMounted ? place.start(args) : limited(place, args)).done, 0));
      deepEqual(again.metrics, reference.metrics);
      return `${disk.isMounted ? "a disk of 3 MiB" : "files limited to 1 MiB"}: ${document.cache.notStored} of ${document.cache.misses} results not kept`;
    } finally {
      disk.release();
    }
  });

  await claim("a cache that may not be written: what it has is reused, the rest is computed and not kept", async () => {
    await place.json(0, "run", "graph.json", "--cache", "locked", "--seed", "1");
    for (const folder of ["", "runs-locked"]) {
      mkdirSync(place.path(folder), { recursive: true });
      chmodSync(place.path(folder), folder === "" ? 0o755 : 0o777);
    }
    execFileSync("chmod", ["-R", "a-w,a+rX", place.path("locked")]);
    if (isRoot) chmodSync(installation.home, 0o755);
    const command = ["run", "graph.json", "--cache", "locked", "--out", "runs-locked", "--json"];
    const asAnother = (...args) =>
      start(place.bin, [...command, ...args], {
        cwd: place.folder,
        env: { ...place.env, HOME: place.folder },
        ...(isRoot ? { user: 65534 } : {}),
      }).done;
    const warm = documentOf(expectCode(await asAnother("--seed", "1"), 0));
    equal(countOf(warm, "hit"), warm.nodes.length, "reused");
    const cold = documentOf(expectCode(await asAnother("--seed", "2"), 0));
    equal(countOf(cold, "computed"), cold.nodes.length);
    ok(cold.cache.notStored > 0, JSON.stringify(cold.cache));
    ok(saysNotKept(cold), `a warning says so: ${JSON.stringify(cold.warnings)}`);
  });

  await claim("a cache folder that cannot be made: the run ends well and says so", async () => {
    const { code, stdout, stderr } = await place.simloom(
      "run",
      "graph.json",
      "--seed",
      "1",
      "--cache",
      "graph.json/cache",
    );
    equal(code, 0, stderr);
    match(stdout, /not kept|could not be kept|cannot be (kept|written|opened)|not stored/);
  });
}

function saysNotKept({ warnings = [] }) {
  return warnings.some((warning) =>
    /not kept|could not be kept|cannot be|not stored|ENOSPC|EFBIG|EACCES/.test(warning),
  );
}

/** A disk of 3 MiB where this user may mount one. */
function smallDisk(folder) {
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], { stdio: "ignore" });
    return { isMounted: true, release: () => execFileSync("umount", ["-l", folder]) };
  } catch {
    return { isMounted: false, release: () => {} };
  }
}

/** The command with a limit of 1 MiB on every file it writes. */
function limited(place, args) {
  return start("bash", ["-c", 'ulimit -f 1024; exec "$0" "$@"', place.bin, ...args], {
    cwd: place.folder,
    env: place.env,
  });
}
