/** Wrong input: a code, a place and a remedy; one document with `--json`; the right exit code; and nothing written. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync, truncateSync } from "node:fs";
import { coherentLink } from "../harness/link.mjs";
import { listing } from "../harness/project.mjs";

export const name = "bad-input";

const lampAndRuler = (inputs = { length: { value: 1 } }) => ({
  graph: "bench",
  stages: ["./stages.ts"],
  nodes: { lamp: { stage: "faults/lamp" }, ruler: { stage: "faults/ruler", inputs } },
});
const steady = (x) => ({ stage: "faults/steady", inputs: { x } });
const withNodes = (nodes) => ({ graph: "bench", stages: ["./stages.ts"], nodes });

/** Each case: what is wrong, files, arguments, and what code, place, message and remedy must say. */
const CASES = [
  [
    "an unknown key in a graph file",
    { "g.json": { ...lampAndRuler(), output: {} } },
    ["run", "g.json"],
    /PIPE-0(20|27)/,
    /output/,
  ],
  [
    "an unknown key in a configuration, with a suggestion",
    { "g.json": withNodes({ a: { ...steady({ value: 1 }), config: { ad: 3 } } }) },
    ["run", "g.json"],
    /PIPE-027/,
    /did you mean add/i,
  ],
  [
    "a wire between different units",
    { "g.json": lampAndRuler({ length: "lamp.power" }) },
    ["run", "g.json"],
    /PIPE-026/,
    /lamp.*ruler|ruler.*lamp/,
  ],
  [
    "a value of the wrong type",
    { "g.json": withNodes({ a: { ...steady({ value: 1 }), config: { add: "three" } } }) },
    ["run", "g.json"],
    /PIPE-027/,
    /a\.add/,
  ],
  [
    "a constant of the wrong type at a port",
    { "g.json": withNodes({ a: steady({ value: "one" }) }) },
    ["run", "g.json"],
    /PIPE-02/,
    /\bx\b/,
  ],
  [
    "a value out of its bounds",
    { "g.json": withNodes({ lamp: { stage: "faults/lamp", config: { powerW: -1 } } }) },
    ["run", "g.json"],
    /PIPE-027/,
    /powerW/,
  ],
  [
    "a circle",
    { "g.json": withNodes({ a: steady("b.y"), b: steady("a.y") }) },
    ["run", "g.json"],
    /PIPE-023/,
    /a.*b|b.*a/,
  ],
  ["a port without a wire", { "g.json": lampAndRuler({}) }, ["run", "g.json"], /PIPE-024/, /length/],
  [
    "a wire to a port that is not there",
    { "g.json": withNodes({ a: { stage: "faults/steady", inputs: { z: { value: 1 } } } }) },
    ["run", "g.json"],
    /PIPE-02/,
    /\bz\b/,
  ],
  [
    "a wire from a node that is not there",
    { "g.json": withNodes({ a: steady("lmap.power"), lamp: { stage: "faults/lamp" } }) },
    ["run", "g.json"],
    /PIPE-022/,
    /lmap/,
  ],
  [
    "a stage that no module has",
    { "g.json": withNodes({ a: { stage: "faults/stedy" } }) },
    ["run", "g.json"],
    /PIPE-033/,
    /steady/,
  ],
  [
    "a module that is not there",
    { "g.json": { ...lampAndRuler(), stages: ["./stagse.ts"] } },
    ["run", "g.json"],
    /RUNT-031|CLI-001/,
    /stagse/,
  ],
  [
    "a module with a syntax error",
    { "broken.ts": "export const = 1;\n" },
    ["run", "broken.ts"],
    /RUNT-030/,
    /broken\.ts/,
  ],
  ["a module that exports no graph", { "none.ts": "export const x = 1;\n" }, ["run", "none.ts"], /CLI-001/, /graph/],
  [
    "an unknown option, with a suggestion",
    { "g.json": lampAndRuler() },
    ["run", "g.json", "--wokers", "2"],
    /CLI-001/,
    /--workers/,
  ],
  ["an unknown command, with a suggestion", {}, ["rnu", "g.json"], /CLI-001/, /run/],
  [
    "an option value out of its bounds",
    { "g.json": lampAndRuler() },
    ["run", "g.json", "--workers", "0"],
    /CLI-001/,
    /whole number/,
  ],
  [
    "an unknown executor",
    { "g.json": lampAndRuler() },
    ["run", "g.json", "--executor", "thread"],
    /CLI-001/,
    /threads/,
  ],
  ["a missing argument", {}, ["run"], /CLI-001/, /spec/],
  [
    "an unknown policy key",
    { "g.json": withNodes({ a: steady({ value: 1 }) }) },
    ["run", "g.json", "--policy", "faults.scael=2"],
    /PIPE-030/,
    /faults\.scale/,
  ],
  [
    "an unknown sweep path",
    { "g.json": withNodes({ a: steady({ value: 1 }) }) },
    ["sweep", "g.json", "--axis", "a.ad=1,2"],
    /PIPE-050/,
    /add/,
  ],
  [
    "an unknown node in a sweep path",
    { "g.json": withNodes({ a: steady({ value: 1 }) }) },
    ["sweep", "g.json", "--axis", "b.add=1,2"],
    /PIPE-050/,
    /b/,
  ],
  [
    "an axis that cannot be read",
    { "g.json": withNodes({ a: steady({ value: 1 }) }) },
    ["sweep", "g.json", "--axis", "a.add=1:2:x"],
    /CLI-001|PIPE-051|PIPE-027/,
    /a\.add/,
  ],
  [
    "an unknown path in --set",
    { "g.json": withNodes({ a: steady({ value: 1 }) }) },
    ["run", "g.json", "--set", "a.ad=1"],
    /PIPE-050|PIPE-027/,
    /add/,
  ],
  ["JSON that ends early", { "g.json": '{"graph": "x",' }, ["run", "g.json"], /CLI-001/, /g\.json/],
  ["YAML that is none", { "g.yaml": "graph: [1, 2\nnodes: }" }, ["run", "g.yaml"], /CLI-001/, /g\.yaml/],
  ["JSON that is not an object", { "g.json": "42" }, ["run", "g.json"], /CLI-001/, /g\.json/],
  ["a directory", { "folder.json/x": "" }, ["run", "folder.json"], /CLI-001/, /folder\.json/],
  ["a file that is not there", {}, ["run", "missing.json"], /CLI-001/, /missing\.json/],
  ["a file without a known extension", { "g.toml": "a = 1" }, ["run", "g.toml"], /CLI-001/, /\.json/],
  ["a run that is not there", {}, ["status", "r-000000"], /RUNT-071/, /r-000000/],
  ["a cache that is not there", {}, ["cache", "stats"], /CLI-001/, /--cache/],
  [
    "an unknown key in a link, with a suggestion",
    { "l.json": { ...coherentLink(), runtime: { ...coherentLink().runtime, n_symbol: 4 } } },
    ["run", "l.json"],
    /FIBR-00[123]/,
    /n_symbols/,
  ],
  [
    "a dispersion in ps²/km where s²/m are meant",
    { "l.json": { ...coherentLink(), fiber: { ...coherentLink().fiber, beta2_s2_per_m: -21.7 } } },
    ["run", "l.json"],
    /FIBR-017/,
    /beta2_s2_per_m/,
  ],
  [
    "too few samples per symbol",
    { "l.json": { ...coherentLink(), runtime: { ...coherentLink().runtime, samples_per_symbol: 1 } } },
    ["run", "l.json"],
    /FIBR-0/,
    /samples_per_symbol/,
  ],
];

