/**
 * The 2×2 butterfly filter and its adaptation, sample by sample: the hot loop of the receiver.
 *
 * Layout: `input` holds [xr, xi, yr, yi] per sample, already extended at both ends by the periodic record; `weights` hold
 * [xx_r, xx_i, xy_r, xy_i, yx_r, yx_i, yy_r, yy_i] per tap, h_ab leading from input b to output a. Output for symbol k is
 * the plain product of the weights with the samples from k·oversampling on.
 */

/** How the error of an output y is formed. */
export type Adaptation =
  /** Constant modulus: e = y (1 − |y|²). Source: D. Godard, IEEE Trans. Commun. 28 (1980) 1867. */
  | "constant-modulus"
  /** Decision-directed: e = d e^(jθ) − y, with d the nearest point and θ a tracked phase. */
  | "decision-directed"
  /** No adaptation. */
  | "none";

/** One run of the butterfly over symbols of a record. */
export interface ButterflyRun {
  readonly input: Float64Array;
  readonly taps: number;
  readonly oversampling: number;
  readonly symbolCount: number;
  /** Symbols to process, from symbol 0 on, wrapping around the record. */
  readonly updates: number;
  readonly adaptation: Adaptation;
  readonly mu: number;
  /** Divide the step by the energy in the filter (NLMS). */
  readonly isNormalised: boolean;
}

/** Gain of the first-order phase tracker of the decision-directed error: follows linewidths up to 10⁻³ of the symbol rate. */
const PHASE_TRACKING_GAIN = 0.06;

/**
 * Runs the butterfly; `weights` and the phasors of the phase tracker [cos θx, sin θx, cos θy, sin θy] are updated in
 * place. With `outputs`, symbol k is written to both. Update rule: h += μ e u*.
 * Source: S. J. Savory, IEEE J. Sel. Top. Quantum Electron. 16 (2010) 1164, section V.
 */
export function runButterfly(
  run: ButterflyRun,
  weights: Float64Array,
  phasors: Float64Array,
  outputs?: readonly [Float64Array, Float64Array],
): void {
  const { input, taps, oversampling, symbolCount, updates, mu, isNormalised } = run;
  const isAdapting = run.adaptation !== "none";
  const isDirected = run.adaptation === "decision-directed";
  const width = 4 * taps;
  const stride = 4 * oversampling;
  const outX = outputs?.[0];
  const outY = outputs?.[1];
  let pxr = phasors[0] as number;
  let pxi = phasors[1] as number;
  let pyr = phasors[2] as number;
  let pyi = phasors[3] as number;
  for (let update = 0, symbol = 0; update < updates; update++) {
    const start = symbol * stride;
    let xr = 0;
    let xi = 0;
    let yr = 0;
    let yi = 0;
    for (let i = 0, w = 0; i < width; i += 4, w += 8) {
      const ar = input[start + i] as number;
      const ai = input[start + i + 1] as number;
      const br = input[start + i + 2] as number;
      const bi = input[start + i + 3] as number;
      const w0 = weights[w] as number;
      const w1 = weights[w + 1] as number;
      const w2 = weights[w + 2] as number;
      const w3 = weights[w + 3] as number;
      const w4 = weights[w + 4] as number;
      const w5 = weights[w + 5] as number;
      const w6 = weights[w + 6] as number;
      const w7 = weights[w + 7] as number;
      xr += w0 * ar - w1 * ai + (w2 * br - w3 * bi);
      xi += w0 * ai + w1 * ar + (w2 * bi + w3 * br);
      yr += w4 * ar - w5 * ai + (w6 * br - w7 * bi);
      yi += w4 * ai + w5 * ar + (w6 * bi + w7 * br);
    }
    if (outX !== undefined && outY !== undefined) {
      outX[2 * symbol] = xr;
      outX[2 * symbol + 1] = xi;
      outY[2 * symbol] = yr;
      outY[2 * symbol + 1] = yi;
    }
    if (isAdapting) {
      let exr: number;
      let exi: number;
      let eyr: number;
      let eyi: number;
      if (isDirected) {
        // Into the frame of the tracked phase, decide, and back.
        let zr = xr * pxr + xi * pxi;
        let zi = xi * pxr - xr * pxi;
        let isReal = Math.abs(zr) > Math.abs(zi);
        let dr = isReal ? (zr < 0 ? -1 : 1) : 0;
        let di = isReal ? 0 : zi < 0 ? -1 : 1;
        exr = dr * pxr - di * pxi - xr;
        exi = dr * pxi + di * pxr - xi;
        let turn = PHASE_TRACKING_GAIN * (zi * dr - zr * di);
        let norm = 1 / Math.sqrt(1 + turn * turn);
        let pr = (pxr - turn * pxi) * norm;
        pxi = (pxi + turn * pxr) * norm;
        pxr = pr;
        zr = yr * pyr + yi * pyi;
        zi = yi * pyr - yr * pyi;
        isReal = Math.abs(zr) > Math.abs(zi);
        dr = isReal ? (zr < 0 ? -1 : 1) : 0;
        di = isReal ? 0 : zi < 0 ? -1 : 1;
        eyr = dr * pyr - di * pyi - yr;
        eyi = dr * pyi + di * pyr - yi;
        turn = PHASE_TRACKING_GAIN * (zi * dr - zr * di);
        norm = 1 / Math.sqrt(1 + turn * turn);
        pr = (pyr - turn * pyi) * norm;
        pyi = (pyi + turn * pyr) * norm;
        pyr = pr;
      } else {
        const radiusX = 1 - (xr * xr + xi * xi);
        const radiusY = 1 - (yr * yr + yi * yi);
        exr = radiusX * xr;
        exi = radiusX * xi;
        eyr = radiusY * yr;
        eyi = radiusY * yi;
      }
      let step = mu;
      if (isNormalised) {
        let energy = 1e-12;
        for (let i = start; i < start + width; i++) energy += (input[i] as number) * (input[i] as number);
        step = mu / energy;
      }
      exr *= step;
      exi *= step;
      eyr *= step;
      eyi *= step;
      for (let i = 0, w = 0; i < width; i += 4, w += 8) {
        const ar = input[start + i] as number;
        const ai = input[start + i + 1] as number;
        const br = input[start + i + 2] as number;
        const bi = input[start + i + 3] as number;
        weights[w] = (weights[w] as number) + (exr * ar + exi * ai);
        weights[w + 1] = (weights[w + 1] as number) + (exi * ar - exr * ai);
        weights[w + 2] = (weights[w + 2] as number) + (exr * br + exi * bi);
        weights[w + 3] = (weights[w + 3] as number) + (exi * br - exr * bi);
        weights[w + 4] = (weights[w + 4] as number) + (eyr * ar + eyi * ai);
        weights[w + 5] = (weights[w + 5] as number) + (eyi * ar - eyr * ai);
        weights[w + 6] = (weights[w + 6] as number) + (eyr * br + eyi * bi);
        weights[w + 7] = (weights[w + 7] as number) + (eyi * br - eyr * bi);
      }
    }
    symbol += 1;
    if (symbol === symbolCount) symbol = 0;
  }
  phasors[0] = pxr;
  phasors[1] = pxi;
  phasors[2] = pyr;
  phasors[3] = pyi;
}
