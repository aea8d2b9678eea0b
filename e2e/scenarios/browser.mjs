/** The packed packages in a real browser: Parquet in, −ln L and its slopes out, with the bits of the command in Node. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { parse } from "yaml";
import { serve, startBrowser } from "../harness/browser.mjs";
import { repository } from "../harness/installation.mjs";

export const name = "browser";

const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
/** Nothing but the page's own script: no code from text, and WebAssembly only where it is named. */
const policy = (extra = "") => ({
  "content-security-policy": `default-src 'none'; connect-src 'self'; script-src 'self'${extra}`,
});
const HEADERS = {
  isolated: ISOLATED,
  plain: {},
  strict: { ...ISOLATED, ...policy() },
  wasm: policy(" 'wasm-unsafe-eval'"),
};

/** Folder of the server, back end asked for, back end expected, and what the page must have found of its host. */
const PAGES = [
  ["isolated", "auto", "wasm", { isIsolated: true, hasSharedMemory: true, allowsEval: true, allowsWasm: true }],
  ["isolated", "js", "js", { isIsolated: true, hasSharedMemory: true, allowsEval: true, allowsWasm: true }],
  ["plain", "auto", "wasm", { isIsolated: false, hasSharedMemory: false, allowsEval: true, allowsWasm: true }],
  ["strict", "auto", "js", { isIsolated: true, hasSharedMemory: true, allowsEval: false, allowsWasm: false }],
  ["wasm", "auto", "wasm", { isIsolated: false, hasSharedMemory: false, allowsEval: false, allowsWasm: true }],
];
const TITLES = {
  isolated: "a cross-origin isolated page",
  plain: "a page without isolation: no shared memory",
  strict: "a policy that forbids eval and WebAssembly",
  wasm: "a policy that allows WebAssembly only",
};

export async function prove({ claim, project, installation }) {
  const place = project().take("browser/page.js");
  let bundle;
  let known;

  await claim("the packages are bundled for a browser: nothing of Node gets in", async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: realpathSync(place.folder),
      entryPoints: ["page.js"],
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
      minify: true,
      metafile: true,
      outdir: "out",
      logLevel: "silent",
    });
    const inputs = Object.keys(metafile.inputs);
    deepEqual(
      inputs.filter((path) =>
        /\/dist\/bundle\/node\/|koffi|duckdb|@simloom\/(runtime|pipeline|fiber)|packages\/(runtime|pipeline|fiber)\//.test(
          path,
        ),
      ),
      [],
    );
    bundle = outputFiles[0].text;
    ok(!/["']node:/.test(bundle), "a module of Node is named");
    const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;
    return `${inputs.length} modules, ${kilobytes(bundle.length)}, ${kilobytes(gzipSync(bundle).length)} compressed`;
  });

  await claim("events written as Parquet, evaluated by the command in Node", async () => {
    await writeEvents(place, installation);
    const analysis = parse(readFileSync(join(repository, "examples", "amplitude", "kmatrix.yaml"), "utf8"));
    analysis.likelihood.main = { kind: "shape", data: "data.parquet", monteCarlo: "mc.parquet" };
    place.write("analysis.json", analysis);
    known = await place.json(0, "amplitude", "evaluate", "analysis.json");
    // The K-matrix value of the specification: the files hold the events of `closure:`.
    ok(Math.abs(known.nll - 8672.612101810282) < 1e-8, `${known.nll}`);
  });
  if (bundle === undefined || known === undefined) return;

  const served = (file, type) => ({ type, content: readFileSync(place.path(file)) });
  const server = await serve(
    {
      "page.html": { type: "text/html; charset=utf-8", content: PAGE },
      "page.js": { type: "text/javascript; charset=utf-8", content: bundle },
      "analysis.json": served("analysis.json", "application/json"),
      "data.parquet": served("data.parquet", "application/octet-stream"),
      "mc.parquet": served("mc.parquet", "application/octet-stream"),
    },
    HEADERS,
  );
  let browser;
  await claim("Chromium starts", async () => {
    browser = await startBrowser(join(installation.home, "chromium"));
  });
  try {
    if (browser === undefined) return;
    for (const [folder, asked, backend, host] of PAGES)
      await claim(`${TITLES[folder]}, back end ${asked}: the bits of Node`, async () => {
        const page = JSON.parse(await browser.textOf(`${server.origin}/${folder}/page.html?backend=${asked}`));
        for (const [what, expected] of Object.entries(host)) equal(page[what], expected, what);
        deepEqual([page.backend, page.events, page.isShared], [backend, [[1000, 4000]], host.hasSharedMemory]);
        ok(Object.is(page.nll, known.nll), `${page.nll} in the browser, ${known.nll} in Node`);
        equal(page.gradient.length, known.gradient.length);
        for (const [at, slope] of page.gradient.entries()) ok(Object.is(slope, known.gradient[at]), `slope ${at}`);
        return `${page.nll}, ${page.gradientMs.toPrecision(2)} ms with slopes`;
      });
    await claim("nothing was fetched but the page, its script and its data", () => {
      const [names, favicon] = [new Set(Object.keys(server.files)), "favicon.ico"];
      const others = server.asked.filter((url) => !names.has(url.split(/[/?]/)[2]) && !url.endsWith(favicon));
      deepEqual(others, []);
    });
  } finally {
    await browser?.end();
    server.end();
  }
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>working</title><body><script type="module" src="page.js"></script>`;

/** Writes the closure sets of the amplitude package with the DuckDB of the installation. */
async function writeEvents(place, { home }) {
  const columns = realpathSync(join(home, "node_modules", "@simloom", "columns", "package.json"));
  const { DuckDBInstance } = createRequire(columns)("@duckdb/node-api");
  const { closureData, closureMonteCarlo } = await import(
    join(home, "node_modules", "@simloom", "amplitude", "dist", "bundle", "index.js")
  );
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    for (const [file, events] of [
      ["data", closureData()],
      ["mc", closureMonteCarlo()],
    ]) {
      const names = [...events.names];
      await connection.run(`CREATE TABLE ${file} (${names.map((column) => `"${column}" DOUBLE`).join(", ")})`);
      const appender = await connection.createAppender(file);
      const values = names.map((column) => events.column(column));
      for (let row = 0; row < events.length; row++) {
        for (const column of values) appender.appendDouble(column[row]);
        appender.endRow();
      }
      appender.closeSync();
      await connection.run(`COPY ${file} TO '${place.path(`${file}.parquet`)}' (FORMAT parquet)`);
    }
  } finally {
    connection.closeSync();
  }
}