export async function prove({ claimAll, project }) {
  const place = (files) => {
    const made = project().take("faults/stages.ts");
    for (const [file, content] of Object.entries(files)) made.write(file, content);
    return made;
  };
  const large = async () => {
    const made = place({ "huge.json": "{}" });
    truncateSync(made.path("huge.json"), 3 * 2 ** 30);
    await refuse(made, ["run", "huge.json"], 2, /CLI-001/, /huge\.json/);
  };
  const cluster = async (executor) => {
    const made = place({ "g.json": withNodes({ a: steady({ value: 1 }) }) });
    await refuse(
      made,
      ["run", "g.json", "--executor", executor],
      3,
      /CLI-003/,
      new RegExp(`${executor}.*(inline|threads)`),
    );
  };
  await claimAll([
    ...CASES.map(([title, files, args, code, says]) => [
      `refused: ${title}`,
      () => refuse(place(files), args, 2, code, says),
    ]),
    ["refused: a file of 3 GiB, without reading it", large],
    ["exit code 3 with a hint: --executor slurm", () => cluster("slurm")],
    ["exit code 3 with a hint: --executor pbs", () => cluster("pbs")],
    ["all problems of a file come at once", () => allAtOnce(place)],
  ]);
}

/** Runs with `--json` and without; nothing may be written by either. */
async function refuse(place, args, exitCode, code, says) {
  mkdirSync(place.path("kept"), { recursive: true });
  const before = listing(place.folder);
  const document = await place.json(exitCode, ...args);
  deepEqual(Object.keys(document), ["error"]);
  const { error } = document;
  const problems = [error, ...(error.problems ?? [])];
  ok(
    problems.some((one) => code.test(one.code)),
    JSON.stringify(document),
  );
  for (const one of problems) ok(typeof one.message === "string" && one.remedy.length > 3, JSON.stringify(one));
  match(problems.map((one) => `${one.message} ${one.path ?? ""} ${one.remedy}`).join("\n"), says);
  const { code: ended, stdout, stderr } = await place.simloom(...args);
  equal(ended, exitCode);
  equal(stdout, "", "nothing on standard output");
  match(stderr, code);
  ok(!/\n\s+at .*:\d+:\d+/.test(stderr), `no stack:\n${stderr}`);
  deepEqual(listing(place.folder), before, "nothing was written");
  return error.code;
}

async function allAtOnce(place) {
  const made = place({
    "g.json": withNodes({
      a: { ...steady({ value: 1 }), config: { ad: 3 } },
      ruler: { stage: "faults/ruler", inputs: {} },
      lamp: { stage: "faults/lamp", config: { powerW: -1 } },
    }),
  });
  const { error } = await made.json(2, "run", "g.json");
  const said = JSON.stringify(error.problems);
  for (const place of ["ad", "length", "powerW"]) ok(said.includes(place), said);
}
