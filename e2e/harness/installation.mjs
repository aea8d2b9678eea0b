/** An empty folder with Simloom installed in it: from packed tarballs, or linked to the built workspace. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** What every process of the suite finds in its environment: its own Node first, and no settings of the caller. */
function environment(nodeFolder) {
  return { PATH: `${nodeFolder}:${process.env.PATH}`, NODE_OPTIONS: "", NO_COLOR: "1" };
}

function installationIn(home) {
  return { home, bin: join(home, "node_modules", ".bin", "simloom"), env: environment(dirname(process.execPath)) };
}

function emptyHome() {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "simloom-e2e-")));
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  return home;
}

/** Packs all workspaces and installs the tarballs as a user would. Takes about half a minute. */
export function installPacked() {
  const home = emptyHome();
  const tarballs = join(home, "tarballs");
  mkdirSync(tarballs);
  npm(["pack", "--workspaces", "--pack-destination", tarballs, "--silent"], repository);
  const files = readdirSync(tarballs).map((name) => `./tarballs/${name}`);
  npm(["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...files], home);
  return installationIn(home);
}

/** Links the packages of the workspace as they are built now: quick, for development. */
export function installLinked() {
  const home = emptyHome();
  const modules = join(home, "node_modules");
  mkdirSync(join(modules, "@simloom"), { recursive: true });
  mkdirSync(join(modules, ".bin"));
  for (const folder of readdirSync(join(repository, "packages"))) {
    const { name } = JSON.parse(readFileSync(join(repository, "packages", folder, "package.json"), "utf8"));
    symlinkSync(join(repository, "packages", folder), join(modules, name));
  }
  symlinkSync(join(repository, "node_modules", "zod"), join(modules, "zod"));
  const bin = join(modules, ".bin", "simloom");
  writeFileSync(
    bin,
    `#!/usr/bin/env node\nimport(${JSON.stringify(join(repository, "packages/cli/dist/bundle/bin.js"))});\n`,
    { mode: 0o755 },
  );
  return installationIn(home);
}

/** The same installation under another Node, installed from the package index. Throws when it cannot be had. */
export function underNode({ home, bin }, major) {
  const folder = join(home, `node-${major}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  npm(
    [
      "install",
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      `node-${process.platform}-${process.arch}@${major}`,
    ],
    folder,
  );
  const nodeFolder = join(folder, "node_modules", `node-${process.platform}-${process.arch}`, "bin");
  const version = execFileSync(join(nodeFolder, "node"), ["--version"], { encoding: "utf8" }).trim();
  return { home, bin, env: environment(nodeFolder), version };
}

function npm(args, cwd) {
  try {
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 300_000 });
  } catch (thrown) {
    throw new Error(
      `npm ${args.slice(0, 3).join(" ")} failed:\n${thrown.stderr ?? ""}${thrown.stdout ?? ""}${thrown.stderr ? "" : thrown.message}`,
    );
  }
}
