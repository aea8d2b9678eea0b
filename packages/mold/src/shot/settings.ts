/** From a scenario to what each stage needs: a change of the file reaches only the stages that it concerns. */
import type { GasInputs } from "../legacy/gas-step.ts";
import type { ShotInputs } from "../legacy/preparation.ts";
import type { ThermalInputs } from "../legacy/thermal.ts";
import { requireComplete } from "../material/catalogue.ts";
import type { PartLimits } from "../quality/assess.ts";
import type { HardnessInputs } from "../quality/hardness.ts";
import type { DemoldLimits } from "../quality/window.ts";
import { type SolverChoice, solverOf } from "../scenario/backend.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { pointCount } from "../scenario/simulation.ts";

/** Everything that a shot is computed from. */
export interface ShotSettings {
  readonly shot: ShotInputs;
  readonly thermal: ThermalInputs;
  readonly grid: { readonly totalS: number; readonly count: number };
  readonly solver: SolverChoice;
  readonly gas: GasInputs;
  readonly hardness: HardnessInputs;
  readonly limits: DemoldLimits & PartLimits;
}

/** Settings of a scenario. Errors: `MOLD-011` when its system lacks figures. */
export function shotSettings({ system, process, mold, quality, simulation }: Scenario): ShotSettings {
  const { polyol, isocyanate } = requireComplete(system);
  return {
    shot: {
      polyolKgPerM3: polyol.density_kg_per_m3 ?? 0,
      isocyanateKgPerM3: isocyanate.density_kg_per_m3 ?? 0,
      waterRatio: polyol.water_fraction ?? 0,
      pentaneRatio: polyol.pentane_fraction ?? 0,
      reactionTimes: {
        creamS: polyol.cream_time_s ?? null,
        gelS: polyol.gel_time_s ?? null,
        riseS: polyol.rise_time_s ?? null,
        tackFreeS: polyol.tack_free_time_s ?? null,
      },
      reactionOrder: simulation.reaction_order,
      polyolKg: process.m_polyol,
      isocyanateKg: process.m_iso,
      additivesKg: process.m_additives,
      polyolC: process.T_polyol_in_C,
      isocyanateC: process.T_iso_in_C,
      moldC: process.T_mold_init_C,
      ambientC: process.T_ambient_C,
      humidityRatio: process.RH_ambient,
      mixingRatio: process.mixing_eff,
      cavityM3: mold.cavity_volume_m3,
      surfaceM2: mold.mold_surface_area_m2,
      humidityReferenceRatio: simulation.rh_reference,
      surfaceMoistureKgPerM2: simulation.surface_moisture_capacity_kg_per_m2,
      waterRiskDeltaRatio: simulation.water_risk_delta_fraction,
      ambientPa: simulation.ambient_pressure_Pa,
      minHeadspaceRatio: simulation.min_headspace_fraction,
    },
    thermal: {
      activationEnergyJPerMol: simulation.activation_energy_J_per_mol,
      referenceK: simulation.reference_temperature_K,
      reactionHeatJPerKg: simulation.reaction_enthalpy_J_per_kg,
      foamHeatJPerKgK: simulation.foam_cp_J_per_kgK,
      surfaceM2: mold.mold_surface_area_m2,
      coreToMoldWPerM2K: mold.h_core_to_mold_W_per_m2K,
      moldToAmbientWPerM2K: mold.h_mold_to_ambient_W_per_m2K,
      moldKg: mold.mold_mass_kg,
      moldHeatJPerKgK: mold.cp_mold_J_per_kgK,
    },
    grid: { totalS: simulation.total_time_s, count: pointCount(simulation) },
    solver: solverOf(simulation),
    gas: {
      ventCount: mold.vent.count,
      ventConductanceM3PerSPa: mold.vent.base_conductance_m3_per_sPa,
      closureConversion: mold.vent.alpha_closure,
      clogExponent: mold.vent.clog_rate,
      minVentEfficiency: mold.vent.min_efficiency,
      ventReliefScale: simulation.vent_relief_scale,
      evaporationRatePerS: simulation.pentane_evap_base_rate,
      evaporationOnsetK: simulation.pentane_evap_onset_K,
      evaporationSlopePerK: simulation.pentane_evap_temp_slope,
    },
    hardness: {
      baseShore: simulation.hardness_base_shore,
      conversionGainShore: simulation.hardness_alpha_gain,
      densityGainShore: simulation.hardness_density_gain,
      referenceKgPerM3: simulation.hardness_density_ref,
      dayBonusShore: simulation.hardness_24h_bonus,
    },
    limits: {
      minConversion: quality.alpha_demold_min,
      minDensityKgPerM3: quality.rho_moulded_min,
      maxDensityKgPerM3: quality.rho_moulded_max,
      maxCoreC: quality.core_temp_max_C,
      minHardnessShore: quality.H_demold_min_shore,
      minDemoldShore: quality.H_demold_min_shore,
      minDayShore: quality.H_24h_min_shore,
      maxPressureBar: quality.p_max_allowable_bar,
      maxDefectRisk: quality.defect_risk_max,
    },
  };
}
