/** The packed packages in a real browser: an ensemble and figures of shots on web workers, with the bits of Node. */
import { deepEqual, equal } from "node:assert/strict";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { serve, startBrowser } from "../harness/browser.mjs";

export const name = "web-workers";

const PAGE = `<!doctype html><meta charset="utf-8"><title>working</title><body><script type="module" src="page.js"></script>`;

export async function prove({ claim, project, installation }) {
  const place = project().take("web-workers/page.js", "web-workers/worker.js", "web-workers/work.js");
  const folder = realpathSync(place.folder);
  let scripts;
  await claim("page and worker are bundled for a browser: nothing of Node gets in", async () => {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: ["page.js", "worker.js"],
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
      minify: true,
      outdir: "out",
      logLevel: "silent",
    });
    scripts = Object.fromEntries(outputFiles.map(({ path, text }) => [path.split("/").at(-1), text]));
    for (const text of Object.values(scripts)) equal(/["']node:/.test(text), false, "a module of Node is named");
  });
  if (scripts === undefined) return;

  const { onThisThread } = await import(join(folder, "work.js"));
  const known = JSON.parse(JSON.stringify(onThisThread()));
  const script = (content) => ({ type: "text/javascript; charset=utf-8", content });
  const server = await serve(
    {
      "page.html": { type: "text/html; charset=utf-8", content: PAGE },
      "page.js": script(scripts["page.js"]),
      "worker.js": script(scripts["worker.js"]),
    },
    { plain: {} },
  );
  let browser;
  await claim("Chromium starts", async () => {
    browser = await startBrowser(join(installation.home, "chromium"));
  });
  try {
    if (browser === undefined) return;
    await claim("two web workers have the bits of one thread of Node", async () => {
      const page = JSON.parse(await browser.textOf(`${server.origin}/plain/page.html`));
      equal(page.alive, 2);
      equal(page.aliveAfter, 0);
      equal(page.refused, "SOLV-031");
      deepEqual(page.work, known);
      return `${page.work.final.length} members, ${page.work.peakPa.length} shots`;
    });
  } finally {
    await browser?.end();
    server.end();
  }
}
