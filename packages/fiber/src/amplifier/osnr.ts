/**
 * Bookkeeping of the optical signal-to-noise ratio along a chain of spans and amplifiers, without any field.
 *
 * OSNR is signal power over noise power, both polarisations, in 12.5 GHz unless another bandwidth is given.
 */
import { OSNR_REFERENCE_BANDWIDTH_HZ } from "../physics/constants.ts";
import { dbmFromWatts, decibelFromRatio, ratioFromDecibel, wattsFromDbm } from "../physics/decibel.ts";
import { asePsdWPerHz } from "./spontaneous-emission.ts";

/** A link of equal spans whose amplifiers restore the loss. */
export interface EqualSpans {
  readonly spanCount: number;
  /** Signal power in dBm at the input of every span, both polarisations. */
  readonly launchPowerDbm: number;
  readonly spanLossDb: number;
  readonly noiseFigureDb: number;
  readonly carrierHz: number;
  /** Default 12.5 GHz. */
  readonly referenceBandwidthHz?: number;
}

/**
 * OSNR in dB behind N equal spans, P / (N (G F − 1) h f B): the exact form of the rule 58 + P − NF − L − 10 log₁₀ N.
 * Infinite where the amplifiers add no noise.
 */
export function osnrAfterSpansDb(link: EqualSpans): number {
  const bandwidthHz = link.referenceBandwidthHz ?? OSNR_REFERENCE_BANDWIDTH_HZ;
  const aseW = 2 * asePsdWPerHz(link.spanLossDb, link.noiseFigureDb, link.carrierHz) * bandwidthHz;
  return decibelFromRatio(wattsFromDbm(link.launchPowerDbm) / (link.spanCount * aseW));
}

/** One span and the amplifier behind it. */
export interface AmplifiedSpan {
  readonly lossDb: number;
  readonly gainDb: number;
  readonly noiseFigureDb: number;
}

/** State of the signal behind one amplifier. */
export interface OsnrPoint {
  readonly signalDbm: number;
  /** Noise density in W/Hz of each polarisation. */
  readonly asePsdWPerHz: number;
  readonly osnrDb: number;
}

/** What enters the first span of a chain. */
export interface OsnrLaunch {
  readonly launchPowerDbm: number;
  readonly carrierHz: number;
  /** OSNR in dB of the transmitter itself; a perfect one when absent. */
  readonly transmitterOsnrDb?: number;
  /** Default 12.5 GHz. */
  readonly referenceBandwidthHz?: number;
}

/** Signal, noise density and OSNR behind each amplifier of a chain of unequal spans, in order. */
export function osnrAlongSpans(launch: OsnrLaunch, spans: readonly AmplifiedSpan[]): readonly OsnrPoint[] {
  const bandwidthHz = launch.referenceBandwidthHz ?? OSNR_REFERENCE_BANDWIDTH_HZ;
  let signalW: number = wattsFromDbm(launch.launchPowerDbm);
  let psdWPerHz = 0;
  if (launch.transmitterOsnrDb !== undefined) {
    psdWPerHz = signalW / (2 * ratioFromDecibel(launch.transmitterOsnrDb) * bandwidthHz);
  }
  return spans.map((span) => {
    const netGain = ratioFromDecibel(span.gainDb - span.lossDb);
    signalW *= netGain;
    psdWPerHz = psdWPerHz * netGain + asePsdWPerHz(span.gainDb, span.noiseFigureDb, launch.carrierHz);
    return {
      signalDbm: dbmFromWatts(signalW),
      asePsdWPerHz: psdWPerHz,
      osnrDb: decibelFromRatio(signalW / (2 * psdWPerHz * bandwidthHz)),
    };
  });
}

/** SNR in dB behind a matched filter of a dual-polarisation signal: OSNR · B_ref / R_s. */
export function snrFromOsnrDb(
  osnrDb: number,
  symbolRateBd: number,
  referenceBandwidthHz: number = OSNR_REFERENCE_BANDWIDTH_HZ,
): number {
  return osnrDb + decibelFromRatio(referenceBandwidthHz / symbolRateBd);
}
