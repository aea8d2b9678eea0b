/**
 * What a package needs beside its compiled files: the fingerprints of its stages, in dist/fingerprints.json.
 * Runs after `tsc -b`.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shipFingerprints } from "../../packages/runtime/dist/fingerprint/ship.js";

const packages = fileURLToPath(new URL("../../packages", import.meta.url));
for (const name of readdirSync(packages).sort()) {
  const home = join(packages, name);
  if (!existsSync(join(home, "dist"))) continue;
  const target = join(home, "dist", "fingerprints.json");
  rmSync(target, { force: true });
  const shipped = await shipFingerprints(home);
  if (shipped === undefined) continue;
  writeFileSync(target, `${JSON.stringify(shipped, undefined, 1)}\n`);
  console.log(`${name}: fingerprints of ${Object.keys(shipped.stages).length} stages`);
}
