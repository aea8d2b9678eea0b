import { describe, expect, it } from "vitest";
import { type Changes, scenarioWith } from "../fixtures/cases.ts";
import { conversion } from "../legacy/kinetics.ts";
import { prepare } from "../legacy/preparation.ts";
import { BACKENDS } from "../scenario/backend.ts";
import { computeShot, type Shot } from "../shot/compute.ts";
import { shotSettings } from "../shot/settings.ts";
import { integrateEnsemble } from "./ensemble.ts";
import { portableMethod } from "./methods.ts";

const shotOf = (simulation: Readonly<Record<string, unknown>>, changes: Changes = {}): Shot =>
  computeShot(shotSettings(scenarioWith({ ...changes, simulation })));

const tight = shotOf({ backend: "stiff", solve_ivp_rtol: 1e-11, solve_ivp_atol: 1e-12 });

/** Largest difference of two profiles. */
function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] as number))), 0);
}

const ADAPTIVE = BACKENDS.filter((backend) => backend !== "manual" && backend !== "cvode");

describe.each(ADAPTIVE)("the back end %s", (backend) => {
  const shot = shotOf({ backend });

  it("keeps to the tight reference on every point", () => {
    // a relative tolerance of 1e-6 per step: what the specification asks of a back end
    expect(distance(shot.trajectory.conversion, tight.trajectory.conversion)).toBeLessThan(1e-5);
    expect(distance(shot.trajectory.coreK, tight.trajectory.coreK)).toBeLessThan(2e-3);
    expect(distance(shot.trajectory.moldK, tight.trajectory.moldK)).toBeLessThan(2e-3);
  });

  it("finds the stages in order, where the profile passes them", () => {
    const { creamS, gelS, riseS, tackFreeS } = shot.stages;
    const times = [creamS, gelS, riseS, tackFreeS].map((time) => time ?? Number.NaN);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    const { preparation, trajectory } = shotOf({ backend, time_step_s: 0.01 });
    for (const [index, stage] of [0.05, 0.35, 0.75, 0.92].entries()) {
      const at = Math.round((times[index] as number) / 0.01);
      // the clock passes 0.002 of conversion in a step of 0.01 s at most
      expect(conversion(trajectory.clock[at] as number, preparation.exponent)).toBeCloseTo(stage, 2);
    }
  });

  it("is as close to manual as the existing twin's back ends are, in its cross test", () => {
    const mold = { cavity_volume_m3: 2.05 / 40 };
    const wide = { rho_moulded_min: 20, rho_moulded_max: 200, core_temp_max_C: 120, H_demold_min_shore: 30 };
    const ours = shotOf({ backend }, { mold, quality: wide });
    const manual = shotOf({ backend: "manual" }, { mold, quality: wide });
    expect(Math.abs(ours.part.densityKgPerM3 - manual.part.densityKgPerM3)).toBeLessThanOrEqual(2);
    expect(Math.abs(ours.gas.peakPa - manual.gas.peakPa)).toBeLessThanOrEqual(2e4);
    expect(Math.abs((ours.part.window?.optS ?? 0) - (manual.part.window?.optS ?? 1e9))).toBeLessThanOrEqual(12);
  });

  it("says what it did", () => {
    expect(shot.solver).toMatchObject({ backend, relativeTolerance: 1e-6, absoluteTolerance: 1e-8 });
    expect(shot.solver.acceptedSteps).toBeGreaterThan(20);
  });

  it("comes nearer with a tighter tolerance", () => {
    const closer = shotOf({ backend, solve_ivp_rtol: 1e-9, solve_ivp_atol: 1e-11 });
    const error = (one: Shot): number => distance(one.trajectory.coreK, tight.trajectory.coreK);
    expect(error(closer)).toBeLessThan(error(shot) / 10);
  });
});

describe("heat", () => {
  it("that is released is stored or lost, to the tolerance", () => {
    const settings = shotSettings(scenarioWith());
    const { trajectory, preparation } = tight;
    const { thermal } = settings;
    const end = trajectory.timeS.length - 1;
    const { coreK, moldK, timeS } = trajectory;
    let lostJ = 0;
    const loss = thermal.moldToAmbientWPerM2K * thermal.surfaceM2;
    for (let i = 1; i <= end; i++) {
      const step = (timeS[i] as number) - (timeS[i - 1] as number);
      const mean = ((moldK[i] as number) + (moldK[i - 1] as number)) / 2;
      lostJ += loss * step * (mean - preparation.ambientK);
    }
    const storedJ =
      preparation.massKg * thermal.foamHeatJPerKgK * ((coreK[end] as number) - preparation.coreK) +
      thermal.moldKg * thermal.moldHeatJPerKgK * ((moldK[end] as number) - preparation.moldK);
    const releasedJ = thermal.reactionHeatJPerKg * preparation.massKg * (trajectory.conversion[end] as number);
    // the trapezium over steps of 0.5 s errs by less than 1e-6 of the heat
    expect(Math.abs(storedJ + lostJ - releasedJ) / releasedJ).toBeLessThan(1e-6);
  });
});

describe("a run that cannot get through", () => {
  it("ends with MOLD-030 and the solver's advice", () => {
    const method = portableMethod("tsit5");
    const { shot, thermal, grid } = shotSettings(scenarioWith());
    const choice = { backend: "ensemble", method: "tsit5", relativeTolerance: 1e-6, absoluteTolerance: 1e-8 } as const;
    expect(() =>
      integrateEnsemble({ method: method as NonNullable<typeof method>, choice: { ...choice, stepLimit: 3 }, grid }, [
        { shot: prepare(shot), thermal },
      ]),
    ).toThrow(/ensemble: /);
  });
});

describe("an ensemble", () => {
  it("gives every member what it gets alone", () => {
    const method = portableMethod("tsit5") as NonNullable<ReturnType<typeof portableMethod>>;
    const choice = {
      backend: "ensemble",
      method: "tsit5",
      relativeTolerance: 1e-6,
      absoluteTolerance: 1e-8,
      stepLimit: 1e4,
    } as const;
    const members = [20, 25, 30].map((temperature) => {
      const { shot, thermal } = shotSettings(scenarioWith({ process: { T_polyol_in_C: temperature } }));
      return { shot: prepare(shot), thermal };
    });
    const grid = { totalS: 600, count: 61 };
    const plan = { method, choice, grid };
    const together = integrateEnsemble(plan, members);
    const alone = members.flatMap((member) => integrateEnsemble(plan, [member]));
    expect(together).toEqual(alone);
    expect(together[0]?.stages.gelS).toBeGreaterThan(together[2]?.stages.gelS ?? Number.NaN);
    expect(integrateEnsemble(plan, [])).toEqual([]);
  });
});
