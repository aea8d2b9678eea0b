/** Transfer functions of the lengths a schedule needs, kept between spans within a bound on memory. */
import type { FieldKernels, PreparedTransfer } from "./field-kernels.ts";
import { fillTransfer, type LinearCoefficients } from "./transfer.ts";

/** Hands out the transfer function of a length; valid until the next call. */
export type TransferSource = (lengthM: number) => PreparedTransfer;

/**
 * Keeps as many transfer functions as fit into `capacityBytes`. Those of the fibre at hand come first; the ones that do
 * not fit are computed into one place over and over, so a rule with very many different lengths is slower but works.
 */
export class TransferCache {
  readonly #kernels: FieldKernels;
  readonly #sampleRateHz: number;
  readonly #capacityBytes: number;
  readonly #values: Float64Array;
  readonly #kept = new Map<string, PreparedTransfer>();
  #bytes = 0;
  #overflow: PreparedTransfer | undefined;

  constructor(kernels: FieldKernels, sampleCount: number, sampleRateHz: number, capacityBytes: number) {
    this.#kernels = kernels;
    this.#sampleRateHz = sampleRateHz;
    this.#capacityBytes = capacityBytes;
    this.#values = new Float64Array(2 * sampleCount);
  }

  /** Makes the transfer functions of the given lengths of one fibre ready. */
  forLengths(coefficients: LinearCoefficients, lengthsM: Float64Array): TransferSource {
    const { attenuationPerM, beta2S2PerM, beta3S3PerM } = coefficients;
    const keyOf = (lengthM: number) => `${lengthM}/${attenuationPerM}/${beta2S2PerM}/${beta3S3PerM}`;
    const distinctM = [...new Set(lengthsM)];
    this.#makeRoom(new Set(distinctM.map(keyOf)));
    const ready = new Map<number, PreparedTransfer>();
    for (const lengthM of distinctM) {
      const transfer = this.#keep(keyOf(lengthM), coefficients, lengthM);
      if (transfer !== undefined) ready.set(lengthM, transfer);
    }
    return (lengthM) => {
      const transfer = ready.get(lengthM);
      if (transfer !== undefined) return transfer;
      this.#overflow = this.#kernels.prepare(this.#filled(coefficients, lengthM), this.#overflow);
      return this.#overflow;
    };
  }

  /** Gives everything back. */
  dispose(): void {
    for (const transfer of this.#kept.values()) this.#kernels.release(transfer);
    if (this.#overflow !== undefined) this.#kernels.release(this.#overflow);
    this.#kept.clear();
    this.#overflow = undefined;
    this.#bytes = 0;
  }

  /** The cached function, or a new one while there is room. */
  #keep(key: string, coefficients: LinearCoefficients, lengthM: number): PreparedTransfer | undefined {
    const known = this.#kept.get(key);
    if (known !== undefined || this.#bytes >= this.#capacityBytes) return known;
    const made = this.#kernels.prepare(this.#filled(coefficients, lengthM));
    this.#kept.set(key, made);
    this.#bytes += made.bytes;
    return made;
  }

  /** Drops everything that is not wanted now, but only when not all that is wanted would fit beside it. */
  #makeRoom(wanted: ReadonlySet<string>): void {
    const missing = [...wanted].filter((key) => !this.#kept.has(key)).length;
    const [some] = this.#kept.values();
    if (some === undefined || this.#bytes + missing * some.bytes <= this.#capacityBytes) return;
    for (const [key, transfer] of this.#kept) {
      if (wanted.has(key)) continue;
      this.#kernels.release(transfer);
      this.#kept.delete(key);
      this.#bytes -= transfer.bytes;
    }
  }

  #filled(coefficients: LinearCoefficients, lengthM: number): Float64Array {
    return fillTransfer(this.#values, coefficients, lengthM, this.#sampleRateHz);
  }
}
