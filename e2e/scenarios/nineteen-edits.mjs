/**
 * Nineteen edits decide whether a key is right: eight must reuse what is there, eleven must compute anew, give the value
 * that the edited code gives, and be explained by the leaf that was edited. Each in a fresh copy of a project and its cache.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { statusesOf } from "../harness/project.mjs";

export const name = "nineteen-edits";

const SAMPLES = Array.from({ length: 5000 }, (_, index) => index % 7);
const depthTo = (leaf) => ({
  one: { two: { three: { four: { five: { six: { seven: { eight: { nine: { ten: leaf } } } } } } } } },
});
const INPUTS = { config: { gain: 1.5, depth: depthTo(1) }, samples: SAMPLES };

/** The value by hand: what the stage and its helpers say, with every part that an edit changes as a parameter. */
function expectedValue({
  start = 0,
  power = 2,
  bend = 0.5,
  scale = (x) => x * 2,
  shift = 10,
  offset = 1,
  leaf = 1,
  limit = 1e6,
  samples = SAMPLES,
} = {}) {
  const total = samples.reduce((sum, sample) => sum + sample ** power, start);
  return Math.min(scale(total + bend) * 1.5 + shift + offset + leaf, limit);
}

const HITS = {
  "a comment changed": (project) =>
    project.edit("stage.ts", "/** Squares. */", "/** Squares a number; see any book. */"),
  "the stage reformatted": (project) => project.write("stage.ts", reformatted(project.read("stage.ts"))),
  "lines added above it": (project) =>
    project.edit("stage.ts", "export const work", "\n\n// more\n\nexport const work"),
  "an unused function added to a helper file": (project) =>
    project.edit(
      "helper.ts",
      "export const LIMIT",
      "export function unused(): number {\n  return 7;\n}\n\nexport const LIMIT",
    ),
  "a local variable renamed": (project) => project.edit("stage.ts", "total", "sumOfSquares"),
  "config keys reordered": (project) =>
    project.write("inputs.json", { ...INPUTS, config: { depth: INPUTS.config.depth, gain: INPUTS.config.gain } }),
  "a README beside it edited": (project) => project.edit("README.md", "A project.", "A project of many."),
  "the code changed and changed back": async (project) => {
    project.edit("stage.ts", "let total = 0;", "let total = 5;");
    await project.json(0, "run", "model.ts");
    project.edit("stage.ts", "let total = 5;", "let total = 0;");
  },
};

const byFile = (file) => ({ what: "code", file });
const MISSES = {
  "the stage's own code": [
    (project) => project.edit("stage.ts", "let total = 0;", "let total = 1;"),
    { start: 1 },
    byFile("stage.ts"),
  ],
  "a default of its config": [
    (project) => project.edit("stage.ts", "scale: z.number().default(2)", "scale: z.number().default(4)"),
    { scale: (x) => x * 4 },
    { what: "config", path: "scale" },
  ],
  "a helper in the same file": [
    (project) => project.edit("stage.ts", "return x * x;", "return x * x * x;"),
    { power: 3 },
    byFile("stage.ts"),
  ],
  "a helper in another file": [
    (project) => project.edit("helper.ts", "bend(value) * scale", "bend(value) / scale"),
    { scale: (x) => x / 2 },
    byFile("helper.ts"),
  ],
  "a helper one deeper": [
    (project) => project.edit("deeper.ts", "value + 0.5", "value + 0.25"),
    { bend: 0.25 },
    byFile("deeper.ts"),
  ],
  "a constant in the same file": [
    (project) => project.edit("stage.ts", "const OFFSET = 1;", "const OFFSET = 2;"),
    { offset: 2 },
    byFile("stage.ts"),
  ],
  "a constant in another file": [
    (project) => project.edit("helper.ts", "LIMIT = 1e6", "LIMIT = 10"),
    { limit: 10 },
    byFile("helper.ts"),
  ],
  "an installed library upgraded": [
    (project) =>
      project
        .write("node_modules/tiny-lib/package.json", library("1.0.1"))
        .write("node_modules/tiny-lib/index.js", shiftBy(11)),
    { shift: 11 },
    byFile("tiny-lib"),
  ],
  "an installed library patched in place without a new version": [
    (project) => project.write("node_modules/tiny-lib/index.js", shiftBy(12)),
    { shift: 12 },
    byFile("tiny-lib"),
  ],
  "a leaf ten levels down in the config": [
    (project) => project.write("inputs.json", { ...INPUTS, config: { ...INPUTS.config, depth: depthTo(2) } }),
    { leaf: 2 },
    { what: "config", path: "depth.one.two.three.four.five.six.seven.eight.nine.ten" },
  ],
  "one element in the middle of an array": [
    (project) => project.write("inputs.json", { ...INPUTS, samples: SAMPLES.with(2500, 99) }),
    { samples: SAMPLES.with(2500, 99) },
    { what: "input", path: "samples" },
  ],
};

