/**
 * Propagation of an optical field along fibre by the symmetric split-step Fourier method:
 * ∂E/∂z = −(a/2) E − j(β₂/2) ∂²E/∂t² + (β₃ term) + j κ γ (Σ|E|²) E with κ = 1 (scalar NLSE) or 8/9 (Manakov).
 * Source: G. P. Agrawal, Nonlinear Fiber Optics, 5th ed., section 2.4.1; D. Marcuse, C. R. Menyuk, P. K. A. Wai,
 * J. Lightwave Technol. 15 (1997) 1735 for the Manakov average.
 */

import { exp } from "@simloom/numerics";
import { fiberError } from "../errors.ts";
import { effectiveLengthM } from "../physics/attenuation.ts";
import { meanPowerW, type OpticalField, sampleCount, scaleField } from "../physics/optical-field.ts";
import { constantLocalErrorSteps } from "./constant-local-error-steps.ts";
import {
  type FibreSpan,
  invertCoefficients,
  type PropagationCoefficients,
  type PropagationEffects,
  type PropagationModel,
  propagationCoefficients,
} from "./fibre-span.ts";
import type { FieldKernels, FieldKernelsFactory, Precision } from "./field-kernels.ts";
import { occupiedBandwidthHz } from "./occupied-bandwidth.ts";
import { symmetricSchedule } from "./schedule.ts";
import type { StepPlan, StepRule } from "./step-rule.ts";
import { TransferCache } from "./transfer-cache.ts";
import { wasmKernels } from "./wasm-kernels.ts";

/** The record that a propagator is made for. */
export interface PropagatorShape {
  /** Complex samples per polarisation. Any number; powers of two are fastest. */
  readonly sampleCount: number;
  readonly polarisationCount: 1 | 2;
  readonly sampleRateHz: number;
  /** Default `float64`. */
  readonly precision?: Precision;
  /** Most memory in bytes for transfer functions. Default 256 MiB. */
  readonly transferCacheBytes?: number;
  /** Default: WebAssembly. */
  readonly kernels?: FieldKernelsFactory;
}

/** How to travel a span. */
export interface PropagationOptions {
  readonly model: PropagationModel;
  readonly effects?: PropagationEffects;
  /** Default `constantLocalErrorSteps()`: 0.01 dB of nonlinear SNR. */
  readonly steps?: StepRule;
  /** Width in Hz of the band that holds the light. Measured from the field when absent. */
  readonly occupiedBandwidthHz?: number;
  /** Spans of the whole link, for the expected error. Default 1. */
  readonly spanCount?: number;
}

/** The field behind a span and how it got there. */
export interface PropagationResult {
  readonly field: OpticalField;
  readonly plan: StepPlan;
}

/** Travels spans with one set of buffers, transforms and transfer functions. Dispose of it when the link is done. */
export interface Propagator {
  /**
   * Sends a field through a span. Periodic in time; nothing of the span is dropped or averaged.
   * Errors: `FIBR-060` unphysical span, `FIBR-062` a field of another shape. Cost: 2 transforms per polarisation and step,
   * plus one pair; none where there is no dispersion or no Kerr effect but one pair, none at all for loss alone.
   */
  propagate(field: OpticalField, span: FibreSpan, options: PropagationOptions): PropagationResult;
  /**
   * Undoes a span: the same steps in reverse with every coefficient turned. Of a field that `propagate` made with the
   * same options it returns the input up to rounding; of a measured one it is digital back-propagation. The field is
   * that at the end of the span, *before* its amplifier. With a step rule that looks at the power, `launchPowerW`
   * (default: the power at hand, raised by the loss) makes sure that the same steps are chosen.
   */
  backPropagate(
    field: OpticalField,
    span: FibreSpan,
    options: PropagationOptions & { readonly launchPowerW?: number },
  ): PropagationResult;
  /** Multiplies the spectrum by exp(−j(β₂L/2 ω² + β₃L/6 ω³)): takes accumulated dispersion off, exactly and without delay. */
  compensateDispersion(field: OpticalField, accumulated: AccumulatedDispersion): OpticalField;
  /** Width in Hz of the band that holds the light, noise of amplifiers left aside: see `occupied-bandwidth.ts`. */
  occupiedBandwidthHz(field: OpticalField): number;
  /** Power in W of each bin in FFT order, polarisations together; adds up to the mean power. */
  binPowerW(field: OpticalField): Float64Array;
  dispose(): void;
}

