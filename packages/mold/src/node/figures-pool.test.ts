import { afterAll, describe, expect, it } from "vitest";
import { scenarioWith } from "../fixtures/cases.ts";
import { ensembleFigures, ensembleFiguresParallel } from "../shot/ensemble-figures.ts";
import { type ShotSettings, shotSettings } from "../shot/settings.ts";
import { createFiguresPool } from "./figures-pool.ts";

const pool = createFiguresPool({ workers: 2 });
afterAll(() => pool.dispose());

const shot = (T_mold_init_C: number, simulation: Readonly<Record<string, unknown>> = {}): ShotSettings =>
  shotSettings(
    scenarioWith({
      process: { T_mold_init_C },
      quality: { rho_moulded_max: 2000 },
      simulation: { total_time_s: 120, ...simulation },
    }),
  );

describe("figures on the threads of a pool", () => {
  it("are those of one thread, to the bit and in their order, whatever the back ends", async () => {
    const shots = Array.from({ length: 45 }, (_, index) =>
      shot(25 + index, index % 3 === 0 ? { backend: "ensemble" } : { time_step_s: 0.5 + 0.5 * (index % 2) }),
    );
    shots.splice(20, 0, shot(40, { backend: "stiff" }));
    const expected = ensembleFigures(shots);
    expect(expected.filter(({ window }) => window !== undefined).length).toBeGreaterThan(10);
    expect(await ensembleFiguresParallel(shots, { pool })).toEqual(expected);
    expect(await ensembleFiguresParallel([], { pool })).toEqual([]);
  });

  it("refuse shots that run away or do not get through in the words of one thread", async () => {
    const simulation = { total_time_s: 6000, time_step_s: 10 };
    const runaway = shotSettings(scenarioWith({ simulation, mold: { h_core_to_mold_W_per_m2K: 1e6 } }));
    await expect(ensembleFiguresParallel([shot(40), runaway], { pool })).rejects.toThrow(/run away/);
    const settings = shot(40, { backend: "ensemble" });
    const limited = { ...settings, solver: { ...settings.solver, stepLimit: 3 } } as ShotSettings;
    await expect(ensembleFiguresParallel([shot(40), limited], { pool })).rejects.toThrow(
      expect.objectContaining({ code: "MOLD-030" }),
    );
  });

  it("stop by a signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(ensembleFiguresParallel([shot(40)], { pool, signal })).rejects.toThrow("enough");
  });
});
