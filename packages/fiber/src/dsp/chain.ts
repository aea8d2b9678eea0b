/**
 * The coherent receiver's DSP as a list of functions from state to state, built from the chain of a specification.
 */
import type { DspBlock } from "../specification/dsp-chain.ts";
import type { PulseShape } from "../transmitter/root-raised-cosine.ts";
import { demapQpsk, type QpskDecisions } from "./demap.ts";
import { type AccumulatedDispersion, compensateDispersion } from "./dispersion-compensation.ts";
import { type Equaliser, equalise } from "./equaliser.ts";
import { matchedFilter } from "./matched-filter.ts";
import { type PhaseSearch, searchPhase } from "./phase-search.ts";
import { isFitted, resampleTo } from "./resample.ts";
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
export type DspStep = (state: DspState) => DspState;

/** Result of a whole chain: one sample per symbol. */
export interface DspResult extends DspState {
  /** Symbols as the last block left them, up to a delay, a swap of polarisations and quarter turns. */
  readonly symbols: PolarisationPair;
}

/** Runs a received record through a chain; the result is at one sample per symbol, whatever the chain holds. */
export function runCoherentChain(chain: readonly DspStep[], received: DspSignal, link: CoherentLink): DspResult {
  const start: DspState = { signal: received, notes: [], warnings: [] };
  const end = atSymbols(
    chain.reduce((state, step) => step(state), start),
    link,
  );
  return { ...end, symbols: end.signal.polarisations };
}

/** A block of a resolved chain that a coherent receiver can run. */
export type CoherentBlock = Exclude<DspBlock, { readonly name: "ffe" }>;

/** The functions of a resolved chain, in order. Parameters were checked, and defaults filled in, with the specification. */
export function planCoherentChain(blocks: readonly CoherentBlock[], link: CoherentLink): readonly DspStep[] {
  return blocks.map((block) => stepOf(block, link));
}

function stepOf(block: CoherentBlock, link: CoherentLink): DspStep {
  switch (block.name) {
    case "resample":
      return (state) => resample(state, block.outputRateHz);
    case "matched_filter":
      return (state) =>
        note({ ...state, signal: matchedFilter(state.signal, link) }, "matched_filter", `roll-off ${link.rollOff}`);
    case "cd_comp":
      return (state) =>
        note({ ...state, signal: compensateDispersion(state.signal, link.dispersion) }, "cd_comp", "whole record", {
          ...link.dispersion,
        });
    case "mimo_eq":
      return (state) =>
        runEqualiser(state, link, { taps: block.tapCount, mu: block.stepSize, type: block.type ?? "lms" });
    case "cpr":
      return (state) =>
        recoverPhase(state, link, { testAngles: block.testAngleCount, averageWindow: block.averagingWindowSymbols });
    case "demap":
      return (state) => demap(state, link, block.isSoft);
    default:
      return block satisfies never;
  }
}

function resample(state: DspState, rateHz: number | undefined): DspState {
  if (rateHz === undefined) return note(state, "resample", "rate kept");
  const { signal, rateError } = resampleTo(state.signal, rateHz);
  const { sampleRateHz } = signal;
  const done = note({ ...state, signal }, "resample", `${sampleRateHz} Hz`, { sampleRateHz });
  return isFitted(rateError)
    ? done
    : withWarnings(done, [`resample runs at ${sampleRateHz} Hz, the nearest rate with whole samples in the record.`]);
}

function runEqualiser(state: DspState, link: CoherentLink, equaliser: Equaliser): DspState {
  const { signal, outputCorrelation, trainingUpdates, warnings } = equalise(state.signal, link.symbolCount, equaliser);
  const { taps, mu, type } = equaliser;
  const statistics = { taps, mu, outputCorrelation, trainingUpdates };
  return withWarnings(note({ ...state, signal }, "mimo_eq", type, statistics), warnings);
}

function recoverPhase(state: DspState, link: CoherentLink, search: PhaseSearch): DspState {
  const symbolRate = atSymbols(state, link);
  const { symbols, phaseRad, isPhaseShared } = searchPhase(symbolRate.signal.polarisations, search);
  const signal: DspSignal = { ...symbolRate.signal, polarisations: symbols };
  const detail = isPhaseShared ? "bps, both polarisations together" : "bps, each polarisation for itself";
  return note({ ...symbolRate, signal, phaseRad }, "cpr", detail, { ...search });
}

function demap(state: DspState, link: CoherentLink, isSoft: boolean): DspState {
  const symbolRate = atSymbols(state, link);
  const [x, y] = symbolRate.signal.polarisations;
  const decisions = [demapQpsk(x, { isSoft }), demapQpsk(y, { isSoft })] as const;
  return note({ ...symbolRate, decisions }, "demap", isSoft ? "soft" : "hard", {
    estimatedSnrX: decisions[0].estimatedSnr,
    estimatedSnrY: decisions[1].estimatedSnr,
  });
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
