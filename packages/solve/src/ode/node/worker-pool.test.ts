import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { saveAt, savePoints } from "../engine/save.ts";
import { ensemble } from "../ensemble/ensemble.ts";
import { ensembleParallel } from "../ensemble/parallel.ts";
import { PROBLEMS, type TestProblem } from "../fixtures/problems.ts";
import { dopri853 } from "../method/dopri853.ts";
import { rk4 } from "../method/rk4.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { odeProblem } from "../problem/define.ts";
import { createWorkerPool } from "./worker-pool.ts";

const runFile = promisify(execFile);

const pools: ReturnType<typeof createWorkerPool>[] = [];
function poolOf(workers: number) {
  const pool = createWorkerPool({ workers });
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.dispose()));
});

const { problem: robertson } = PROBLEMS.robertson as TestProblem;
const { problem: shot } = PROBLEMS.pu_legacy as TestProblem;
const stiff = {
  method: rodas5p,
  relativeTolerance: 1e-6,
  absoluteTolerance: 1e-12,
  timeSpan: [0, 1e5],
  parameters: { k1: Float64Array.from({ length: 83 }, (_, k) => 0.03 + 0.0003 * k) },
} as const;

describe("an ensemble on worker threads", () => {
  it("has the bits of one thread, on any number of them and call after call", async () => {
    const expected = ensemble(robertson, stiff);
    for (const workers of [1, 2, 3]) {
      const pool = poolOf(workers);
      expect(await ensembleParallel(robertson, { ...stiff, pool })).toEqual(expected);
      expect(await ensembleParallel(robertson, { ...stiff, pool })).toEqual(expected);
      expect(pool.alive).toBe(workers);
    }
  });

  it("takes times of events, ranges, controllers and steps in lanes along", async () => {
    const pool = poolOf(2);
    const tau = Array.from({ length: 21 }, (_, k) => 70 + k);
    const events = { method: dopri853, parameters: { tau, mix: 0.9 }, controller: rodas5p.controller, from: 3, to: 20 };
    const withEvents = await ensembleParallel(shot, { ...events, pool });
    expect(withEvents).toEqual(ensemble(shot, events));
    expect(Object.values(withEvents.eventTimes)[0]?.every(Number.isFinite)).toBe(true);
    const lanes = { method: rk4, step: 0.5, parameters: { tau } };
    const plain = { ...shot, events: [] };
    const result = await ensembleParallel(plain, { ...lanes, pool });
    expect(result.mode).toBe("lanes");
    expect(result).toEqual(ensemble(plain, lanes));
  });

  it("keeps mass matrices, break points and actions of events", async () => {
    const problem = odeProblem({
      equations: { x: "v", v: "-g*x - 0.1*v", both: "both - x - v" },
      initial: { x: 1, v: 0, both: 1 },
      parameters: { g: 9 },
      massMatrix: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
      breakpoints: [0.5],
      events: [
        { name: "turn", when: "v", direction: "rising", action: { set: { v: "v + 0.1*x", both: "both + 0.1*x" } } },
        { name: "late", when: "t - 1.75", action: "stop" },
      ],
      timeSpan: [0, 2],
    });
    const options = { method: rodas5p, parameters: { g: [4, 9, 16, 25] } };
    const expected = ensemble(problem, options);
    expect(expected.eventTimes.turn?.some(Number.isFinite)).toBe(true);
    expect(await ensembleParallel(problem, { ...options, pool: poolOf(2) })).toEqual(expected);
  });

  it("goes on when a member fails, and says which in the same words", async () => {
    const pole = odeProblem({ equations: { y: "a*y*y" }, parameters: { a: 1 }, initial: { y: 1 }, timeSpan: [0, 1] });
    const members = { parameters: { a: [0.5, 2, 0.25, 3, 0.1] } };
    for (const options of [
      { method: dopri853, ...members },
      { method: rk4, step: 0.01, ...members },
    ]) {
      const { failures, ...rest } = await ensembleParallel(pole, { ...options, pool: poolOf(2) });
      expect(failures.map(({ member }) => member)).toEqual([1, 3]);
      expect({ failures, ...rest }).toEqual(ensemble(pole, options));
    }
  });

  it("shows each solution in the order of the members", async () => {
    const shown = async (run: (onMember: (member: number, solution: unknown) => void) => unknown) => {
      const seen: unknown[] = [];
      await run((member, solution) => seen.push([member, solution]));
      return seen;
    };
    const options = { ...stiff, save: savePoints(5) };
    const expected = await shown((onMember) => ensemble(robertson, { ...options, onMember }));
    const pool = poolOf(3);
    expect(await shown((onMember) => ensembleParallel(robertson, { ...options, onMember, pool }))).toEqual(expected);
    expect(expected).toHaveLength(83);
  });

  it("is refused as `ensemble` refuses it, before a thread is started", async () => {
    const pool = poolOf(2);
    const refused = (given: object, code: string) =>
      expect(ensembleParallel(robertson, { ...stiff, ...given, pool })).rejects.toThrow(
        expect.objectContaining({ code }),
      );
    await refused({ parameters: { kk: [1, 2] } }, "SOLV-003");
    await refused({ parameters: { k1: 1 } }, "SOLV-003");
    await refused({ parameters: { k1: [1, Number.NaN] } }, "SOLV-003");
    await refused({ relativeTolerance: 2 }, "SOLV-005");
    await refused({ save: saveAt([3, 1]) }, "SOLV-006");
    await refused({ rtol: 1e-3 }, "SOLV-017");
    await refused({ method: { ...rodas5p } }, "SOLV-030");
    expect(pool.alive).toBe(0);
  });

  it.each([
    ["right-hand side", { rightHandSide: () => undefined }],
    ["event", { equations: { y: "-y" }, events: [{ name: "half", when: () => 1 }] }],
    ["action", { equations: { y: "-y" }, events: [{ name: "half", when: "y - 0.5", action: () => undefined }] }],
    ["inputs", { equations: { y: "-y*u" }, inputs: { names: ["u"], at: () => undefined } }],
  ])("of a problem with a function is refused with a remedy: %s", async (what, given) => {
    const problem = odeProblem({ initial: { y: 1 }, timeSpan: [0, 1], ...given } as Parameters<typeof odeProblem>[0]);
    await expect(
      ensembleParallel(problem, { method: rodas5p, initial: { y: [1, 2] }, pool: poolOf(1) }),
    ).rejects.toThrow(
      expect.objectContaining({
        code: "SOLV-030",
        message: expect.stringContaining(what),
        remedy: expect.stringContaining("`ensemble`"),
      }),
    );
  });
});

