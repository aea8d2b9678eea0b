/** Whether a part is good: pressure against its limit, risk of defects, and what speaks against it. */

/** What happened to a part, and what it has to keep. */
export interface PartFigures {
  readonly hasWindow: boolean;
  readonly demoldShore: number;
  readonly dayShore: number;
  readonly peakPa: number;
  readonly waterRisk: number;
  readonly mixingFactor: number;
  readonly ventClosureS: number | null;
}

/** Limits of a part beside those of demoulding. */
export interface PartLimits {
  readonly minDemoldShore: number;
  readonly minDayShore: number;
  readonly maxPressureBar: number;
  readonly maxDefectRisk: number;
}

export type PressureStatus = "SAFE" | "NEAR_LIMIT" | "OVER_LIMIT" | "UNKNOWN";
export type QualityStatus = "OK" | "MARGINAL" | "FAIL";

/** One thing that speaks against a part. Codes are stable. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly message: string;
}

export type DiagnosticCode =
  | "NO_DEMOLD_WINDOW"
  | "LOW_H_DEMOLD"
  | "LOW_H_24H"
  | "PRESSURE_OVER"
  | "PRESSURE_NEAR"
  | "HIGH_WATER"
  | "LOW_MIXING"
  | "EARLY_VENT_CLOSURE";

/** The verdict on a part. */
export interface Assessment {
  readonly pressureStatus: PressureStatus;
  readonly qualityStatus: QualityStatus;
  /** 0 … 1. */
  readonly defectRisk: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Where a peak pressure stands against its limit. */
export function pressureStatus(peakPa: number, limitBar: number): PressureStatus {
  if (!(limitBar > 0)) return "UNKNOWN";
  const ratio = peakPa / (limitBar * 1e5);
  return ratio < 0.9 ? "SAFE" : ratio <= 1 ? "NEAR_LIMIT" : "OVER_LIMIT";
}

/** Judges a part. Risks add up from 0.02; the order of the diagnostics is that of the rules. */
export function assess(part: PartFigures, limits: PartLimits): Assessment {
  const pressure = pressureStatus(part.peakPa, limits.maxPressureBar);
  const isSoft = part.demoldShore < limits.minDemoldShore;
  const isSoftLater = part.dayShore < limits.minDayShore;
  const said = (value: number): string => value.toFixed(1);
  const peakBar = () => (part.peakPa / 1e5).toFixed(2);
  // messages are worded only where a rule holds: most calls are of optimisers, which read figures
  const rules: readonly (readonly [holds: boolean, risk: number, code: DiagnosticCode, message: () => string])[] = [
    [!part.hasWindow, 0.35, "NO_DEMOLD_WINDOW", () => "There is no time at which every demoulding limit holds."],
    [
      isSoft,
      0.2,
      "LOW_H_DEMOLD",
      () => `Hardness at demoulding is ${said(part.demoldShore)}, below ${said(limits.minDemoldShore)} Shore.`,
    ],
    [
      isSoftLater,
      0.1,
      "LOW_H_24H",
      () => `Hardness after 24 h is ${said(part.dayShore)}, below ${said(limits.minDayShore)} Shore.`,
    ],
    [
      pressure === "OVER_LIMIT",
      0.25,
      "PRESSURE_OVER",
      () => `The pressure reaches ${peakBar()} bar, above the limit of ${limits.maxPressureBar} bar.`,
    ],
    [
      pressure === "NEAR_LIMIT",
      0.1,
      "PRESSURE_NEAR",
      () => `The pressure reaches ${peakBar()} bar, close to the limit of ${limits.maxPressureBar} bar.`,
    ],
    [part.waterRisk > 0.6, 0.1, "HIGH_WATER", () => "Humid air brings much additional water."],
    [part.mixingFactor < 0.8, 0.07, "LOW_MIXING", () => "The mixing efficiency is low."],
    [
      part.ventClosureS !== null && part.ventClosureS < 120,
      0.08,
      "EARLY_VENT_CLOSURE",
      () => `The vents close after ${said(part.ventClosureS ?? 0)} s, before 120 s.`,
    ],
  ];
  const holding = rules.filter(([holds]) => holds);
  const risk = holding.reduce((sum, [, more]) => sum + more, 0.02);
  const defectRisk = Math.min(Math.max(risk, 0), 1);
  const fails = !part.hasWindow || isSoft || isSoftLater || pressure === "OVER_LIMIT";
  const isMarginal = risk > limits.maxDefectRisk || pressure === "NEAR_LIMIT";
  return {
    pressureStatus: pressure,
    qualityStatus: fails ? "FAIL" : isMarginal ? "MARGINAL" : "OK",
    defectRisk,
    diagnostics: holding.map(([, , code, message]) => ({ code, message: message() })),
  };
}
