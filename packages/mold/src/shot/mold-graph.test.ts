import { type Fingerprinter, memoryStore, run, sha256, sha256Text } from "@simloom/pipeline";
import { checkStageContract } from "@simloom/pipeline/testing";
import { describe, expect, it } from "vitest";
import { type Changes, MANUAL_RUNS, scenarioWith } from "../fixtures/cases.ts";
import { moldResult, type ShotOutputs } from "../result/build.ts";
import { profilesCsv } from "../result/csv.ts";
import { resultSchema } from "../result/document.ts";
import { computeShot } from "./compute.ts";
import { figures } from "./figures.ts";
import { gasAndVents } from "./gas-and-vents.ts";
import { integration } from "./integration.ts";
import { moldGraph } from "./mold-graph.ts";
import { gasValue, partValue, trajectoryValue } from "./ports.ts";
import { preparation } from "./preparation.ts";
import { quality } from "./quality.ts";
import { shotSettings } from "./settings.ts";

async function documentOf(changes: Changes = {}) {
  const scenario = scenarioWith(changes);
  const done = await run(moldGraph(scenario));
  const [prepared, trajectory, gas, part] = await Promise.all(
    ["prepared", "trajectory", "gas", "part"].map((name) => done.output(name)),
  );
  return moldResult(scenario, { prepared, trajectory, gas, part } as unknown as ShotOutputs, sha256);
}

/** Fingerprints that a store keeps: the code does not change while a test runs. */
const fingerprints: Fingerprinter = (stages) =>
  new Map(stages.map((stage) => [stage, { digest: sha256Text(stage.name), isDurable: true }]));

describe("the graph of a shot", () => {
  it("gives the same figures as the shot computed at once", async () => {
    const document = await documentOf(MANUAL_RUNS.testmold_TQ_manual);
    const { gas, part, trajectory } = computeShot(shotSettings(scenarioWith(MANUAL_RUNS.testmold_TQ_manual)));
    expect(document.p_total_Pa).toEqual([...gas.totalPa]);
    expect(document.T_core_K).toEqual([...trajectory.coreK]);
    expect([document.t_demold_opt_s, document.defect_risk]).toEqual([part.window?.optS, part.defectRisk]);
  });

  it("computes anew only what a change concerns", async () => {
    const store = memoryStore();
    await run(moldGraph(scenarioWith()), { store, fingerprints });
    const computedBy = async (changes: Changes): Promise<readonly string[]> => {
      const { nodes } = await run(moldGraph(scenarioWith(changes)), { store, fingerprints });
      return nodes.filter((node) => node.status === "computed").map((node) => node.stage);
    };
    expect(await computedBy({})).toEqual([]);
    // the verdict stays the same, so what is drawn from it stays, too
    expect(await computedBy({ quality: { H_24h_min_shore: 56 } })).toEqual(["mold/quality"]);
    expect(await computedBy({ mold: { vent: { count: 3 } } })).toEqual([
      "mold/gas-and-vents",
      "mold/quality",
      "mold/figures",
    ]);
    expect(await computedBy({ process: { nco_oh_index: 1.2 } })).toEqual([]);
    expect(await computedBy({ process: { mixing_eff: 0.8 } })).toHaveLength(5);
  });

  it("refuses a system that lacks figures before anything runs", () => {
    expect(() => moldGraph(scenarioWith({ systemId: "dekolast_8if" }))).toThrow(/cannot be run: its data sheet/);
  });

  it("warns of more liquid than the cavity holds", async () => {
    const warningsOf = async (changes: Changes) => (await run(moldGraph(scenarioWith(changes)))).warnings;
    expect(await warningsOf({})).toEqual([]);
    const [warning] = await warningsOf({ process: { m_additives: 50 } });
    expect(warning).toMatch(
      /fill 50\.4 l before they foam, and the cavity holds 25 l: check .* mold\.cavity_volume_m3/,
    );
  });

  it("draws five plots with their limits", async () => {
    const { artifacts } = await run(moldGraph(scenarioWith(MANUAL_RUNS.testmold_TQ_manual)));
    expect(artifacts.map(({ name }) => name)).toEqual(["cure", "temperature", "pressure", "density", "window"]);
  });
});

describe("the result document", () => {
  it("has the members of its schema, and series of one length", async () => {
    const document = resultSchema.parse(JSON.parse(JSON.stringify(await documentOf())));
    const lengths = Object.values(document).flatMap((value) =>
      Array.isArray(value) && value.length > 100 ? [value.length] : [],
    );
    expect(lengths).toEqual(new Array(13).fill(1201));
    expect(document).toMatchObject({
      model: "legacy0d",
      backend: "manual",
      quality_status: "FAIL",
      diagnostic_codes: ["NO_DEMOLD_WINDOW", "EARLY_VENT_CLOSURE"],
    });
  });

  it("has one hash for one set of inputs, however they are written", async () => {
    const hash = async (changes: Changes) => (await documentOf(changes)).inputHash;
    const plain = await hash({});
    expect(await hash({ process: { RH_ambient: 50, m_iso: "1050 g" } })).toBe(plain);
    expect(await hash({ mold: { cp_mold_J_per_kgK: 900, vent: null } })).toBe(plain);
    expect(await hash({ mold: { cp_mold_J_per_kgK: 901 } })).not.toBe(plain);
  });

  it("as CSV has a header and a line per point", async () => {
    const lines = profilesCsv(await documentOf())
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(1202);
    expect(lines[0]).toBe(
      "time_s,alpha,T_core_K,T_mold_K,rho_kg_per_m3,p_total_Pa,p_air_Pa,p_CO2_Pa,p_pentane_Pa,vent_eff,hardness_shore",
    );
  });

  it("says that temperatures ran away, instead of going on with what is no number", async () => {
    const changes = { simulation: { total_time_s: 6000, time_step_s: 10 }, mold: { h_core_to_mold_W_per_m2K: 1e6 } };
    await expect(documentOf(changes)).rejects.toThrow(/temperatures run away/);
  });
});

describe("every stage keeps its contract", () => {
  const settings = shotSettings(scenarioWith());
  const shot = computeShot(settings);
  const prepared = shot.preparation;
  const trajectory = trajectoryValue(shot);
  const gas = gasValue(shot.gas);
  const part = partValue(shot.part);
  const { shot: inputs, thermal, grid, solver, gas: vents, hardness, limits } = settings;
  const { minDemoldShore: _d, minDayShore: _h, maxDefectRisk: _r, ...drawn } = limits;

  it("preparation", async () => expect(await checkStageContract(preparation, inputs, {})).toEqual([]));
  it("integration", async () =>
    expect(await checkStageContract(integration, { thermal, grid, solver }, { prepared })).toEqual([]));
  it("gas and vents", async () =>
    expect(await checkStageContract(gasAndVents, vents, { prepared, trajectory })).toEqual([]));
  it("quality", async () =>
    expect(await checkStageContract(quality, { hardness, limits }, { prepared, trajectory, gas })).toEqual([]));
  it("figures", async () => expect(await checkStageContract(figures, drawn, { trajectory, gas, part })).toEqual([]));
});