export async function prove({ claim, claimAll, project, folderOf }) {
  const original = project().take(
    "edits/model.ts",
    "edits/readout.ts",
    "edits/stage.ts",
    "edits/helper.ts",
    "edits/deeper.ts",
    "edits/README.md",
  );
  original.write("package.json", { name: "edits", version: "1.0.0", type: "module" }).write("inputs.json", INPUTS);
  original
    .write("node_modules/tiny-lib/package.json", library("1.0.0"))
    .write("node_modules/tiny-lib/index.js", shiftBy(10));

  await claim("the first run computes, and gives the value worked out by hand", async () => {
    const document = await original.json(0, "run", "model.ts");
    deepEqual(statusesOf(document), { work: "computed", readout: "computed" });
    equal(document.metrics["readout.y"].value, expectedValue());
  });

  const reused = async (apply) => {
    const copy = original.copy(folderOf());
    await apply(copy);
    const document = await copy.json(0, "run", "model.ts");
    deepEqual(statusesOf(document), { work: "hit", readout: "hit" });
    equal(document.metrics["readout.y"].value, expectedValue());
  };
  const computed = async ([apply, parts, leaf]) => {
    const copy = original.copy(folderOf());
    apply(copy);
    const document = await copy.json(0, "run", "model.ts");
    equal(statusesOf(document).work, "computed");
    ok(expectedValue(parts) !== expectedValue(), "the edit changes the value");
    equal(document.metrics["readout.y"].value, expectedValue(parts));
    const { nodes } = await copy.json(0, "why", document.runId, "work");
    return explained(nodes, leaf);
  };
  await claimAll([
    ...Object.entries(HITS).map(([edit, apply]) => [`reused: ${edit}`, () => reused(apply)]),
    ...Object.entries(MISSES).map(([edit, miss]) => [`computed, right and explained: ${edit}`, () => computed(miss)]),
  ]);
  await claim("why answers the same for people", async () => {
    const copy = original.copy(folderOf());
    copy.edit("deeper.ts", "value + 0.5", "value + 0.125");
    const { runId } = await copy.json(0, "run", "model.ts");
    const text = await copy.text(0, "why", runId, "work");
    ok(/deeper\.ts changed/.test(text), text);
  });
}

/** The reasons name the leaf, and of the files exactly the edited one. */
function explained(nodes, { what, path, file }) {
  const [{ reasons }] = nodes;
  const said = JSON.stringify(reasons);
  const found = reasons.filter(
    (reason) => reason.nodeId === "work" && reason.what === what && (path === undefined || reason.path === path),
  );
  equal(found.length, 1, `one reason names it: ${said}`);
  if (file === undefined) return `${what} ${path}`;
  const files = (found[0].files ?? []).map((one) => one.file);
  ok(files.length > 0 && files.every((one) => one.includes(file)), `the reason names ${file} alone: ${said}`);
  return files.join(", ");
}

function library(version) {
  return { name: "tiny-lib", version, type: "module", main: "index.js", sideEffects: false };
}

function shiftBy(amount) {
  return `export function shift(x) {\n  return x + ${amount};\n}\n`;
}

/** Other indentation, quotes, semicolons, line breaks and parentheses, same meaning. */
function reformatted(text) {
  return text
    .replaceAll("  ", "\t")
    .replaceAll('"', "'")
    .replaceAll(";\n", "\n")
    .replaceAll(", {\n", ",\n{\n")
    .replaceAll("return x * x", "return (\n(x) *\n(x)\n)")
    .replaceAll("(const sample of", "( const sample of ");
}
