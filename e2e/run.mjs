/**
 * The end-to-end suite: the installed command in processes of its own.
 *
 *   node e2e/run.mjs [scenario…] [--linked] [--keep]
 *
 * Packs and installs all workspaces; `--linked` takes the built workspace instead, for development. `--keep` leaves the
 * temporary folder for a look. A scenario is named by the beginning of its name; default: all.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Claims, closingTable } from "./harness/claims.mjs";
import { installLinked, installPacked } from "./harness/installation.mjs";
import { endAll } from "./harness/processes.mjs";
import { Project } from "./harness/project.mjs";
import { scenarios } from "./scenarios/index.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { linked: { type: "boolean", default: false }, keep: { type: "boolean", default: false } },
});
const wanted = scenarios.filter(
  ({ name }) => positionals.length === 0 || positionals.some((one) => name.startsWith(one)),
);
if (wanted.length === 0) {
  console.error(
    `there is no scenario ${positionals.join(", ")}; there is: ${scenarios.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}

const results = [];
let installation;
const installing = new Claims("installation");
console.log("installation");
await installing.claim(
  values.linked ? "the built workspace can be linked" : "the packed workspaces install into an empty folder",
  () => {
    installation = values.linked ? installLinked() : installPacked();
  },
);
results.push(...installing.results);

process.on("exit", () => {
  endAll();
  if (installation !== undefined && !values.keep)
    rmSync(installation.home, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

if (installation !== undefined) {
  for (const { name, prove } of wanted) {
    console.log(name);
    const claims = new Claims(name);
    let count = 0;
    const folderOf = () => join(installation.home, "projects", `${name}-${++count}`);
    const project = (changes = {}) => new Project(folderOf(), { ...installation, ...changes });
    const isWhole = await Promise.resolve(
      prove({ claim: claims.claim, claimAll: claims.claimAll, project, folderOf, installation }),
    ).catch((thrown) => thrown);
    if (isWhole instanceof Error) await claims.claim("the scenario comes to its end", () => Promise.reject(isWhole));
    results.push(...claims.results);
  }
}
if (values.keep) console.log(`kept: ${installation?.home}`);
process.exit(closingTable(results) === 0 ? 0 : 1);
