import { numericsError } from "../errors.ts";
import { checkInterleaved, type RealArray } from "./arena.ts";
import { type FftPlanOptions, fftPlan } from "./plan.ts";
import { rootsOfUnity } from "./roots.ts";

/**
 * Transforms of real numbers: X_k = Σ_n x_n exp(−2πi kn/N) for k = 0 … ⌊N/2⌋; the others are conjugates of these.
 */
export interface RealFftPlan {
  readonly length: number;
  /** Complex numbers of a spectrum: ⌊length/2⌋ + 1. */
  readonly spectrumLength: number;
  /** `signal`: length numbers; `spectrum`: 2 · spectrumLength numbers, interleaved. Throws `NUMR-011` on other sizes. */
  forward(signal: RealArray, spectrum: RealArray): void;
  /** The inverse, scaled by 1/N. The imaginary parts of X_0 and, for even N, of X_{N/2} are taken as zero. */
  inverse(spectrum: RealArray, signal: RealArray): void;
}

/**
 * The plan for real transforms of a length from 1 to 2^24. An even length costs a complex transform of half the length
 * and a pass in JavaScript; an odd one a complex transform of the whole.
 */
export function realFftPlan(length: number, options: FftPlanOptions = {}): RealFftPlan {
  return length % 2 === 0 && length > 0 ? evenPlan(length, options) : oddPlan(length, options);
}

/**
 * Even and odd samples are the real and imaginary parts of z; with Z its transform of half the length h,
 * X_k = (Z_k + Z*_{h−k})/2 − i W^k (Z_k − Z*_{h−k})/2, W = exp(−2πi/N).
 */
function evenPlan(length: number, options: FftPlanOptions): RealFftPlan {
  const half = length / 2;
  const plan = fftPlan(half, options);
  const field = plan.field();
  const roots = rootsOfUnity(length);
  const cosines = Float64Array.from({ length: half + 1 }, (_, k) => roots.cosine(k));
  const sines = Float64Array.from({ length: half + 1 }, (_, k) => roots.negativeSine(k));
  return {
    length,
    spectrumLength: half + 1,
    forward(signal, spectrum) {
      checkSignal(signal, length);
      checkInterleaved(spectrum, half + 1);
      field.load(signal);
      plan.forward(field);
      const { re, im } = field;
      for (let k = 0; k <= half; k++) {
        const [a, b] = [k % half, (half - k) % half];
        const [zRe, zIm] = [re[a] as number, im[a] as number];
        const [mRe, mIm] = [re[b] as number, im[b] as number];
        const [evenRe, evenIm] = [0.5 * (zRe + mRe), 0.5 * (zIm - mIm)];
        const [oddRe, oddIm] = [0.5 * (zIm + mIm), 0.5 * (mRe - zRe)];
        const [c, s] = [cosines[k] as number, sines[k] as number];
        spectrum[2 * k] = evenRe + (c * oddRe - s * oddIm);
        spectrum[2 * k + 1] = evenIm + (c * oddIm + s * oddRe);
      }
    },
    inverse(spectrum, signal) {
      checkSignal(signal, length);
      checkInterleaved(spectrum, half + 1);
      const { re, im } = field;
      for (let k = 0; k < half; k++) {
        const mirror = half - k;
        const [xRe, xIm] = [spectrum[2 * k] as number, k === 0 ? 0 : (spectrum[2 * k + 1] as number)];
        const [mRe, mIm] = [spectrum[2 * mirror] as number, k === 0 ? 0 : (spectrum[2 * mirror + 1] as number)];
        const [evenRe, evenIm] = [0.5 * (xRe + mRe), 0.5 * (xIm - mIm)];
        const [turnedRe, turnedIm] = [0.5 * (xRe - mRe), 0.5 * (xIm + mIm)];
        const [c, s] = [cosines[k] as number, sines[k] as number];
        re[k] = evenRe - (c * turnedIm - s * turnedRe);
        im[k] = evenIm + (c * turnedRe + s * turnedIm);
      }
      plan.inverse(field);
      field.store(signal);
    },
  };
}

function oddPlan(length: number, options: FftPlanOptions): RealFftPlan {
  const plan = fftPlan(length, options);
  const field = plan.field();
  const spectrumLength = (length + 1) / 2;
  return {
    length,
    spectrumLength,
    forward(signal, spectrum) {
      checkSignal(signal, length);
      checkInterleaved(spectrum, spectrumLength);
      field.re.set(signal);
      field.im.fill(0);
      plan.forward(field);
      const { re, im } = field;
      for (let k = 0; k < spectrumLength; k++) {
        spectrum[2 * k] = re[k] as number;
        spectrum[2 * k + 1] = im[k] as number;
      }
    },
    inverse(spectrum, signal) {
      checkSignal(signal, length);
      checkInterleaved(spectrum, spectrumLength);
      const { re, im } = field;
      re[0] = spectrum[0] as number;
      im[0] = 0;
      for (let k = 1; k < spectrumLength; k++) {
        re[k] = re[length - k] = spectrum[2 * k] as number;
        im[k] = spectrum[2 * k + 1] as number;
        im[length - k] = -(im[k] as number);
      }
      plan.inverse(field);
      signal.set(field.re);
    },
  };
}

function checkSignal(signal: RealArray, length: number): void {
  if (signal.length === length) return;
  throw numericsError(
    "NUMR-011",
    `A signal of ${signal.length} numbers does not fit a real plan for ${length}`,
    `Give exactly ${length} numbers.`,
  );
}
