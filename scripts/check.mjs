/** `npm run check`: types of sources and tests, lint and format, dead code, arrows between packages. All run; any failure fails. */
import { build, command } from "./command.mjs";

build();
const checks = [
  ["types of tests", "tsc", ["-p", "tsconfig.test.json"]],
  ["lint and format", "biome", ["ci", "--diagnostic-level=warn", "."]],
  ["dead code", "knip", []],
  ["house rules", "vitest", ["run", "checks", "--reporter=dot"]],
];
const failures = checks.filter(([title, program, args]) => {
  process.stdout.write(`\n# ${title}\n`);
  return command(program, args).status !== 0;
});
process.stdout.write(`\n${checks.length - failures.length} passed, ${failures.length} failed\n`);
for (const [title] of failures) process.stdout.write(`  failed: ${title}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
