/** Likelihoods and formulas from the installed command: known values, equal bits, refusals, and what the compiler made. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Unavailable } from "../harness/claims.mjs";
import { repository } from "../harness/installation.mjs";
import { documentOf, expectCode } from "../harness/processes.mjs";
import { listing } from "../harness/project.mjs";
import { checkXml } from "../harness/xml.mjs";

export const name = "amplitude";

/** −ln L of `kmatrix.yaml` at its initial values; computed independently in Python (JAX, float64) and plain JavaScript. */
const KMATRIX_NLL = 8672.612101810282;
/** Its slopes, from Richardson-extrapolated differences of that value: eight digits. */
const KMATRIX_SLOPES = [
  -173.97688, 2.4372536, -7.6781905, 85.157774, -98.77415, 157.62172, 68.403995, 106.41459, 450.95358, 98.144153,
  710.00226, -161.88559, 53.297222, 68.748315, 73.321447, -77.224379, 145.25254, 41.503406, 70.191137, 471.16484,
  245.3379, 662.57968, 161.09372, -151.04361, -1200.0581, -1633.4757, -408.05232, 41.257825, 169.21215, 43.240623,
  -375.54294, 154.1756, 190.80398, 17.396144,
];
/** The same of `closure.yaml`, both computed independently. */
const CLOSURE_NLL = 1921.6982705509222;
const CLOSURE_SLOPES = [
  -9670.444416642255, -3475.078719651124, 2107.9983745839622, 969.1745434536605, 868.3930515594368,
];

const closure = (...changes) => ["amplitude", "evaluate", "closure.yaml", ...changes];
const set = (change) => closure("--set", change);

/** Each case: what is wrong, arguments, and what code, message, place and remedy must say. */
const REFUSED = [
  ["an unknown key, with a suggestion", set("likelihood.closure.kindd=shape"), /AMPL-041/, /Did you mean "kind"/],
  ["a wrong value, with a suggestion", set("likelihood.closure.kind=extnded"), /AMPL-043/, /Did you mean extended/],
  ["a line shape that is not there", set("waves.S.shape=f0(1510)"), /AMPL-044/, /waves\.S\.shape[\s\S]*f0\(1500\)/],
  ["a column that is not there", set("angles.of=kshort3"), /AMPL-047/, /kshort3_e[\s\S]*kshort1_e/],
  ["a parameter out of its bounds", set("parameters.f0_width.initial=5"), /KERN-044/, /0\.01, 1[\s\S]*f0_width/],
  ["an unknown parameter in --set", set("parameters.f0_wdth.initial=0.2"), /AMPL-048/, /f0_wdth/],
  ["an unknown parameter in a file", closure("--parameters", "unknown.yaml"), /KERN-049/, /f0_wdth[\s\S]*f0_width/],
  ["a value out of its bounds in a file", closure("--parameters", "wide.yaml"), /KERN-044/, /wide\.yaml/],
  ["a truncated Parquet file", set("likelihood.closure.data=cut.parquet"), /COLS-020/, /cut\.parquet/],
  ["a file that is not there", set("likelihood.closure.data=none.parquet"), /COLS-026/, /none\.parquet/],
  ["a file of other columns", set("likelihood.closure.data=whole.parquet"), /AMPL-047/, /kshort1_e[\s\S]*beam_e/],
  ["zero threads", closure("--threads", "0"), /CLI-001/, /--threads/],
  ["an unknown back end", closure("--backend", "wsam"), /CLI-001/, /wasm/],
  [
    "a formula in a file that does not parse",
    set("shapes.f0(1500).breitWigner.width=f0_width+*2"),
    /KERN-002/,
    /width/,
  ],
  ["a formula that does not parse", ["kernel", "inspect", "a*exp(-b*x"], /KERN-002/, /closing parenthesis/],
  [
    "an unknown name in a formula, with a suggestion",
    ["kernel", "inspect", "gama*x", "--columns", "x", "--parameters", "gamma"],
    /KERN-003/,
    /Did you mean gamma/,
  ],
  [
    "code of a formula that needs none",
    ["kernel", "inspect", "total(a*x)", "--parameters", "a", "--as", "c"],
    /CLI-001/,
    /--no-contract/,
  ],
  [
    "a file to write into a folder that is not there",
    ["kernel", "inspect", "x", "--out", "no/x.svg"],
    /./,
    /no\/x\.svg/,
  ],
];

const FORMULA = ["kernel", "inspect", "total(log(a*exp(-b*x) + c))", "--parameters", "a,b,c"];

