/**
 * The coherent receiver's DSP as a list of functions from state to state, built from the chain of a specification.
 */
import { nearestName } from "@simloom/units";
import { fiberError } from "../errors.ts";
import type { PulseShape } from "../transmitter/root-raised-cosine.ts";
import { type DspBlockSpec, type ParameterReader, readParameters } from "./block-parameters.ts";
import { demapQpsk, type QpskDecisions } from "./demap.ts";
import { type AccumulatedDispersion, compensateDispersion } from "./dispersion-compensation.ts";
import { equalise } from "./equaliser.ts";
import { matchedFilter } from "./matched-filter.ts";
import { searchPhase } from "./phase-search.ts";
import { resampleTo } from "./resample.ts";
import { type DspSignal, type PolarisationPair, recordLength } from "./signal.ts";
import { sampleAtSymbols } from "./symbol-timing.ts";

/** What the receiver knows about the link. */
export interface CoherentLink extends PulseShape {
  /** Symbols in the record. */
  readonly symbolCount: number;
  readonly dispersion: AccumulatedDispersion;
}

/** What one block did, for people and for the manifest. */
export interface DspNote {
  readonly block: string;
  readonly detail: string;
  readonly statistics: Readonly<Record<string, number>>;
}

/** What blocks hand on. Never modified. */
export interface DspState {
  readonly signal: DspSignal;
  /** Carrier phase in rad per symbol, behind `cpr`. */
  readonly phaseRad?: PolarisationPair;
  /** Behind `demap`. */
  readonly decisions?: readonly [x: QpskDecisions, y: QpskDecisions];
  readonly notes: readonly DspNote[];
  readonly warnings: readonly string[];
}

/** One step of the chain. */
export type DspBlock = (state: DspState) => DspState;

/** The chain that an empty list stands for. */
export const DEFAULT_COHERENT_CHAIN: readonly DspBlockSpec[] = [
  { name: "resample" },
  { name: "matched_filter" },
  { name: "cd_comp" },
  { name: "mimo_eq" },
  { name: "cpr" },
  { name: "demap" },
];

/** Result of a whole chain: one sample per symbol. */
export interface DspResult extends DspState {
  /** Symbols as the last block left them, up to a delay, a swap of polarisations and quarter turns. */
  readonly symbols: PolarisationPair;
}

/** Runs a received record through a chain; the result is at one sample per symbol, whatever the chain holds. */
export function runCoherentChain(chain: readonly DspBlock[], received: DspSignal, link: CoherentLink): DspResult {
  const start: DspState = { signal: received, notes: [], warnings: [] };
  const end = atSymbols(
    chain.reduce((state, block) => block(state), start),
    link,
  );
  return { ...end, symbols: end.signal.polarisations };
}

/**
 * The functions of a chain in order, disabled blocks left out; an empty list gives the default chain.
 * @throws FIBR-004, FIBR-005, FIBR-006 for parameters (block and name in the message), FIBR-006 for unknown blocks,
 * FIBR-012 for `ffe`, which belongs to direct detection.
 */
export function planCoherentChain(specs: readonly DspBlockSpec[], link: CoherentLink): readonly DspBlock[] {
  const chain = specs.length === 0 ? DEFAULT_COHERENT_CHAIN : specs;
  return chain.flatMap((spec, index) => {
    const plan = lookUpBlock(spec.name, index);
    const parameters = readParameters(spec, index);
    const block = plan(parameters, link);
    const unread = parameters.unreadWarnings();
    if (spec.enabled === false) return [];
    return [unread.length === 0 ? block : (state: DspState) => withWarnings(block(state), unread)];
  });
}

type BlockPlan = (parameters: ParameterReader, link: CoherentLink) => DspBlock;

