/** Discrete Fourier transforms of interleaved complex records [re, im, re, im, …] of any length. */

function radix2(data: Float64Array, sign: 1 | -1): void {
  const n = data.length / 2;
  if ((n & (n - 1)) !== 0) throw new Error("temporary transform needs a power of two");
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      for (const o of [0, 1]) {
        const t = data[2 * i + o] as number;
        data[2 * i + o] = data[2 * j + o] as number;
        data[2 * j + o] = t;
      }
    }
  }
  const tw = new Float64Array(n);
  for (let k = 0; k < n / 2; k++) {
    tw[2 * k] = Math.cos((2 * Math.PI * k) / n);
    tw[2 * k + 1] = sign * Math.sin((2 * Math.PI * k) / n);
  }
  for (let len = 2; len <= n; len <<= 1) {
    const step = n / len;
    for (let i = 0; i < n; i += len) {
      for (let k = 0; k < len / 2; k++) {
        const wr = tw[2 * k * step] as number;
        const wi = tw[2 * k * step + 1] as number;
        const a = 2 * (i + k);
        const b = a + len;
        const br = data[b] as number;
        const bi = data[b + 1] as number;
        const tr = br * wr - bi * wi;
        const ti = br * wi + bi * wr;
        const ar = data[a] as number;
        const ai = data[a + 1] as number;
        data[b] = ar - tr;
        data[b + 1] = ai - ti;
        data[a] = ar + tr;
        data[a + 1] = ai + ti;
      }
    }
  }
}

/** Σ x_n e^(−j2πkn/N) of a record, in a new array. */
export function forwardTransform(samples: Float64Array): Float64Array {
  const spectrum = samples.slice();
  radix2(spectrum, -1);
  return spectrum;
}

/** (1/N) Σ X_k e^(+j2πkn/N) of a spectrum, in a new array: the inverse of `forwardTransform`. */
export function inverseTransform(spectrum: Float64Array): Float64Array {
  const samples = spectrum.slice();
  radix2(samples, 1);
  const scale = 2 / samples.length;
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * scale;
  return samples;
}