/** Dispersion summed over a link. */
export interface AccumulatedDispersion {
  /** Σ β₂ L in s². */
  readonly beta2LengthS2: number;
  /** Σ β₃ L in s³. Default 0. */
  readonly beta3LengthS3?: number;
}

const DEFAULT_TRANSFER_CACHE_BYTES = 256 * 2 ** 20;

/** Makes a propagator for records of one shape. Errors: `NUMR-010` for a length that has no transform. */
export function createPropagator(shape: PropagatorShape): Propagator {
  const { sampleCount: samples, polarisationCount, sampleRateHz, precision = "float64" } = shape;
  const kernels = (shape.kernels ?? wasmKernels)({ sampleCount: samples, polarisationCount, precision });
  const transfers = new TransferCache(
    kernels,
    samples,
    sampleRateHz,
    shape.transferCacheBytes ?? DEFAULT_TRANSFER_CACHE_BYTES,
  );
  const binPowers = (field: OpticalField) => {
    kernels.load(field.polarisations);
    return binPowerW(kernels, samples);
  };
  const measureBandwidthHz = (field: OpticalField) => occupiedBandwidthHz(binPowers(field), sampleRateHz);

  const travel = (
    field: OpticalField,
    coefficients: PropagationCoefficients,
    lengthM: number,
    stepsM: Float64Array,
  ) => {
    if (isLossAlone(coefficients)) return scaleField(field, exp((-coefficients.attenuationPerM * lengthM) / 2));
    kernels.load(field.polarisations);
    if (coefficients.kerrPerWM === 0) linearSpan(kernels, transfers, coefficients, lengthM);
    else if (isDispersive(coefficients)) splitStepSpan(kernels, transfers, coefficients, stepsM);
    else return kerrSpan(kernels, field, coefficients, lengthM);
    return { ...field, polarisations: kernels.store() };
  };

  const planFor = (field: OpticalField, span: FibreSpan, options: PropagationOptions, launchPowerW: number) => {
    const coefficients = propagationCoefficients(span, options.model, options.effects);
    const needsBand = coefficients.kerrPerWM !== 0 && isDispersive(coefficients);
    const band = needsBand ? (options.occupiedBandwidthHz ?? measureBandwidthHz(field)) : 0;
    const conditions = {
      lengthM: span.lengthM,
      coefficients,
      launchPowerW,
      occupiedBandwidthHz: band,
      spanCount: options.spanCount ?? 1,
    };
    return { coefficients, plan: (options.steps ?? constantLocalErrorSteps()).plan(conditions) };
  };

  return {
    propagate(field, span, options) {
      checkShape(field, shape);
      const { coefficients, plan } = planFor(field, span, options, meanPowerW(field));
      return { field: travel(field, coefficients, span.lengthM, plan.stepsM), plan };
    },
    backPropagate(field, span, options) {
      checkShape(field, shape);
      const launchPowerW = options.launchPowerW ?? launchPowerBeforeW(field, span);
      const { coefficients, plan } = planFor(field, span, options, launchPowerW);
      const inverse = invertCoefficients(coefficients);
      return { field: travel(field, inverse, span.lengthM, plan.stepsM.toReversed()), plan };
    },
    compensateDispersion(field, { beta2LengthS2, beta3LengthS3 = 0 }) {
      checkShape(field, shape);
      kernels.load(field.polarisations);
      const accumulated = { attenuationPerM: 0, beta2S2PerM: beta2LengthS2, beta3S3PerM: beta3LengthS3 };
      linearSpan(kernels, transfers, accumulated, -1);
      return { ...field, polarisations: kernels.store() };
    },
    occupiedBandwidthHz(field) {
      checkShape(field, shape);
      return measureBandwidthHz(field);
    },
    binPowerW(field) {
      checkShape(field, shape);
      return binPowers(field);
    },
    dispose() {
      transfers.dispose();
      kernels.dispose();
    },
  };
}

