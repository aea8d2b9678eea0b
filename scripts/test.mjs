/** `npm test`: provisions, builds, runs all tests, and closes with what ran and what this machine lacks. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, command, root } from "./command.mjs";

const filters = process.argv.slice(2);
if (filters.length === 0) command("bash", ["scripts/provision"]);
build();
const folder = mkdtempSync(join(tmpdir(), "simloom-test-"));
const report = join(folder, "report.json");
const { status } = command("vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...filters,
]);
const { files, passed, failed, skipped } = summary(report);
rmSync(folder, { recursive: true, force: true });

process.stdout.write("\n");
const width = Math.max(...[...files.keys()].map((name) => name.length), ...facilities().map(([name]) => name.length));
for (const [name, counts] of files)
  process.stdout.write(
    `  ${name.padEnd(width)}  ${counts.passed} passed${counts.failed > 0 ? `, ${counts.failed} FAILED` : ""}\n`,
  );
process.stdout.write("\n");
for (const [name, isThere, hint] of facilities())
  process.stdout.write(`  ${name.padEnd(width)}  ${isThere ? "there" : `lacking: ${hint}`}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
const isSkippedInCi = process.env.CI !== undefined && skipped > 0;
if (isSkippedInCi) process.stderr.write("tests were skipped, which CI does not allow\n");
process.exitCode = status === 0 && failed === 0 && passed > 0 && !isSkippedInCi ? 0 : 1;

/** Counts by package. */
function summary(path) {
  const files = new Map();
  const total = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(path)) return { files, ...total, failed: 1 };
  const { testResults } = JSON.parse(readFileSync(path, "utf8"));
  for (const { name, assertionResults, status: fileStatus } of testResults) {
    const part = name.slice(root.length).split("/");
    const home = part[0] === "packages" ? part.slice(0, 2).join("/") : (part[0] ?? name);
    const counts = files.get(home) ?? { passed: 0, failed: 0 };
    files.set(home, counts);
    if (assertionResults.length === 0 && fileStatus === "failed") counts.failed += 1;
    for (const { status: outcome } of assertionResults) {
      if (outcome === "passed") counts.passed += 1;
      else if (outcome === "failed") counts.failed += 1;
      else total.skipped += 1;
    }
  }
  for (const counts of files.values()) {
    total.passed += counts.passed;
    total.failed += counts.failed;
  }
  return { files: new Map([...files].sort()), ...total };
}

function hasCompiler() {
  const { CC } = process.env;
  const candidates = CC === undefined || CC === "" ? ["cc", "gcc", "clang"] : [CC];
  return candidates.some((compiler) => spawnSync(compiler, ["--version"]).status === 0);
}

/** What tests use where it is there, and how to get it. */
function facilities() {
  const isInstalled = (library) =>
    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64"].some((place) =>
      existsSync(join(place, library)),
    );
  return [
    [`Node ${process.versions.node}`, true, ""],
    [
      "FFTW (fast arithmetic, oracle of the transforms)",
      isInstalled("libfftw3.so.3"),
      "apt-get install libfftw3-double3",
    ],
    ["FFTW single precision", isInstalled("libfftw3f.so.3"), "apt-get install libfftw3-single3"],
    [
      "SUNDIALS 6 (CVODE, held against our stiff methods)",
      isInstalled("libsundials_cvode.so.6"),
      "apt-get install libsundials-cvode6",
    ],
    ["C compiler (native kernels)", hasCompiler(), "apt-get install gcc"],
    ["Chromium (reads the reports)", existsSync("/usr/bin/chromium"), "apt-get install chromium"],
  ];
}