export async function prove({ claim, claimAll, project, installation }) {
  // Compiled code is kept in a folder of its own, so that the first native evaluation compiles.
  const compiled = join(installation.home, "compiled");
  const prepared = (made = project()) =>
    withExamples(Object.assign(made, { env: { ...made.env, XDG_CACHE_HOME: compiled } }));
  const place = prepared();
  const known = {};

  await claim("the K-matrix example: −ln L and 34 slopes as computed elsewhere", async () => {
    const document = await evaluated(place, "kmatrix.yaml");
    near(document.nll, KMATRIX_NLL, 1e-12); // sums of 5000 logarithms, in another order there
    equal(document.gradient.length, KMATRIX_SLOPES.length);
    // Eight digits are known: half a unit of the last, times two for the differences themselves.
    for (const [at, slope] of document.gradient.entries()) near(slope, KMATRIX_SLOPES[at], 1e-7);
    known["kmatrix.yaml"] = document;
    return `${document.nll}, ${document.timesMs.gradient.toPrecision(2)} ms with slopes`;
  });
  await claim("the closure example: −ln L and five slopes as computed elsewhere", async () => {
    const document = await evaluated(place, "closure.yaml");
    near(document.nll, CLOSURE_NLL, 1e-12);
    for (const [at, slope] of document.gradient.entries()) near(slope, CLOSURE_SLOPES[at], 1e-12);
    known["closure.yaml"] = document;
  });

  for (const [backend, threads] of [
    ["js", 1],
    ["wasm", 2],
    ["native", 1],
    ["native", 2],
  ])
    await claim(`${backend} on ${threads} ${threads === 1 ? "thread" : "threads"}: the same bits`, async () => {
      if (backend === "native") requireCompiler();
      for (const file of ["kmatrix.yaml", "closure.yaml"])
        await sameBits(place, known[file], file, "--backend", backend, "--threads", `${threads}`);
    });

  await claim("for people: the value first, a row per parameter, and what was compiled", async () => {
    const text = await place.text(0, ...closure());
    match(text, /^closure of two resonances: -ln L = 1921\.698270550\d+\n/);
    match(text, /\n {2}f0_width \[GeV\] +0\.112 +-9670\.4444 +0\.01 to 1\n/);
    match(text, /wasm, 1 thread: value in [\d.]+ ms/);
  });
  await claim("the document that is printed can be given back as --parameters", async () => {
    const other = await evaluated(place, "closure.yaml", "--set", "parameters.f0_width.initial=0.2");
    place.write("values.json", other);
    equal((await evaluated(place, "closure.yaml", "--parameters", "values.json")).nll, other.nll);
  });

  await claim("a compiler that fails: one notice, WebAssembly instead, the same bits", () =>
    withoutCompiler(prepared(), BROKEN_COMPILER, /C compiler failed[\s\S]*cannot compile today/, known),
  );
  await claim("no compiler at all: one notice, WebAssembly instead, the same bits", () =>
    withoutCompiler(prepared(), undefined, /No C compiler was found/, known),
  );

  await claimAll(REFUSED.map(([title, ...rest]) => [`refused: ${title}`, () => refused(prepared(), ...rest)]));
  await claim("a formula that does not parse is underlined where it breaks off", async () => {
    const { stderr } = expectCode(await place.simloom(...set("shapes.f0(1500).breitWigner.width=f0_width+*2")), 2);
    match(stderr, /^ {2}f0_width\+\*2\n {11}\^\n {2}at shapes\.f0\(1500\)\.breitWigner\.width$/m);
  });

  await claim("kernel inspect --json answers passes, what is cached, and programs", async () => {
    const document = conforming("kernel-inspect", await place.json(0, ...FORMULA, "--gradient", "a,b"));
    deepEqual(
      document.outputs.map(({ name: output }) => output),
      ["value", "value/a", "value/b"],
    );
    deepEqual(document.parameters, ["a", "b", "c"]);
    ok(document.passes.some(({ name: pass }) => pass === "contract-linear"));
  });
  await claim("kernel inspect for people says what is computed how often", async () => {
    const text = await place.text(0, ...FORMULA);
    for (const said of [/^outputs +value$/m, /^per element +\d+ +\d+$/m, /^data: columns x; 8 B per element/m])
      match(text, said);
  });
  await claim("kernel inspect draws well-formed SVG, on standard output and into a file", async () => {
    const svg = await place.text(0, ...FORMULA, "--as", "svg");
    checkXml(svg);
    match(await place.text(0, ...FORMULA, "--as", "svg", "--out", "graph.svg"), /^graph\.svg: \d+ nodes\n$/);
    equal(place.read("graph.svg"), svg);
  });
  await claim("kernel inspect writes a Graphviz graph whose edges join nodes that are there", async () => {
    const dot = await place.text(0, ...FORMULA, "--as", "dot");
    const nodes = new Set([...dot.matchAll(/^ {2}(n\d+) \[/gm)].map(([, node]) => node));
    const edges = [...dot.matchAll(/^ {2}(n\d+) -> (n\d+)/gm)];
    ok(edges.length > 5);
    for (const [, from, to] of edges) ok(nodes.has(from) && nodes.has(to), `${from} -> ${to}`);
  });
  await claim(
    "kernel inspect writes JavaScript that parses, and WebAssembly text whose parentheses close",
    async () => {
      ok(new Function(await place.text(0, ...FORMULA, "--as", "js")));
      const wat = await place.text(0, ...FORMULA, "--gradient", "a", "--as", "wat");
      match(wat, /^\(module\n[\s\S]+\)\n$/);
      equal(wat.match(/\(/g).length, wat.match(/\)/g).length);
    },
  );
  await claim("kernel inspect writes C that a compiler takes without a warning", async () => {
    requireCompiler();
    await place.text(0, ...FORMULA, "--as", "c", "--out", "body.c");
    execFileSync("cc", ["-O1", "-Wall", "-Werror", "-Wno-psabi", "-c", "-fPIC", "-o", "body.o", "body.c"], {
      cwd: place.folder,
      stdio: "pipe",
    });
  });
}

/** A C compiler as far as its version goes. */
const BROKEN_COMPILER = `#!/bin/sh
case "$*" in *--version*) echo "cc (broken) 1.0"; exit 0 ;; esac
echo "cannot compile today" >&2
exit 1
`;

function withExamples(place) {
  for (const file of ["kmatrix.yaml", "closure.yaml"])
    place.write(file, readFileSync(join(repository, "examples", "amplitude", file), "utf8"));
  const parquet = readFileSync(join(repository, "packages/columns/src/read/fixtures/events.parquet"));
  return place
    .write("whole.parquet", parquet)
    .write("cut.parquet", parquet.subarray(0, parquet.length >> 1))
    .write("unknown.yaml", "f0_wdth: 0.2\n")
    .write("wide.yaml", "f0_width: 7\n");
}

async function evaluated(place, file, ...flags) {
  return conforming("amplitude-evaluate", await place.json(0, "amplitude", "evaluate", file, ...flags));
}

/** The document, which fits its published schema. */
function conforming(schema, document) {
  const text = readFileSync(join(repository, "docs", "schemas", `${schema}.schema.json`), "utf8");
  const { error } = z.fromJSONSchema(JSON.parse(text)).safeParse(document);
  equal(error, undefined, `does not fit ${schema}.schema.json: ${error?.message}`);
  return document;
}

async function sameBits(place, known, file, ...flags) {
  const ended = expectCode(await place.simloom("amplitude", "evaluate", file, ...flags, "--json"), 0);
  equal(ended.stderr, "", "no notice");
  sameNumbers(conforming("amplitude-evaluate", documentOf(ended)), known);
}

/** JSON writes the shortest text that reads back as the same bits; signs of zeros are compared apart. */
function sameNumbers({ nll, gradient, terms }, known) {
  ok(Object.is(nll, known.nll), `${nll} and ${known.nll}`);
  ok(gradient.every((slope, at) => Object.is(slope, known.gradient[at])) && gradient.length === known.gradient.length);
  deepEqual(terms, known.terms);
}

/** The native back end with its own cache of compiled code, and `compiler` before, or instead of, all that is on the path. */
async function withoutCompiler(place, compiler, says, known) {
  mkdirSync(place.path("bin"));
  symlinkSync(process.execPath, place.path("bin", "node"));
  if (compiler !== undefined) {
    place.write("bin/cc", compiler);
    chmodSync(place.path("bin", "cc"), 0o755);
  }
  const path = `${place.path("bin")}${compiler === undefined ? "" : ":/usr/bin:/bin"}`;
  const env = { PATH: path, XDG_CACHE_HOME: place.path("cache") };
  const handle = place.start([...closure("--backend", "native"), "--json"], { env });
  const ended = expectCode(await handle.done, 0);
  match(ended.stderr, says);
  equal(ended.stderr.match(/WebAssembly/g).length, 1, `one notice:\n${ended.stderr}`);
  sameNumbers(documentOf(ended), known["closure.yaml"]);
  const kept = existsSync(place.path("cache"))
    ? listing(place.path("cache")).filter((line) => /\.(so|c) /.test(line))
    : [];
  deepEqual(kept, [], "nothing half compiled is kept");
}

function requireCompiler() {
  try {
    execFileSync("cc", ["--version"], { stdio: "ignore" });
  } catch {
    Unavailable.refuse("there is no C compiler; apt-get install gcc");
  }
}

/** Runs with `--json` and without: exit code 2, code, place and remedy, and nothing written. */
async function refused(place, args, code, says) {
  const before = listing(place.folder);
  const { error } = conforming("error", await place.json(2, ...args));
  const problems = [error, ...(error.problems ?? [])];
  ok(
    problems.some((one) => code.test(one.code)),
    JSON.stringify(error),
  );
  for (const one of problems) ok(one.message.length > 3 && one.remedy.length > 3, JSON.stringify(one));
  match(problems.map((one) => `${one.message}\n${one.path ?? ""}\n${one.remedy}`).join("\n"), says);
  const { code: ended, stdout, stderr } = await place.simloom(...args);
  deepEqual([ended, stdout], [2, ""]);
  match(stderr, code);
  ok(!/\n\s+at .*:\d+:\d+/.test(stderr), `no stack:\n${stderr}`);
  deepEqual(listing(place.folder), before, "nothing was written");
  return error.code;
}

function near(value, reference, relative) {
  const error = Math.abs(value - reference) / Math.abs(reference);
  ok(error <= relative, `${value} instead of ${reference}: off by ${error.toExponential(2)}`);
}
