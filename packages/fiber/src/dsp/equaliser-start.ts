/**
 * Where a blind equaliser starts: the single-tap rotation of polarisations whose outputs look most like one
 * constant-modulus signal each.
 *
 * From a start in the middle between two solutions the constant-modulus error pulls nowhere (a rotation by 45° is a
 * saddle point), and both outputs may end on the same polarisation. Trying a grid of rotations first avoids both: the
 * best one is within 11° of the truth, and its two rows are orthogonal.
 */
import { cos, sin } from "@simloom/numerics";
import { sumOfSquares } from "./signal.ts";

/** Samples (at symbol distance) that the search looks at. */
const SEARCHED_SYMBOLS = 1024;

/** Half-angles between the polarisations (0 is no rotation) and phases between them that are tried. */
const MIXING_STEPS = 5;
const PHASE_STEPS = 8;

/**
 * Weights with one non-zero tap in the centre, in the layout of `runButterfly`, scaled so that the outputs have the
 * modulus 1 that the adaptation aims at. `input` begins `centre` samples before symbol 0.
 */
export function startWeights(
  input: Float64Array,
  options: { readonly taps: number; readonly oversampling: number; readonly symbolCount: number },
): Float64Array {
  const { taps, oversampling, symbolCount } = options;
  const centre = Math.floor(taps / 2);
  let best: { cost: number; jones: readonly number[] } | undefined;
  for (let mixing = 0; mixing < MIXING_STEPS; mixing++) {
    const angle = ((Math.PI / 2) * mixing) / (MIXING_STEPS - 1);
    const phases = mixing === 0 || mixing === MIXING_STEPS - 1 ? 1 : PHASE_STEPS;
    for (let phase = 0; phase < phases; phase++) {
      const psi = (2 * Math.PI * phase) / phases;
      const c = cos(angle);
      const s = sin(angle);
      // Rows (c, s e^jψ) and (−s e^−jψ, c): unitary for every angle.
      const rows = [c, 0, s * cos(psi), s * sin(psi), -s * cos(psi), s * sin(psi), c, 0] as const;
      const scale = Math.min(symbolCount, SEARCHED_SYMBOLS);
      const x = modulusMoments(input, 4 * centre, 4 * oversampling, scale, rows, 0);
      const y = modulusMoments(input, 4 * centre, 4 * oversampling, scale, rows, 4);
      // Kurtosis: 1 for a constant modulus, larger for any mixture; it does not depend on the scale.
      const cost = x.fourth / (x.second * x.second) + y.fourth / (y.second * y.second);
      if (best === undefined || cost < best.cost) {
        const gainX = Math.sqrt(x.second / x.fourth);
        const gainY = Math.sqrt(y.second / y.fourth);
        best = { cost, jones: rows.map((value, i) => value * (i < 4 ? gainX : gainY)) };
      }
    }
  }
  const weights = new Float64Array(8 * taps);
  weights.set(best?.jones ?? [], 8 * centre);
  return weights;
}

/** E|z|² and E|z|⁴ of one output of a single-tap mixture. */
function modulusMoments(
  input: Float64Array,
  start: number,
  stride: number,
  count: number,
  rows: readonly number[],
  row: 0 | 4,
): { second: number; fourth: number } {
  const [ar, ai, br, bi] = [rows[row] ?? 0, rows[row + 1] ?? 0, rows[row + 2] ?? 0, rows[row + 3] ?? 0];
  let second = 0;
  let fourth = 0;
  for (let k = 0, i = start; k < count; k++, i += stride) {
    const xr = input[i] as number;
    const xi = input[i + 1] as number;
    const yr = input[i + 2] as number;
    const yi = input[i + 3] as number;
    const re = ar * xr - ai * xi + (br * yr - bi * yi);
    const im = ar * xi + ai * xr + (br * yi + bi * yr);
    const power = re * re + im * im;
    second += power;
    fourth += power * power;
  }
  return { second: second / count, fourth: fourth / count };
}

/**
 * Replaces the filters of the y output by the ones that belong to the x output in a lossless channel:
 * h_yx(m) = −h_xy*(−m), h_yy(m) = h_xx*(−m). The two outputs then carry orthogonal polarisations.
 * Source: L. Liu et al., Optical Fiber Communication Conference (2009), OMT2.
 */
export function makeOrthogonal(weights: Float64Array): void {
  const taps = weights.length / 8;
  const original = weights.slice();
  const centre = Math.floor(taps / 2);
  for (let tap = 0; tap < taps; tap++) {
    const mirrored = 2 * centre - tap;
    const from = mirrored >= 0 && mirrored < taps ? 8 * mirrored : -1;
    const at = 8 * tap;
    weights[at + 4] = from < 0 ? 0 : -(original[from + 2] as number);
    weights[at + 5] = from < 0 ? 0 : (original[from + 3] as number);
    weights[at + 6] = from < 0 ? 0 : (original[from] as number);
    weights[at + 7] = from < 0 ? 0 : -(original[from + 1] as number);
  }
}

/** Largest normalised correlation |Σ x(k + ℓ) y*(k)| over lags up to `maxLag`: near 1 when both outputs carry the same symbols. */
export function greatestCorrelation(x: Float64Array, y: Float64Array, maxLag: number): number {
  const count = Math.min(x.length / 2, 4096);
  const powerX = sumOfSquares(x.subarray(0, 2 * count));
  const powerY = sumOfSquares(y.subarray(0, 2 * count));
  let greatest = 0;
  for (let lag = -maxLag; lag <= maxLag; lag++) {
    let re = 0;
    let im = 0;
    for (let k = Math.max(0, -lag); k < Math.min(count, count - lag); k++) {
      const xr = x[2 * (k + lag)] as number;
      const xi = x[2 * (k + lag) + 1] as number;
      const yr = y[2 * k] as number;
      const yi = y[2 * k + 1] as number;
      re += xr * yr + xi * yi;
      im += xi * yr - xr * yi;
    }
    greatest = Math.max(greatest, re * re + im * im);
  }
  return Math.sqrt(greatest / (powerX * powerY));
}
