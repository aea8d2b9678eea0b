/** A link specification as a graph of stages. */
import { type Graph, graph, type Wire } from "@simloom/pipeline";
import { resolveDspChain } from "../specification/dsp-chain.ts";
import type { LinkSpecification } from "../specification/schema.ts";
import { requireSimulable } from "../specification/simulable.ts";
import { coherentReceiver } from "./coherent-receiver.ts";
import { blockSettings, dsp } from "./dsp.ts";
import { edfa } from "./edfa.ts";
import { fecDecoder } from "./fec-decoder.ts";
import { fibreSpan } from "./fibre-span.ts";
import { figures } from "./figures.ts";
import { latency, latencySettings } from "./latency.ts";
import { launch } from "./launch.ts";
import { opticalSnr } from "./optical-snr.ts";
import { payload } from "./payload.ts";
import type { FieldValue } from "./ports.ts";
import { signalQuality } from "./signal-quality.ts";
import { type SpanPlan, spanLayout } from "./span-layout.ts";
import { transmitter } from "./transmitter.ts";

/** Optical carrier of every link of the specification, in Hz (1552.524 nm). */
export const CARRIER_HZ = 193.1e12;

/**
 * The whole link: payload, transmitter, spans with their amplifiers, receiver, DSP, counting, decoding, latency, plots.
 * @throws FiberError for a specification that this release cannot simulate; {@link latencyGraph} still answers its latency.
 */
export function linkGraph(specification: LinkSpecification, title = "fibre link"): Graph {
  requireSimulable(specification);
  const settings = linkSettings(specification);
  const spans = spanLayout(specification);
  return graph(title, ({ add }) => {
    const bits = add(payload, settings.payload);
    const tx = add(transmitter, settings.transmitter, { payload: bits.payload });
    const launched = add(launch, settings.launch, { field: tx.field });
    let field: Wire<FieldValue> = launched.field;
    spans.forEach((span, index) => {
      field = add(
        fibreSpan,
        { ...settings.fibre, lengthM: span.lengthM, spanCount: spans.length },
        { field },
        { id: `span-${index + 1}` },
      ).field;
      if (span.gainDb !== undefined)
        field = add(edfa, { ...settings.edfa, gainDb: span.gainDb }, { field }, { id: `edfa-${index + 1}` }).field;
    });
    const received = add(coherentReceiver, settings.receiver, { field }, { id: "receiver" });
    const recovered = add(dsp, settings.dsp, { signal: received.signal });
    const counted = add(signalQuality, settings.quality, { symbols: recovered.symbols, sent: tx.sent });
    if (settings.fec !== undefined) {
      add(fecDecoder, settings.fec, { aligned: counted.aligned, counted: counted.counted, payload: bits.payload });
    }
    if (settings.opticalSnr !== undefined) add(opticalSnr, settings.opticalSnr);
    const level = specification.outputs.artifact_level;
    if (level !== "none") {
      add(
        figures,
        {
          level,
          symbolRateBd: specification.signal.symbol_rate_baud,
          waveforms: specification.outputs.return_waveforms,
        },
        { launched: launched.field, received: field, signal: received.signal, aligned: counted.aligned, sent: tx.sent },
      );
    }
    const budget = add(latency, latencySettings(specification));
    return { budget: budget.budget, symbols: counted.aligned };
  });
}

/** The latency budget alone: what a specification that cannot be simulated still answers. */
export function latencyGraph(specification: LinkSpecification, title = "link latency"): Graph {
  return graph(title, ({ add }) => {
    const { budget } = add(latency, latencySettings(specification));
    return { budget };
  });
}

/** Configurations of the stages, each a slice of the specification: a change reaches only the stages that it concerns. */
function linkSettings(specification: LinkSpecification) {
  const { signal, runtime, transceiver, processing, propagation, fiber, spans: layout } = specification;
  const { effects, ssfm } = propagation;
  const spans = spanLayout(specification);
  const lengthM = spans.reduce((sum, span) => sum + span.lengthM, 0);
  const beta2S2PerM = effects.dispersion ? fiber.beta2_s2_per_m : 0;
  const beta3S3PerM = effects.dispersion ? (fiber.beta3_s3_per_m ?? 0) : 0;
  const pulse = { symbolRateBd: signal.symbol_rate_baud, rollOff: signal.rolloff };
  const fec = processing.fec.enabled ? (processing.fec as Mutable<typeof processing.fec>) : null;
  const noiseFigureDb = layout.amplifier.noise_figure_db ?? 0;
  const chain = resolveDspChain(specification);
  const equaliser = chain.find((block) => block.name === "mimo_eq");
  const recovery = chain.find((block) => block.name === "cpr");
  const demapper = chain.find((block) => block.name === "demap");
  return {
    payload: { symbolCount: runtime.n_symbols, parityCheck: fec?.params.H ?? null },
    transmitter: {
      ...pulse,
      samplesPerSymbol: runtime.samples_per_symbol,
      laserLinewidthHz: transceiver.tx.laser_linewidth_hz,
      carrierHz: CARRIER_HZ,
    },
    launch: { launchPowerDbm: transceiver.tx.launch_power_dbm },
    fibre: {
      lossDbPerKm: fiber.alpha_db_per_km,
      beta2S2PerM: fiber.beta2_s2_per_m,
      beta3S3PerM: fiber.beta3_s3_per_m ?? 0,
      gammaPerWM: fiber.gamma_w_inv_m,
      model: propagation.model === "manakov" ? ("manakov" as const) : ("scalar" as const),
      dispersion: effects.dispersion,
      nonlinearity: effects.nonlinearity,
      occupiedBandwidthHz: signal.symbol_rate_baud * (1 + signal.rolloff),
      steps: ssfm.step_adapt
        ? ({ rule: "constantLocalError" } as const)
        : ({ rule: "fixed", stepM: ssfm.dz_m } as const),
    },
    edfa: { noiseFigureDb, spontaneousEmission: effects.ase },
    receiver: {
      loLinewidthHz: transceiver.rx.lo_linewidth_hz,
      hasShotNoise: transceiver.rx.noise.shot,
      hasThermalNoise: transceiver.rx.noise.thermal,
      bandwidthHz: signal.symbol_rate_baud,
      adcSampleRateHz: transceiver.rx.adc.sample_rate_hz,
      adcBits: transceiver.rx.adc.bits,
    },
    dsp: {
      ...pulse,
      chain: chain.flatMap(blockSettings),
      symbolCount: runtime.n_symbols,
      beta2S2: beta2S2PerM * lengthM,
      beta3S3: beta3S3PerM * lengthM,
    },
    quality: {
      ...pulse,
      combinedLinewidthHz: transceiver.tx.laser_linewidth_hz + transceiver.rx.lo_linewidth_hz,
      beta2S2: beta2S2PerM * lengthM,
      equaliserTaps: equaliser?.tapCount ?? 0,
      averageWindow: recovery?.averagingWindowSymbols ?? 0,
    },
    fec: fec === null ? undefined : { fec, isSoft: demapper?.isSoft ?? false },
    opticalSnr:
      effects.ase && spans.some((span) => span.gainDb !== undefined)
        ? {
            launchPowerDbm: transceiver.tx.launch_power_dbm,
            carrierHz: CARRIER_HZ,
            symbolRateBd: signal.symbol_rate_baud,
            spans: spans.map((span: SpanPlan) => ({ lossDb: span.lossDb, gainDb: span.gainDb ?? 0, noiseFigureDb })),
          }
        : undefined,
  };
}

/** Documents are readonly, inputs of schemas are not; stages parse and so copy what they are given. */
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
