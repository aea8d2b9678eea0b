import { numericsError } from "../errors.ts";
import { pointwiseKernels } from "../pointwise/kernels.ts";
import { type ArenaField, type ComplexField, FftArena, type RealArray } from "./arena.ts";
import { bluesteinKernels } from "./bluestein.ts";
import { decompose } from "./decompose.ts";
import type { FftPrecision } from "./lanes.ts";
import { type TransformKernels, transformKernels } from "./transform.ts";

/**
 * Complex discrete Fourier transforms of one length.
 *
 * Convention: forward X_k = Σ_n x_n exp(−2πi kn/N), inverse x_n = (1/N) Σ_k X_k exp(+2πi kn/N). All transforms work in
 * place, on a field of the plan or on an array of 2 N interleaved numbers (re, im, re, im, …), which costs two copies.
 */
export interface FftPlan<Field extends ComplexField = ComplexField> {
  readonly length: number;
  readonly precision: FftPrecision;
  /** A field of zeros on which this plan works without copies. */
  field(): Field;
  forward(data: Field | RealArray): void;
  inverse(data: Field | RealArray): void;
  /** From natural order to the permuted order of `frequencyOfPosition`; saves the reordering. */
  forwardUnordered(field: Field): void;
  /** From permuted to natural order. */
  inverseUnordered(field: Field): void;
  /** Frequency index k that stands at each position of the permuted order. */
  readonly frequencyOfPosition: Int32Array;
  /**
   * Circular convolution: forward, times `transfer` (in permuted order), inverse. Faster than the three steps because
   * parts of the field make the whole way while they are in the cache.
   */
  filter(field: Field, transfer: Field): void;
}

/** A plan of the house: strict arithmetic, same bits on every platform. */
export type ArenaFftPlan = FftPlan<ArenaField>;

export interface FftPlanOptions {
  /** Number format; default `float64`. */
  readonly precision?: FftPrecision;
  /** Memory for tables, scratch and fields; default one that all plans share. */
  readonly arena?: FftArena;
}

const plans = new WeakMap<FftArena, Map<string, ArenaFftPlan>>();
let sharedArena: FftArena | undefined;

function defaultArena(): FftArena {
  sharedArena ??= new FftArena();
  return sharedArena;
}

/** Longest transform: tables and scratch of a longer one do not fit the address space. */
const LONGEST = 2 ** 24;

/**
 * The plan for transforms of `length` complex numbers; made once per length, precision and arena, then remembered.
 *
 * Any length from 1 to 2^24. Lengths with prime factors 2, 3 and 5 take O(N log N) directly, multiples of 4 (float32:
 * 16) in vector registers; others go through a convolution (Bluestein) at about six times the cost. Making a plan takes
 * about 0.25 µs per number and keeps four to eight reals of tables and scratch for each. Relative error (root mean square,
 * ε = 2^-53 or 2^-24): below 0.9 ε √log2 N for factors 2, 3 and 5, below 2 ε √log2 N for others.
 *
 * The code is generated for each length; the engine runs it slowly for the first few calls, until it has optimised it.
 *
 * Throws `NUMR-010` for other lengths, `NUMR-012` when the arena is full.
 */
export function fftPlan(length: number, { precision = "float64", arena }: FftPlanOptions = {}): ArenaFftPlan {
  if (!Number.isInteger(length) || length < 1 || length > LONGEST)
    throw numericsError(
      "NUMR-010",
      `A transform cannot have ${length} points`,
      `Choose an integer from 1 to ${LONGEST}.`,
    );
  const home = arena ?? defaultArena();
  const made = plans.get(home) ?? new Map<string, ArenaFftPlan>();
  plans.set(home, made);
  const key = `${precision} ${length}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const cut = decompose(length, precision);
  const kernels = cut === undefined ? bluesteinKernels(length, precision, home) : transformKernels(cut, home);
  const plan = new OwnPlan(length, precision, home, kernels);
  made.set(key, plan);
  return plan;
}

class OwnPlan implements ArenaFftPlan {
  readonly length: number;
  readonly precision: FftPrecision;
  private readonly arena: FftArena;
  private readonly kernels: TransformKernels;
  private copy: ArenaField | undefined;
  private permutation: Int32Array | undefined;

  constructor(length: number, precision: FftPrecision, arena: FftArena, kernels: TransformKernels) {
    this.length = length;
    this.precision = precision;
    this.arena = arena;
    this.kernels = kernels;
  }

  field(): ArenaField {
    return this.arena.field(this.length, this.precision);
  }

  get frequencyOfPosition(): Int32Array {
    this.permutation ??= Int32Array.from({ length: this.length }, (_, position) => this.kernels.naturalIndex(position));
    return this.permutation;
  }

  forward(data: ArenaField | RealArray): void {
    this.inPlace(data, ({ reAddress, imAddress }) => this.kernels.ordered(reAddress, imAddress, 1));
  }

  inverse(data: ArenaField | RealArray): void {
    this.inPlace(data, ({ reAddress, imAddress }) => this.kernels.ordered(imAddress, reAddress, 1 / this.length));
  }

  forwardUnordered(field: ArenaField): void {
    const { reAddress, imAddress } = this.checked(field);
    this.kernels.toPermuted(reAddress, imAddress, 1);
  }

  inverseUnordered(field: ArenaField): void {
    const { reAddress, imAddress } = this.checked(field);
    this.kernels.fromPermuted(imAddress, reAddress, 1 / this.length);
  }

  filter(field: ArenaField, transfer: ArenaField): void {
    const x = this.checked(field);
    const t = this.checked(transfer);
    if (this.kernels.filter !== undefined) {
      this.kernels.filter(x.reAddress, x.imAddress, t.reAddress, t.imAddress, 1 / this.length);
      return;
    }
    this.forwardUnordered(x);
    const { multiply } = pointwiseKernels(this.arena, this.precision);
    multiply(x.reAddress, x.imAddress, t.reAddress, t.imAddress, x.paddedBytes, 1);
    this.inverseUnordered(x);
  }

  private inPlace(data: ArenaField | RealArray, transform: (field: ArenaField) => void): void {
    if (!isRealArray(data)) {
      transform(this.checked(data));
      return;
    }
    this.copy ??= this.field();
    this.copy.load(data);
    transform(this.copy);
    this.copy.store(data);
  }

  private checked(field: ArenaField): ArenaField {
    if (field.length === this.length && field.precision === this.precision && field.arena === this.arena) return field;
    throw numericsError(
      "NUMR-011",
      field.arena === this.arena
        ? `A field of ${field.length} ${field.precision} numbers does not fit a plan for ${this.length} ${this.precision} numbers`
        : "The field lies in another arena than the plan",
      "Make the field with the plan's field().",
    );
  }
}

function isRealArray(data: ComplexField | RealArray): data is RealArray {
  return ArrayBuffer.isView(data);
}
