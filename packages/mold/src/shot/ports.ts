/** The values that travel between the stages of a shot, as ports, and the way to and from the functions of this package. */
import { definePort, NdArray, ndarrayFrom, type Port } from "@simloom/pipeline";
import type { GasProfiles } from "../legacy/gas.ts";
import type { Preparation } from "../legacy/preparation.ts";
import type { Trajectory } from "../legacy/thermal.ts";
import type { PartResult, StageTimes } from "../quality/part.ts";
import type { DemoldWindow } from "../quality/window.ts";
import type { Integration, SolverReport } from "./integrate.ts";
import { ordered } from "./ordered.ts";

/** Profiles of an integration, with what the solver did. */
export interface TrajectoryValue {
  readonly timeS: NdArray<"float64", "s">;
  readonly conversion: NdArray<"float64", "1">;
  readonly coreK: NdArray<"float64", "K">;
  readonly moldK: NdArray<"float64", "K">;
  readonly clock: NdArray<"float64", "1">;
  readonly stages: StageTimes;
  readonly solver: SolverReport;
}

/** Profiles of gas and foam. */
export interface GasValue {
  readonly densityKgPerM3: NdArray<"float64", "kg/m^3">;
  readonly fillRatio: NdArray<"float64", "1">;
  readonly co2Mol: NdArray<"float64", "mol">;
  readonly airPa: NdArray<"float64", "Pa">;
  readonly co2Pa: NdArray<"float64", "Pa">;
  readonly pentanePa: NdArray<"float64", "Pa">;
  readonly totalPa: NdArray<"float64", "Pa">;
  readonly ventEfficiency: NdArray<"float64", "1">;
  readonly peakPa: number;
  readonly peakTimeS: number;
  readonly ventClosureS: number | null;
}

/** Figures and verdict of a part, with its hardness over time. */
export interface PartValue extends Omit<PartResult, "hardnessShore" | "window"> {
  readonly hardnessShore: NdArray<"float64", "1">;
  readonly window: DemoldWindow | null;
}

/** A shot before it begins. */
export function preparationPort(): Port<Preparation> {
  return structurePort("prepared shot", ["massKg", "co2Mol", "airMol", "coreK", "timeConstantS", "exponent", "water"]);
}

export function trajectoryPort(): Port<TrajectoryValue> {
  return structurePort("cure trajectory", ["timeS", "conversion", "coreK", "moldK", "stages", "solver"]);
}

export function gasPort(): Port<GasValue> {
  return structurePort("gas profiles", ["densityKgPerM3", "totalPa", "ventEfficiency", "peakPa"]);
}

export function partPort(): Port<PartValue> {
  return structurePort("finished part", ["hardnessShore", "window", "qualityStatus", "defectRisk"]);
}

/** An integration as a value of the graph. */
export function trajectoryValue({ trajectory, stages, solver }: Integration): TrajectoryValue {
  const { timeS, conversion, coreK, moldK, clock } = trajectory;
  return ordered({
    timeS: kept("s", timeS),
    conversion: kept("1", conversion),
    coreK: kept("K", coreK),
    moldK: kept("K", moldK),
    clock: kept("1", clock),
    stages,
    solver,
  });
}

/** The trajectory as the functions of this package take it. Views, not copies. */
export function trajectoryOf({ timeS, conversion, coreK, moldK, clock }: TrajectoryValue): Trajectory {
  return { timeS: timeS.data, conversion: conversion.data, coreK: coreK.data, moldK: moldK.data, clock: clock.data };
}

/** Gas profiles as a value of the graph. */
export function gasValue(gas: GasProfiles): GasValue {
  return ordered({
    densityKgPerM3: kept("kg/m^3", gas.densityKgPerM3),
    fillRatio: kept("1", gas.fillRatio),
    co2Mol: kept("mol", gas.co2Mol),
    airPa: kept("Pa", gas.airPa),
    co2Pa: kept("Pa", gas.co2Pa),
    pentanePa: kept("Pa", gas.pentanePa),
    totalPa: kept("Pa", gas.totalPa),
    ventEfficiency: kept("1", gas.ventEfficiency),
    peakPa: gas.peakPa,
    peakTimeS: gas.peakTimeS,
    ventClosureS: gas.ventClosureS,
  });
}

/** Gas profiles as the functions of this package take them. Views, not copies. */
export function gasOf(gas: GasValue): GasProfiles {
  return {
    densityKgPerM3: gas.densityKgPerM3.data,
    fillRatio: gas.fillRatio.data,
    co2Mol: gas.co2Mol.data,
    airPa: gas.airPa.data,
    co2Pa: gas.co2Pa.data,
    pentanePa: gas.pentanePa.data,
    totalPa: gas.totalPa.data,
    ventEfficiency: gas.ventEfficiency.data,
    peakPa: gas.peakPa,
    peakTimeS: gas.peakTimeS,
    ventClosureS: gas.ventClosureS,
  };
}

/** A part as a value of the graph. */
export function partValue({ hardnessShore, window, ...rest }: PartResult): PartValue {
  return ordered({
    ...rest,
    diagnostics: rest.diagnostics.map(ordered),
    hardnessShore: kept("1", hardnessShore),
    window: window ?? null,
  });
}

function kept<const U extends string>(unit: U, profile: Float64Array): NdArray<"float64", U> {
  return ndarrayFrom("float64", profile, { unit });
}

function structurePort<T>(kind: string, members: readonly string[]): Port<T> {
  return definePort<T>({
    kind,
    refuse(value) {
      if (typeof value !== "object" || value === null || value instanceof NdArray) return `is not a record (${kind})`;
      const missing = members.find((member) => !(member in value));
      return missing === undefined ? undefined : `has no ${missing}`;
    },
  });
}
