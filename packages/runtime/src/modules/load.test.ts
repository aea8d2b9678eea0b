/** Node itself must load these modules, so each test asks a process of its own; the package is built before. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { entryFile } from "./entry-file.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "simloom-modules-")));
const zod = dirname(createRequire(import.meta.url).resolve("zod/package.json"));
const pipeline = fileURLToPath(new URL("../../../pipeline", entryFile("index.js")));
/** Address of a compiled module; the doors are bundled out of these. */
const built = (module: string): string => new URL(`../${module}`, entryFile("index.js")).href;
mkdirSync(join(home, "node_modules", "@simloom"), { recursive: true });
symlinkSync(zod, join(home, "node_modules", "zod"));
symlinkSync(pipeline, join(home, "node_modules", "@simloom", "pipeline"));
writeFileSync(join(home, "package.json"), '{ "type": "module" }');

afterAll(() => rmSync(home, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
}

/** Runs a program in a fresh process; answers what it prints as JSON. */
function ask(program: string): unknown {
  const text = `
    import { loadModule } from ${JSON.stringify(built("modules/load.js"))};
    import { locate } from ${JSON.stringify(built("modules/locate.js"))};
    import { threadScheduler } from ${JSON.stringify(built("threads/thread-scheduler.js"))};
    import { fingerprintOf } from ${JSON.stringify(built("fingerprint/fingerprint.js"))};
    ${program}`;
  writeFileSync(join(home, "program.mjs"), text);
  const env: NodeJS.ProcessEnv = { ...process.env, XDG_CACHE_HOME: join(home, "cache") };
  delete env.NODE_OPTIONS;
  return JSON.parse(execFileSync(process.execPath, [join(home, "program.mjs")], { encoding: "utf8", env, cwd: home }));
}

const stage = `import { defineStage, numberPort } from "@simloom/pipeline";
import { z } from "zod";
import { twice } from "./twice.js";
interface Config { readonly gain: number }
export const work = defineStage(import.meta, {
  name: "module/work",
  version: 1,
  config: z.strictObject({ gain: z.number().default(3) }),
  outputs: { y: numberPort() },
  run({ config }: { config: Config }) {
    if (config.gain < 0) throw new Error("negative gain");
    return { y: twice(config.gain as number) };
  },
});
export const url: string = import.meta.url;
`;
const job = `{ nodeId: "n", attempt: 1, stage: work, inputs: {}, mapOver: [], policy: {}, streamKey: undefined,
  arithmetic: "strict", resources: { cpu: 1, gpu: 0 }, timeoutMs: undefined`;

describe("loadModule", () => {
  write({ "stage.ts": stage, "twice.ts": "export const twice = (x: number): number => 2 * x;\n" });

  it("loads TypeScript, keeps the file's own address, and runs its stages on threads and inline alike", () => {
    const answer = ask(`
      const { work, url } = await loadModule("stage.ts");
      const threads = threadScheduler({ workers: 1 });
      const good = await threads.submit(${job}, config: { gain: 3 } }).outcome;
      const bad = await threads.submit(${job}, config: { gain: -1 } }).outcome;
      const { status } = await fingerprintOf(work);
      // No close: idle threads let the process end.
      console.log(JSON.stringify({ url, location: await locate(work), good: good.outputs, stack: bad.failure.stack, status }));`);
    const url = pathToFileURL(join(home, "stage.ts")).href;
    expect(answer).toMatchObject({
      url,
      location: { status: "located", url, exportName: "work" },
      good: { y: 6 },
      status: "durable",
    });
    // The line of the source, not that of the code that was made from it.
    expect((answer as { stack: string }).stack).toContain("stage.ts:11");
  });

  it("does not run code on a thread that is not the code of the fingerprint", () => {
    write({ "edited.ts": stage.replaceAll("module/work", "module/edited") });
    const answer = ask(`
      import { readFileSync, writeFileSync } from "node:fs";
      const { work } = await loadModule("edited.ts");
      const threads = threadScheduler({ workers: 1, maxJobsPerWorker: 1 });
      await fingerprintOf(work);
      const before = await threads.submit(${job}, config: { gain: 3 } }).outcome;
      writeFileSync("twice.ts", readFileSync("twice.ts", "utf8").replace("2 * x", "3 * x"));
      const after = await threads.submit(${job}, config: { gain: 3 } }).outcome;
      writeFileSync("twice.ts", readFileSync("twice.ts", "utf8").replace("3 * x", "2 * x"));
      const restored = await threads.submit(${job}, config: { gain: 3 } }).outcome;
      console.log(JSON.stringify([before.outputs, after.failure?.code, restored.outputs]));`);
    expect(answer).toEqual([{ y: 6 }, "RUNT-037", { y: 6 }]);
  });

  it("says what is wrong with a module that it cannot load", () => {
    write({ "broken.ts": "export const x: = 1;\n", "thrower.mjs": 'throw new Error("not today");\n' });
    const answer = ask(`
      const codes = [];
      for (const file of ["broken.ts", "absent.ts", "thrower.mjs"]) {
        await loadModule(file).catch((error) => codes.push([error.code, error.message]));
      }
      console.log(JSON.stringify(codes));`) as [string, string][];
    expect(answer.map(([code]) => code)).toEqual(["RUNT-030", "RUNT-031", "RUNT-031"]);
    expect(answer[2]?.[1]).toContain("not today");
  });

  it("does not wait for a program that waits for its own stage to be located", () => {
    const answer = ask(`
      import { defineStage } from "@simloom/pipeline";
      export const own = defineStage(import.meta, { name: "module/own", version: 1, outputs: {}, run: () => ({}) });
      console.log(JSON.stringify({ location: await locate(own), fingerprint: await fingerprintOf(own) }));`);
    const reason = "stage module/own stands in the program that is being run; move it to a module of its own";
    expect(answer).toEqual({ location: { status: "local", reason }, fingerprint: { status: "inProcess", reason } });
  });
});