describe("a pool of worker threads", () => {
  const endless = odeProblem({
    equations: { y: "k*cos(1e6*t)" },
    parameters: { k: 1 },
    initial: { y: 0 },
    timeSpan: [0, 1e6],
  });
  const long = { method: dopri853, parameters: { k: [1, 2, 3, 4] }, limits: { steps: 1e12 } };

  it("stops by a signal in the middle of a member, and serves the next call", async () => {
    const pool = poolOf(2);
    const abort = new AbortController();
    const run = ensembleParallel(endless, { ...long, pool, signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 50);
    await expect(run).rejects.toThrow("enough");
    await expect(ensembleParallel(endless, { ...long, pool, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(await ensembleParallel(robertson, { ...stiff, pool })).toEqual(ensemble(robertson, stiff));
  });

  it("leaves no thread behind, whether idle or busy, and says that it was disposed of", async () => {
    const idle = poolOf(2);
    await ensembleParallel(robertson, { ...stiff, pool: idle });
    expect(idle.alive).toBe(2);
    await idle.dispose();
    expect(idle.alive).toBe(0);
    const busy = poolOf(2);
    const run = ensembleParallel(endless, { ...long, pool: busy });
    const refused = expect(run).rejects.toThrow(expect.objectContaining({ code: "SOLV-031" }));
    await busy.dispose();
    await refused;
    expect(busy.alive).toBe(0);
    await expect(ensembleParallel(robertson, { ...stiff, pool: busy })).rejects.toThrow(/disposed of/);
  });

  it("lets the process end though nobody disposed of it", async () => {
    const built = new URL("../../../dist/bundle/", import.meta.url).href;
    const program = `
      import { ensembleParallel, odeProblem, tsit5 } from "${built}index.js";
      import { createWorkerPool } from "${built}ode/node/index.js";
      const decay = odeProblem({ equations: { y: "-k*y" }, parameters: { k: 1 }, initial: { y: 1 }, timeSpan: [0, 1] });
      const pool = createWorkerPool({ workers: 2 });
      const { final } = await ensembleParallel(decay, { method: tsit5, parameters: { k: [0, 1, 2] }, pool });
      console.log(final.y[0], pool.alive);`;
    const { stdout } = await runFile(process.execPath, ["--input-type=module", "--eval", program], { timeout: 25_000 });
    expect(stdout.trim()).toBe("1 2");
  });

  it("runs several ensembles at once", async () => {
    const pool = poolOf(2);
    const others = { ...stiff, parameters: { k2: [0.5e4, 1e4, 2e4] } };
    const results = await Promise.all(
      [stiff, others, stiff].map((one) => ensembleParallel(robertson, { ...one, pool })),
    );
    expect(results).toEqual([stiff, others, stiff].map((one) => ensemble(robertson, one)));
  });

  it("passes on what `onMember` throws, and works on", async () => {
    const pool = poolOf(2);
    const onMember = () => {
      throw new Error("seen enough");
    };
    await expect(ensembleParallel(robertson, { ...stiff, pool, onMember })).rejects.toThrow("seen enough");
    expect(await ensembleParallel(robertson, { ...stiff, pool })).toEqual(ensemble(robertson, stiff));
  });

  it.each([0, -1, 1.5])("cannot have %d workers", (workers) => {
    expect(() => createWorkerPool({ workers })).toThrow(expect.objectContaining({ code: "SOLV-031" }));
  });
});
