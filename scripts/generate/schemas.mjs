// Writes docs/schemas/<name>.schema.json for every document of the command line. With --check it writes nothing, and fails
// when a file differs. Run it after a build: node scripts/generate/schemas.mjs
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { documents } from "../../packages/cli/dist/document/documents.js";
import { jsonSchemaOf } from "../../packages/cli/dist/document/json-schema.js";

const folder = new URL("../../docs/schemas/", import.meta.url);
const isCheck = process.argv.includes("--check");
mkdirSync(folder, { recursive: true });
let outdated = 0;
for (const [name, entry] of Object.entries(documents)) {
  const file = new URL(`${name}.schema.json`, folder);
  const schema = jsonSchemaOf(entry);
  if (read(file) === schema) continue;
  outdated += 1;
  if (!isCheck) writeFileSync(file, schema);
  console.log(`${isCheck ? "outdated" : "written"}  ${fileURLToPath(file)}`);
}
if (isCheck && outdated > 0) process.exitCode = 1;

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
