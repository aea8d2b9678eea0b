/**
 * The dual-polarisation QPSK transmitter in three steps, so that sweeps reuse what they can: draw the symbols, shape
 * them to a field of unit power, scale the field to a launch power.
 */
import type { NormalSource } from "../amplifier/normal-source.ts";
import { forwardTransform, inverseTransform } from "../dsp/fourier.ts";
import { multiplyComplex, type PolarisationPair } from "../dsp/signal.ts";
import { wattsFromDbm } from "../physics/decibel.ts";
import { mapPolarisations, meanPowerW, type OpticalField, scaleField } from "../physics/optical-field.ts";
import { type BitSource, randomBits } from "./bits.ts";
import { laserPhaseRad, phasorsOf } from "./laser.ts";
import { QPSK_BITS_PER_SYMBOL, qpskSymbols } from "./qpsk.ts";
import { type PulseShape, rootRaisedCosineBins } from "./root-raised-cosine.ts";

/** What was sent: the reference of every count. */
export interface SentSymbols {
  /** Two bits per symbol, for x and y. */
  readonly bits: readonly [x: Uint8Array, y: Uint8Array];
  /** Unit-power symbols, interleaved, for x and y. */
  readonly symbols: PolarisationPair;
}

/** Draws random payload for both polarisations: all bits of x, then all bits of y. */
export function drawQpskSymbols(source: BitSource, symbolCount: number): SentSymbols {
  const x = randomBits(source, QPSK_BITS_PER_SYMBOL * symbolCount);
  const y = randomBits(source, QPSK_BITS_PER_SYMBOL * symbolCount);
  return { bits: [x, y], symbols: [qpskSymbols(x), qpskSymbols(y)] };
}

/** How symbols become a waveform. */
export interface Waveform extends PulseShape {
  /** Whole number, at least 1 + roll-off. */
  readonly samplesPerSymbol: number;
  readonly carrierHz: number;
}

/**
 * Root-raised-cosine pulses on a periodic record, symbol k centred on sample k·samplesPerSymbol; the mean power of x and
 * y together is 1 W to rounding. One transform per symbol record and one per waveform.
 * @throws FIBR-014 when the samples per symbol do not hold the pulse.
 */
export function shapePulses(symbols: PolarisationPair, waveform: Waveform): OpticalField {
  const symbolCount = symbols[0].length / 2;
  const count = symbolCount * waveform.samplesPerSymbol;
  const sampleRateHz = waveform.symbolRateBd * waveform.samplesPerSymbol;
  const response = rootRaisedCosineBins(count, sampleRateHz, waveform);
  const shape = (record: Float64Array) => inverseTransform(repeatAndFilter(forwardTransform(record), response));
  const field: OpticalField = {
    polarisations: [shape(symbols[0]), shape(symbols[1])],
    sampleRateHz,
    carrierHz: waveform.carrierHz,
  };
  return scaleField(field, 1 / Math.sqrt(meanPowerW(field)));
}

/** Spectrum of a comb of symbols (periodic in the symbol rate) under a filter. */
function repeatAndFilter(symbolSpectrum: Float64Array, response: Float64Array): Float64Array {
  const filtered = new Float64Array(2 * response.length);
  for (let bin = 0, from = 0; bin < response.length; bin++) {
    const factor = response[bin] as number;
    if (factor !== 0) {
      filtered[2 * bin] = factor * (symbolSpectrum[from] as number);
      filtered[2 * bin + 1] = factor * (symbolSpectrum[from + 1] as number);
    }
    from += 2;
    if (from === symbolSpectrum.length) from = 0;
  }
  return filtered;
}

/** The field with the phase noise of one laser, the same in both polarisations. A linewidth of 0 draws nothing. */
export function addLaserPhaseNoise(field: OpticalField, linewidthHz: number, noise: NormalSource): OpticalField {
  if (linewidthHz === 0) return field;
  const { sampleRateHz, polarisations } = field;
  const phasors = phasorsOf(laserPhaseRad(noise, polarisations[0].length / 2, { linewidthHz, sampleRateHz }));
  return mapPolarisations(field, (envelope) => multiplyComplex(envelope, phasors));
}

/** A field of unit power scaled to a launch power in dBm, both polarisations together. */
export function launchAtPower(unitField: OpticalField, launchPowerDbm: number): OpticalField {
  return scaleField(unitField, Math.sqrt(wattsFromDbm(launchPowerDbm)));
}
