import { numericsError } from "../errors.ts";
import type { ArenaField } from "../fft/arena.ts";
import { pointwiseKernels } from "./kernels.ts";

/** x ← x · transfer · scale, number by number. Both fields in one arena. */
export function multiplyField(x: ArenaField, transfer: ArenaField, scale = 1): void {
  checkAlike(x, transfer);
  kernels(x).multiply(x.reAddress, x.imAddress, transfer.reAddress, transfer.imAddress, x.paddedBytes, scale);
}

/** x ← x · factor. */
export function scaleField(x: ArenaField, factor: number): void {
  kernels(x).scale(x.reAddress, x.imAddress, x.paddedBytes, factor);
}

/**
 * Nonlinear phase rotation x ← x exp(i c |x|²), or with two polarisations (x, y) ← (x, y) exp(i c (|x|² + |y|²)), the
 * nonlinear step of the Manakov equation.
 *
 * `phasePerPower` is c in radians per unit of |x|². Phases up to 2^20 rad (float64) or 2^12 rad (float32). In float64
 * the sine and cosine have the bits of the elementary `sincos`.
 */
export function rotateByPower(x: ArenaField, y: ArenaField | undefined, phasePerPower: number): void {
  if (y === undefined) {
    kernels(x).rotate1(x.reAddress, x.imAddress, x.paddedBytes, phasePerPower);
    return;
  }
  checkAlike(x, y);
  kernels(x).rotate2(x.reAddress, x.imAddress, y.reAddress, y.imAddress, x.paddedBytes, phasePerPower);
}

/** Σ |x|², summed in a fixed order with compensation between blocks of 1024. */
export function fieldEnergy(x: ArenaField): number {
  return kernels(x).energy(x.reAddress, x.imAddress, x.paddedBytes);
}

/** max |x|², or max (|x|² + |y|²) over two polarisations. NaN is passed over. */
export function peakPower(x: ArenaField, y?: ArenaField): number {
  if (y === undefined) return kernels(x).peak1(x.reAddress, x.imAddress, x.paddedBytes);
  checkAlike(x, y);
  return kernels(x).peak2(x.reAddress, x.imAddress, y.reAddress, y.imAddress, x.paddedBytes);
}

function kernels(x: ArenaField) {
  return pointwiseKernels(x.arena, x.precision);
}

function checkAlike(a: ArenaField, b: ArenaField): void {
  if (a.length === b.length && a.precision === b.precision && a.arena === b.arena) return;
  throw numericsError(
    "NUMR-011",
    a.arena === b.arena
      ? `A field of ${a.length} ${a.precision} numbers meets one of ${b.length} ${b.precision} numbers`
      : "Two fields lie in different arenas",
    "Make both fields from one arena, with the same length and precision.",
  );
}
