/** A lumped amplifier acting on a field: gain, then amplified spontaneous emission in every polarisation. */
import { ratioFromDecibel } from "../physics/decibel.ts";
import { mapPolarisations, type OpticalField, scaleField } from "../physics/optical-field.ts";
import type { NormalSource } from "./normal-source.ts";
import { asePsdWPerHz } from "./spontaneous-emission.ts";

/** What one amplifier does. */
export interface AmplifierAction {
  /** Power gain in dB; negative values attenuate. */
  readonly gainDb: number;
  /** Noise figure in dB. */
  readonly noiseFigureDb: number;
}

/**
 * Amplifies the field and adds noise of density `asePsdWPerHz` per polarisation over the whole simulated band: a
 * circular complex Gaussian of variance density × sample rate per sample.
 *
 * The noise of x is drawn before that of y, two draws per sample, so one stream gives independent polarisations and, when
 * it is carried on or named anew for every span, independent spans.
 */
export function amplify(field: OpticalField, action: AmplifierAction, noise: NormalSource): OpticalField {
  const amplitudeGain = Math.sqrt(ratioFromDecibel(action.gainDb));
  const varianceW = asePsdWPerHz(action.gainDb, action.noiseFigureDb, field.carrierHz) * field.sampleRateHz;
  if (varianceW === 0) return scaleField(field, amplitudeGain);
  const quadratureDeviation = Math.sqrt(varianceW / 2);
  return mapPolarisations(field, (envelope) => {
    const amplified = new Float64Array(envelope.length);
    noise.fillNormal(amplified);
    for (let i = 0; i < amplified.length; i++) {
      amplified[i] = amplitudeGain * (envelope[i] as number) + quadratureDeviation * (amplified[i] as number);
    }
    return amplified;
  });
}

/** Amplifies without noise: the ideal amplifier that is meant when spontaneous emission is switched off. */
export function amplifyWithoutNoise(field: OpticalField, gainDb: number): OpticalField {
  return scaleField(field, Math.sqrt(ratioFromDecibel(gainDb)));
}
