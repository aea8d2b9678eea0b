/** Use case 1 of the existing twin with other temperatures, humidity and mixing for each shot, for us and for peers. */
import { parseScenario, type ShotSettings, shotSettings } from "@simloom/mold";

const USE_CASE_1 = {
  system_id: "SYSTEM_R1",
  process: {
    ...{ m_polyol: 1, m_iso: 1.05, nco_oh_index: 1.05, T_polyol_in_C: 25, T_iso_in_C: 25, T_mold_init_C: 40 },
    ...{ T_ambient_C: 22, RH_ambient: 0.5, mixing_eff: 0.9 },
  },
  mold: { cavity_volume_m3: 0.025, mold_surface_area_m2: 0.8, mold_mass_kg: 120 },
  quality: { core_temp_max_C: 90, p_max_allowable_bar: 6, H_demold_min_shore: 40, H_24h_min_shore: 55 },
  simulation: { total_time_s: 600, time_step_s: 0.5, backend: "manual" },
};

/** Use case 1 as it is: 600 s, 1,201 points. */
export function legacyShot(): ShotSettings {
  return shotSettings(parseScenario(USE_CASE_1));
}

/** Variants of it. Limits are such that most of them have a demoulding window, and some a pressure near its limit. */
export function legacyShots(count: number): readonly ShotSettings[] {
  const share = (index: number, factor: number) => ((factor * index) % count) / count;
  return Array.from({ length: count }, (_, index) =>
    shotSettings(
      parseScenario({
        ...USE_CASE_1,
        process: {
          ...USE_CASE_1.process,
          T_polyol_in_C: 22 + 6 * share(index, 7),
          T_mold_init_C: 35 + 15 * share(index, 1),
          RH_ambient: 0.3 + 0.4 * share(index, 13),
          mixing_eff: 0.7 + 0.3 * share(index, 29),
        },
        quality: { ...USE_CASE_1.quality, p_max_allowable_bar: 3.2, rho_moulded_min: 250, rho_moulded_max: 330 },
      }),
    ),
  );
}

/** What the shots have in common and in what they differ, in the words of the peers. */
export function legacyFixed(shots: readonly ShotSettings[]) {
  const [{ shot, thermal, gas, hardness, limits }] = shots as [ShotSettings];
  const { creamS, gelS, riseS, tackFreeS } = shot.reactionTimes;
  return {
    varied: {
      T_polyol_C: shots.map((one) => one.shot.polyolC),
      T_mold_C: shots.map((one) => one.shot.moldC),
      humidity: shots.map((one) => one.shot.humidityRatio),
      mixing: shots.map((one) => one.shot.mixingRatio),
    },
    fixed: {
      reactionTimesS: [creamS, gelS, riseS, tackFreeS],
      reactionOrder: shot.reactionOrder,
      polyol: shot.polyolKg,
      isocyanate: shot.isocyanateKg,
      polyolDensity: shot.polyolKgPerM3,
      isocyanateDensity: shot.isocyanateKgPerM3,
      waterRatio: shot.waterRatio,
      isocyanateC: shot.isocyanateC,
      ambientC: shot.ambientC,
      cavity: shot.cavityM3,
      surface: shot.surfaceM2,
      humidityReference: shot.humidityReferenceRatio,
      surfaceMoisture: shot.surfaceMoistureKgPerM2,
      waterRiskDelta: shot.waterRiskDeltaRatio,
      ambientPa: shot.ambientPa,
      minHeadspace: shot.minHeadspaceRatio,
      activation: thermal.activationEnergyJPerMol,
      reference: thermal.referenceK,
      reactionHeat: thermal.reactionHeatJPerKg,
      foamHeat: thermal.foamHeatJPerKgK,
      toMold: thermal.coreToMoldWPerM2K,
      toAmbient: thermal.moldToAmbientWPerM2K,
      moldKg: thermal.moldKg,
      moldHeat: thermal.moldHeatJPerKgK,
      vents: gas.ventCount,
      conductance: gas.ventConductanceM3PerSPa,
      closure: gas.closureConversion,
      clog: gas.clogExponent,
      minVent: gas.minVentEfficiency,
      relief: gas.ventReliefScale,
      evaporation: gas.evaporationRatePerS,
      onset: gas.evaporationOnsetK,
      evaporationSlope: gas.evaporationSlopePerK,
      baseShore: hardness.baseShore,
      conversionGain: hardness.conversionGainShore,
      densityGain: hardness.densityGainShore,
      densityReference: hardness.referenceKgPerM3,
      dayBonus: hardness.dayBonusShore,
      minConversion: limits.minConversion,
      minDensity: limits.minDensityKgPerM3,
      maxDensity: limits.maxDensityKgPerM3,
      maxCoreC: limits.maxCoreC,
      minHardness: limits.minHardnessShore,
      minDemold: limits.minDemoldShore,
      minDay: limits.minDayShore,
      maxPressureBar: limits.maxPressureBar,
    },
  };
}
