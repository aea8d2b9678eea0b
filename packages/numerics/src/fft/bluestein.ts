import { numericsError } from "../errors.ts";
import { pointwiseKernels } from "../pointwise/kernels.ts";
import type { ArenaField, FftArena } from "./arena.ts";
import { decompose, stagesOf } from "./decompose.ts";
import type { FftPrecision } from "./lanes.ts";
import { rootsOfUnity } from "./roots.ts";
import { type TransformKernels, transformKernels } from "./transform.ts";

/**
 * Transform of any length n as a convolution of length M >= 2n − 1: with kj = (k² + j² − (k − j)²)/2,
 * X_k = c_k Σ_j (x_j c_j) conj(c_{k−j}), c_k = exp(−πi k²/n).
 *
 * Source: L. I. Bluestein, IEEE Trans. Audio Electroacoust. 18 (1970) 451–455.
 */
export function bluesteinKernels(length: number, precision: FftPrecision, arena: FftArena): TransformKernels {
  const padded = convolutionLength(length);
  const cut = decompose(padded, precision);
  if (cut?.kind !== "matrix")
    throw numericsError("NUMR-010", `No convolution length for ${length} points`, "Report this as a defect.");
  const convolution = transformKernels(cut, arena);
  const { multiply } = pointwiseKernels(arena, precision);
  const chirp = arena.field(length, precision);
  const spectrum = arena.field(padded, precision);
  const work = arena.field(padded, precision);
  writeChirp(chirp, spectrum);
  convolution.toPermuted(spectrum.reAddress, spectrum.imAddress, 1);

  const elementBytes = precision === "float64" ? 8 : 4;
  const timesChirp = (re: number, im: number, scale: number) =>
    multiply(re, im, chirp.reAddress, chirp.imAddress, chirp.paddedBytes, scale);
  const ordered = (re: number, im: number, scale: number) => {
    const memory = new Uint8Array(arena.memory.buffer);
    for (const [plane, workPlane] of [
      [re, work.reAddress],
      [im, work.imAddress],
    ] as const) {
      memory.fill(0, workPlane, workPlane + work.paddedBytes);
      memory.copyWithin(workPlane, plane, plane + length * elementBytes);
    }
    timesChirp(work.reAddress, work.imAddress, 1);
    const [w, s] = [work, spectrum];
    convolution.filter?.(w.reAddress, w.imAddress, s.reAddress, s.imAddress, 1 / padded);
    timesChirp(work.reAddress, work.imAddress, scale);
    for (const [plane, workPlane] of [
      [re, work.reAddress],
      [im, work.imAddress],
    ] as const)
      memory.copyWithin(plane, workPlane, workPlane + length * elementBytes);
  };
  return { ordered, toPermuted: ordered, fromPermuted: ordered, naturalIndex: (position) => position };
}

/** The least length with factors 2, 3 and 5 that holds the convolution; a multiple of 16 fills every register. */
function convolutionLength(length: number): number {
  for (let candidate = Math.ceil((2 * length - 1) / 16) * 16; ; candidate += 16)
    if (stagesOf(candidate) !== undefined) return candidate;
}

/** c_k for k < n, and the cyclic conj(c) that the convolution takes. */
function writeChirp(chirp: ArenaField, spectrum: ArenaField): void {
  const { length } = chirp;
  const roots = rootsOfUnity(2 * length);
  for (let k = 0; k < length; k++) {
    const turn = (k * k) % (2 * length); // exact: k² < 2^48
    const [re, im] = [roots.cosine(turn), roots.negativeSine(turn)];
    chirp.re[k] = re;
    chirp.im[k] = im;
    for (const position of [k, (spectrum.length - k) % spectrum.length]) {
      spectrum.re[position] = re;
      spectrum.im[position] = -im;
    }
  }
}