/** n Kerr operations between n + 1 linear ones. The field stays in the kernels; nothing is allocated per step. */
function splitStepSpan(
  kernels: FieldKernels,
  transfers: TransferCache,
  coefficients: PropagationCoefficients,
  stepsM: Float64Array,
): void {
  const { linearM, kerrM } = symmetricSchedule(stepsM, coefficients.attenuationPerM);
  const transferOf = transfers.forLengths(coefficients, linearM);
  kernels.applyLinear(transferOf(linearM[0] as number));
  for (let step = 0; step < kerrM.length; step++) {
    kernels.applyKerr(coefficients.kerrPerWM * (kerrM[step] as number));
    kernels.applyLinear(transferOf(linearM[step + 1] as number));
  }
}

function linearSpan(
  kernels: FieldKernels,
  transfers: TransferCache,
  coefficients: Omit<PropagationCoefficients, "kerrPerWM">,
  lengthM: number,
): void {
  kernels.applyLinear(transfers.forLengths(coefficients, Float64Array.of(lengthM))(lengthM));
}

/** Kerr effect and loss without dispersion: the phase of the effective length, then the loss. Exact. */
function kerrSpan(
  kernels: FieldKernels,
  field: OpticalField,
  { attenuationPerM, kerrPerWM }: PropagationCoefficients,
  lengthM: number,
): OpticalField {
  kernels.applyKerr(kerrPerWM * effectiveLengthM(lengthM, attenuationPerM));
  return scaleField({ ...field, polarisations: kernels.store() }, exp((-attenuationPerM * lengthM) / 2));
}

function isDispersive({ beta2S2PerM, beta3S3PerM }: PropagationCoefficients): boolean {
  return beta2S2PerM !== 0 || beta3S3PerM !== 0;
}

function isLossAlone(coefficients: PropagationCoefficients): boolean {
  return coefficients.kerrPerWM === 0 && !isDispersive(coefficients);
}

function launchPowerBeforeW(field: OpticalField, span: FibreSpan): number {
  return meanPowerW(field) * exp(propagationCoefficients(span, "scalar").attenuationPerM * span.lengthM);
}

function binPowerW(kernels: FieldKernels, samples: number): Float64Array {
  const powerW = new Float64Array(samples);
  for (const spectrum of kernels.spectrum()) {
    for (let bin = 0; bin < samples; bin++) {
      const re = spectrum[2 * bin] as number;
      const im = spectrum[2 * bin + 1] as number;
      powerW[bin] = (powerW[bin] as number) + (re * re + im * im) / (samples * samples);
    }
  }
  return powerW;
}

function checkShape(field: OpticalField, shape: PropagatorShape): void {
  const lengths = field.polarisations.map((envelope) => envelope.length / 2);
  const isRight =
    lengths.length === shape.polarisationCount &&
    lengths.every((length) => length === shape.sampleCount) &&
    field.sampleRateHz === shape.sampleRateHz;
  if (isRight) return;
  throw fiberError({
    code: "FIBR-062",
    message:
      `A field of ${lengths.length} × ${sampleCount(field)} samples at ${field.sampleRateHz} Hz met a propagator for ` +
      `${shape.polarisationCount} × ${shape.sampleCount} at ${shape.sampleRateHz} Hz`,
    remedy: "Make a propagator with createPropagator for the shape of this field.",
    context: { polarisations: lengths.length, samples: lengths, sampleRateHz: field.sampleRateHz },
  });
}
