/**
 * The legacy equations as expressions: y = (φ, T_core, T_mold). One problem for all shots; what differs between them are
 * parameters, so that it is compiled once per method.
 */
import { type Expression, exp, expr, greater, max, parameter, pow, select, state } from "@simloom/kernel";
import { type OdeProblem, odeProblem } from "@simloom/solve";
import { COLDEST_K, GAS_CONSTANT, REACTION_STAGES } from "../legacy/constants.ts";
import { clockAt } from "../legacy/kinetics.ts";
import type { Preparation } from "../legacy/preparation.ts";
import type { ThermalInputs } from "../legacy/thermal.ts";

/** Names of the events: the stages of a cup test. */
export const STAGE_EVENTS = ["cream", "gel", "rise", "tackFree"] as const;

let problem: OdeProblem | undefined;

/** The problem with parameters of no shot in particular; `shotParameters` gives those of one. */
export function legacyProblem(): OdeProblem {
  problem ??= define();
  return problem;
}

/** Values of the parameters for a shot. */
export function shotParameters(shot: Preparation, thermal: ThermalInputs): Readonly<Record<string, number>> {
  const coreJPerK = Math.max(shot.massKg * thermal.foamHeatJPerKgK, 1e-6);
  const moldJPerK = Math.max(thermal.moldKg * thermal.moldHeatJPerKgK, 1e-6);
  const toMoldWPerK = thermal.coreToMoldWPerM2K * thermal.surfaceM2;
  return {
    activationK: thermal.activationEnergyJPerMol / GAS_CONSTANT,
    perReferenceK: 1 / Math.max(thermal.referenceK, 1e-6),
    clockPerS: (0.4 + 0.6 * shot.mixingFactor) / Math.max(shot.timeConstantS, 1e-3),
    exponent: shot.exponent,
    heatK: (thermal.reactionHeatJPerKg * shot.massKg) / coreJPerK,
    coreToMoldPerS: toMoldWPerK / coreJPerK,
    moldFromCorePerS: toMoldWPerK / moldJPerK,
    moldToAmbientPerS: (thermal.moldToAmbientWPerM2K * thermal.surfaceM2) / moldJPerK,
    ambientK: shot.ambientK,
    ...Object.fromEntries(
      STAGE_EVENTS.map((stage) => [`${stage}Clock`, clockAt(REACTION_STAGES[stage], shot.exponent)]),
    ),
  };
}

function define(): OdeProblem {
  const p = (name: string): Expression => parameter(name);
  const phi = state("phi");
  const coreK = state("coreK");
  const moldK = state("moldK");
  const clockRate = expr`${p("clockPerS")} * ${exp(expr`-${p("activationK")} * (1 / ${max(coreK, COLDEST_K)} - ${p("perReferenceK")})`)}`;
  const positive = max(phi, 1e-12);
  const growth = expr`${exp(expr`-${pow(positive, p("exponent"))}`)} * ${p("exponent")} * ${pow(positive, expr`${p("exponent")} - 1`)}`;
  const conversionRate = select(greater(phi, 0), expr`${growth} * ${clockRate}`, 0);
  return odeProblem({
    name: "legacy mould model",
    equations: {
      phi: clockRate,
      coreK: expr`${p("heatK")} * ${conversionRate} - ${p("coreToMoldPerS")} * (${coreK} - ${moldK})`,
      moldK: expr`${p("moldFromCorePerS")} * (${coreK} - ${moldK}) - ${p("moldToAmbientPerS")} * (${moldK} - ${p("ambientK")})`,
    },
    initial: { phi: 0, coreK: 298.15, moldK: 313.15 },
    parameters: {
      activationK: 5412,
      perReferenceK: 1 / 298.15,
      clockPerS: 0.01,
      exponent: 1.6,
      heatK: 60,
      coreToMoldPerS: 0.03,
      moldFromCorePerS: 0.001,
      moldToAmbientPerS: 0.0003,
      ambientK: 298.15,
      creamClock: 0.1,
      gelClock: 0.5,
      riseClock: 1.2,
      tackFreeClock: 1.7,
    },
    timeSpan: [0, 600],
    events: STAGE_EVENTS.map((name) => ({
      name,
      when: expr`${phi} - ${p(`${name}Clock`)}`,
      direction: "rising" as const,
    })),
  });
}