const BLOCKS: Readonly<Record<string, BlockPlan>> = {
  resample(parameters, link) {
    const rateHz = parameters.positive("out_fs_hz", Number.MAX_VALUE);
    return (state) =>
      rateHz === Number.MAX_VALUE ? note(state, "resample", "rate kept") : resample(state, rateHz, link);
  },

  matched_filter(parameters, link) {
    parameters.choice("type", ["rrc"], "rrc");
    return (state) =>
      note({ ...state, signal: matchedFilter(state.signal, link) }, "matched_filter", `roll-off ${link.rollOff}`);
  },

  cd_comp(parameters, link) {
    parameters.choice("method", ["fft"], "fft");
    return (state) =>
      note({ ...state, signal: compensateDispersion(state.signal, link.dispersion) }, "cd_comp", "whole record", {
        beta2S2: link.dispersion.beta2S2,
        beta3S3: link.dispersion.beta3S3,
      });
  },

  mimo_eq(parameters, link) {
    const taps = parameters.count("taps", 15);
    const mu = parameters.positive("mu", 1e-3);
    const type = parameters.choice("type", ["lms", "nlms", "cma"], "lms");
    return (state) => {
      const { signal, outputCorrelation, trainingUpdates, warnings } = equalise(state.signal, link.symbolCount, {
        taps,
        mu,
        type,
      });
      const statistics = { taps, mu, outputCorrelation, trainingUpdates };
      return withWarnings(note({ ...state, signal }, "mimo_eq", type, statistics), warnings);
    };
  },

  cpr(parameters, link) {
    parameters.choice("method", ["bps"], "bps");
    const averageWindow = parameters.count("avg_window", 8);
    const testAngles = parameters.count("test_angles", 64);
    return (state) => {
      const symbolRate = atSymbols(state, link);
      const { symbols, phaseRad, isPhaseShared } = searchPhase(symbolRate.signal.polarisations, {
        testAngles,
        averageWindow,
      });
      const signal: DspSignal = { ...symbolRate.signal, polarisations: symbols };
      const detail = isPhaseShared ? "bps, both polarisations together" : "bps, each polarisation for itself";
      return note({ ...symbolRate, signal, phaseRad }, "cpr", detail, { averageWindow, testAngles });
    };
  },

  demap(parameters, link) {
    const isSoft = parameters.flag("soft", false);
    return (state) => {
      const symbolRate = atSymbols(state, link);
      const [x, y] = symbolRate.signal.polarisations;
      const decisions = [demapQpsk(x, { isSoft }), demapQpsk(y, { isSoft })] as const;
      return note({ ...symbolRate, decisions }, "demap", isSoft ? "soft" : "hard", {
        estimatedSnrX: decisions[0].estimatedSnr,
        estimatedSnrY: decisions[1].estimatedSnr,
      });
    };
  },
};

function lookUpBlock(name: string, index: number): BlockPlan {
  const plan = Object.hasOwn(BLOCKS, name) ? BLOCKS[name] : undefined;
  if (plan !== undefined) return plan;
  const path = `processing.dsp_chain[${index}].name`;
  if (name === "ffe") {
    throw fiberError({
      code: "FIBR-012",
      message: "ffe equalises a directly detected signal, but this receiver is coherent",
      remedy: "Use mimo_eq instead of ffe.",
      path,
    });
  }
  const near = nearestName(name, Object.keys(BLOCKS));
  throw fiberError({
    code: "FIBR-006",
    message: `${JSON.stringify(name)} is not a DSP block`,
    remedy: near === undefined ? `Use one of ${Object.keys(BLOCKS).join(", ")}.` : `Did you mean ${near}?`,
    path,
  });
}

function resample(state: DspState, rateHz: number, link: CoherentLink): DspState {
  const isOversampled = recordLength(state.signal) !== link.symbolCount;
  if (isOversampled && rateHz < (1 + link.rollOff) * link.symbolRateBd * (1 - 1e-9)) {
    throw fiberError({
      code: "FIBR-016",
      message: `resample.out_fs_hz is ${rateHz}, which cuts into the signal's spectrum`,
      remedy: `Set out_fs_hz to at least ${(1 + link.rollOff) * link.symbolRateBd}; later blocks go to one sample per symbol by themselves.`,
      path: "processing.dsp_chain",
    });
  }
  const { signal, rateError } = resampleTo(state.signal, rateHz);
  const done = note({ ...state, signal }, "resample", `${signal.sampleRateHz} Hz`, {
    sampleRateHz: signal.sampleRateHz,
  });
  return Math.abs(rateError) > 1e-12
    ? withWarnings(done, [
        `resample runs at ${signal.sampleRateHz} Hz, the nearest rate with whole samples in the record.`,
      ])
    : done;
}

/** One sample per symbol at the open eye, for chains whose equaliser is absent. */
function atSymbols(state: DspState, link: CoherentLink): DspState {
  if (recordLength(state.signal) === link.symbolCount && state.signal.domain === "time") return state;
  const { signal, timingOffsetSymbols } = sampleAtSymbols(state.signal, link.symbolCount);
  return note({ ...state, signal }, "decimate", "one sample per symbol at the clock tone's phase", {
    timingOffsetSymbols,
  });
}

function note(state: DspState, block: string, detail: string, statistics: Record<string, number> = {}): DspState {
  return { ...state, notes: [...state.notes, { block, detail, statistics }] };
}

function withWarnings(state: DspState, warnings: readonly string[]): DspState {
  return warnings.length === 0 ? state : { ...state, warnings: [...state.warnings, ...warnings] };
}
