/** What the split-step method asks of the machine: three operations on a field that stays where it is fast. */
import type { Polarisations } from "../physics/optical-field.ts";

/** Arithmetic of the field and its transforms. `float32` halves time and memory and has an error floor near −80 dB. */
export type Precision = "float64" | "float32";

/** A transfer function in the form and order that the kernels like best. */
export interface PreparedTransfer {
  readonly bytes: number;
}

/** A field in the memory of the kernels, with the operations that propagation is made of. */
export interface FieldKernels {
  /** Copies a field in. */
  load(polarisations: Polarisations): void;
  /** Copies the field out. */
  store(): Polarisations;
  /** Takes in a transfer function, interleaved in FFT order, into a new place or over an earlier one. */
  prepare(transfer: Float64Array, into?: PreparedTransfer): PreparedTransfer;
  /** Gives the place of a transfer function back. */
  release(transfer: PreparedTransfer): void;
  /** Transforms every polarisation, multiplies by the transfer function, transforms back. */
  applyLinear(transfer: PreparedTransfer): void;
  /** Multiplies every polarisation by exp(j k Σ|E|²), k in rad/W. */
  applyKerr(phaseRadPerW: number): void;
  /** Forward transform of every polarisation, FFT order, unscaled. Leaves the field alone. */
  spectrum(): Polarisations;
  dispose(): void;
}

/** Shape of the field that kernels are made for. */
export interface KernelShape {
  readonly sampleCount: number;
  readonly polarisationCount: 1 | 2;
  readonly precision: Precision;
}

/** Makes kernels for a shape. */
export type FieldKernelsFactory = (shape: KernelShape) => FieldKernels;
