/** Chromium without a window, driven by the DevTools protocol over a pipe, and a server on loopback for its pages. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { Unavailable } from "./claims.mjs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const TIME_LIMIT_MS = 60_000;

/** Starts the browser of this machine with a profile of its own. Where there is none, the claim cannot be tried. */
export async function startBrowser(profile) {
  const file = [process.env.CHROMIUM, ...PLACES].find((one) => one !== undefined && existsSync(one));
  if (file === undefined) Unavailable.refuse("there is no Chromium; apt-get install chromium");
  mkdirSync(profile, { recursive: true });
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const child = spawn(file, [...flags, `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"], {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const end = async () => {
    process.off("exit", kill);
    const isGone = child.exitCode !== null || once(child, "close");
    kill();
    await isGone;
  };
  const kill = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  };
  process.on("exit", kill);
  return { ...protocol(child), end };
}

/** Messages are JSON with a zero byte after each. */
function protocol(child) {
  const [, , , toBrowser, fromBrowser] = child.stdio;
  const waiting = new Map();
  const sessions = new Map();
  let count = 0;
  let rest = "";
  fromBrowser.setEncoding("utf8").on("data", (text) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop();
    for (const message of messages) {
      const { id, method, params, result, error, sessionId } = JSON.parse(message);
      if (id === undefined) sessions.get(sessionId)?.({ method, params });
      else if (error === undefined) waiting.get(id)?.resolve(result);
      else waiting.get(id)?.reject(new Error(error.message));
      waiting.delete(id);
    }
  });
  const fail = (reason) => {
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };
  toBrowser.on("error", () => fail("the browser is gone"));
  child.on("error", ({ message }) => fail(message));
  child.on("close", (code, signal) => fail(`the browser ended with ${code ?? signal}`));
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      toBrowser.write(`${JSON.stringify({ id: count, method, params, sessionId })}\0`);
    });

  /** Opens a page of its own, waits until its `document.title` is `done` or `failed`, and answers the text of its body. */
  const textOf = async (url) => {
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const said = [];
    let hasThrown = false;
    sessions.set(sessionId, ({ method, params }) => {
      if (method === "Runtime.exceptionThrown") {
        hasThrown = true;
        said.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      }
      if (method === "Log.entryAdded") said.push(params.entry.text);
    });
    await send("Runtime.enable", {}, sessionId);
    await send("Log.enable", {}, sessionId);
    await send("Page.navigate", { url }, sessionId);
    const endMs = performance.now() + TIME_LIMIT_MS;
    for (;;) {
      const { result } = await send(
        "Runtime.evaluate",
        { expression: "[document.title, document.body?.innerText].join('\\n')", allowUnsafeEvalBlockedByCSP: false },
        sessionId,
      );
      const [title, ...lines] = String(result.value).split("\n");
      if (title === "done" || title === "failed" || hasThrown || performance.now() > endMs) {
        await send("Target.closeTarget", { targetId });
        sessions.delete(sessionId);
        if (title === "done") return lines.join("\n");
        throw new Error(
          `the page ${title === "failed" ? "failed" : "did not end"}:\n${[...lines, ...said].join("\n")}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { textOf };
}

/**
 * Serves files by path on loopback: `files` maps `/name` to `{ type, content }`. The first part of a path names the headers
 * that go with it: `/isolated/page.html` is `/page.html` with `headers.isolated`.
 */
export async function serve(files, headers) {
  const asked = [];
  const server = createServer(({ url }, response) => {
    const [, folder, name] = url.split(/[/?]/);
    asked.push(url);
    const found = files[name];
    if (found === undefined || headers[folder] === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": found.type, ...headers[folder] }).end(found.content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, files, asked, end };
}
