/** Hardness of the foam in Shore units: H = base + gain · α + density gain · max(ρ − 35, 0) / 35, and what 24 h add. */

/** Coefficients of the hardness. */
export interface HardnessInputs {
  readonly baseShore: number;
  readonly conversionGainShore: number;
  readonly densityGainShore: number;
  readonly referenceKgPerM3: number;
  readonly dayBonusShore: number;
}

/** Hardness at a point. */
export function hardnessShore(hardness: HardnessInputs, conversion: number, densityKgPerM3: number): number {
  return hardness.baseShore + hardness.conversionGainShore * conversion + densityShore(hardness, densityKgPerM3);
}

/** Hardness at each point. */
export function hardnessProfile(
  hardness: HardnessInputs,
  conversion: Float64Array,
  densityKgPerM3: Float64Array,
): Float64Array {
  const shore = new Float64Array(conversion.length);
  for (let i = 0; i < shore.length; i++)
    shore[i] = hardnessShore(hardness, conversion[i] as number, densityKgPerM3[i] as number);
  return shore;
}

/** Hardness after 24 h of a part of that density, fully cured. */
export function dayHardnessShore(hardness: HardnessInputs, densityKgPerM3: number): number {
  return (
    hardness.baseShore + hardness.conversionGainShore + densityShore(hardness, densityKgPerM3) + hardness.dayBonusShore
  );
}

function densityShore({ densityGainShore, referenceKgPerM3 }: HardnessInputs, densityKgPerM3: number): number {
  const reference = Math.max(referenceKgPerM3, 1);
  return (densityGainShore / reference) * Math.max(densityKgPerM3 - reference, 0);
}
