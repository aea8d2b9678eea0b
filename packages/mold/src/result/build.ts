/** From the outputs of a graph to the result document. */
import { moldError } from "../errors.ts";
import type { Preparation } from "../legacy/preparation.ts";
import { type Backend, solverOf } from "../scenario/backend.ts";
import { inputDocument, type Scenario } from "../scenario/scenario.ts";
import type { GasValue, PartValue, TrajectoryValue } from "../shot/ports.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { MoldResult } from "./document.ts";

/** SHA-256 of bytes, as lower-case hexadecimal. */
export type Sha256Hex = (bytes: Uint8Array) => string;

/** What the graph of a shot answers. */
export interface ShotOutputs {
  readonly prepared: Preparation;
  readonly trajectory: TrajectoryValue;
  readonly gas: GasValue;
  readonly part: PartValue;
}

/**
 * Identifies the inputs of a shot: SHA-256 of the canonical JSON (RFC 8785) of the scenario with its system and every default.
 * Key order, number notation, defaults written out and older names of back ends make no difference.
 */
export function inputHash(scenario: Scenario, sha256: Sha256Hex): string {
  return sha256(new TextEncoder().encode(canonicalJson(inputDocument(scenario))));
}

/** The document of a shot. Errors: `MOLD-031` with the figures and series that are not finite. */
export function moldResult(
  scenario: Scenario,
  { prepared: { water }, trajectory, gas, part }: ShotOutputs,
  sha256: Sha256Hex,
): MoldResult {
  const { window } = part;
  const { stages, solver } = trajectory;
  const { backend }: { readonly backend: Backend } = solverOf(scenario.simulation);
  const list = ({ data }: { readonly data: Float64Array }): readonly number[] => Array.from(data);
  return allFinite({
    model: "legacy0d",
    backend,
    solver: {
      method: solver.method,
      relative_tolerance: solver.relativeTolerance,
      absolute_tolerance: solver.absoluteTolerance,
      steps: solver.acceptedSteps,
      rejected_steps: solver.rejectedSteps,
      evaluations: solver.evaluations,
      jacobians: solver.jacobians,
    },
    inputHash: inputHash(scenario, sha256),
    system_id: scenario.system.system_id,
    time_s: list(trajectory.timeS),
    alpha: list(trajectory.conversion),
    T_core_K: list(trajectory.coreK),
    T_mold_K: list(trajectory.moldK),
    rho_kg_per_m3: list(gas.densityKgPerM3),
    fill_ratio: list(gas.fillRatio),
    n_CO2_mol: list(gas.co2Mol),
    p_air_Pa: list(gas.airPa),
    p_CO2_Pa: list(gas.co2Pa),
    p_pentane_Pa: list(gas.pentanePa),
    p_total_Pa: list(gas.totalPa),
    vent_eff: list(gas.ventEfficiency),
    hardness_shore: list(part.hardnessShore),
    t_demold_min_s: window?.minS ?? null,
    t_demold_max_s: window?.maxS ?? null,
    t_demold_opt_s: window?.optS ?? null,
    rho_moulded: part.densityKgPerM3,
    p_max_Pa: gas.peakPa,
    pressure_status: part.pressureStatus,
    vent_closure_time_s: gas.ventClosureS,
    H_demold_shore: part.demoldShore,
    H_24h_shore: part.dayShore,
    quality_status: part.qualityStatus,
    defect_risk: part.defectRisk,
    diagnostics: part.diagnostics.map(({ message }) => message),
    diagnostic_codes: part.diagnostics.map(({ code }) => code),
    water_from_polyol_kg: water.fromPolyolKg,
    water_from_rh_kg: water.fromHumidityKg,
    water_effective_kg: water.effectiveKg,
    water_eff_fraction: water.effectiveRatio,
    water_risk_score: water.riskScore,
    t_cream_s: stages.creamS,
    t_gel_s: stages.gelS,
    t_rise_s: stages.riseS,
    t_tack_free_s: stages.tackFreeS,
    t_p_max_s: gas.peakTimeS,
    T_core_max_C: part.hottestC,
    t_T_core_max_s: part.hottestTimeS,
  });
}

function allFinite(result: MoldResult): MoldResult {
  const odd = Object.entries(result).flatMap(([name, value]) =>
    (typeof value === "number" && !Number.isFinite(value)) ||
    (Array.isArray(value) && value.some((one) => typeof one === "number" && !Number.isFinite(one)))
      ? [name]
      : [],
  );
  if (odd.length === 0) return result;
  throw moldError({
    code: "MOLD-031",
    message: `the result is not a number in ${odd.join(", ")}`,
    remedy: "Lower simulation.time_step_s, take the back end stiff, and check heats, masses and transfer coefficients.",
    context: { fields: odd },
  });
}
