/**
 * What a package needs beside its compiled files: its doors as bundles, the fingerprints of its stages in
 * dist/fingerprints.json, and the command of the checkout. Runs after `tsc -b`.
 */
import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleDoors, bundleSchemaLibrary } from "./bundles.mjs";

const packages = fileURLToPath(new URL("../../packages", import.meta.url));
const homes = readdirSync(packages)
  .sort()
  .map((name) => ({ name, home: join(packages, name) }))
  .filter(({ home }) => existsSync(join(home, "dist", "index.js")));

await bundleSchemaLibrary(join(packages, "units"));
await Promise.all(homes.map(({ home }) => bundleDoors(home)));

// It loads the packages by their doors, which are there from here on.
const { shipFingerprints } = await import("../../packages/runtime/dist/fingerprint/ship.js");
for (const { name, home } of homes) {
  const target = join(home, "dist", "fingerprints.json");
  rmSync(target, { force: true });
  const shipped = await shipFingerprints(home);
  if (shipped === undefined) continue;
  writeFileSync(target, `${JSON.stringify(shipped, undefined, 1)}\n`);
  console.log(`${name}: fingerprints of ${Object.keys(shipped.stages).length} stages`);
}

// npm links the command when it installs, and leaves it out where it is not compiled yet, as in a fresh clone.
const [bin, links] = [join(packages, "cli", "dist", "bundle", "bin.js"), join(packages, "..", "node_modules", ".bin")];
if (existsSync(bin)) {
  chmodSync(bin, 0o755);
  if (process.platform !== "win32" && existsSync(links) && !existsSync(join(links, "simloom"))) {
    rmSync(join(links, "simloom"), { force: true });
    symlinkSync(join("..", "simloom", "dist", "bundle", "bin.js"), join(links, "simloom"));
  }
}
