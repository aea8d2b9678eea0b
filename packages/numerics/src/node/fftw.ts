import koffi from "koffi";
import { numericsError } from "../errors.ts";
import { type ComplexField, checkInterleaved, type RealArray } from "../fft/arena.ts";
import type { FftPrecision } from "../fft/lanes.ts";
import type { FftPlan } from "../fft/plan.ts";

/**
 * The system's FFTW 3, for the arithmetic class `fast`: its results depend on the machine's vector unit.
 *
 * FFTW stands under the GPL. It is loaded at run time where the user has installed it, and never shipped.
 */
export interface Fftw {
  /** Version text of the library. */
  readonly version: string;
  /** Formats for which a library was found. */
  readonly precisions: readonly FftPrecision[];
  /**
   * A plan with fields of its own layout. `measure` tries algorithms (a second for 2^20), `estimate` guesses.
   * Not to be called from several threads at once: the library's planner has shared state. Throws `NUMR-010` for a length
   * or format it cannot serve.
   */
  plan(length: number, options?: FftwPlanOptions): FftwPlan;
}

export interface FftwPlanOptions {
  /** Number format; default `float64`. */
  readonly precision?: FftPrecision;
  /** How to choose the algorithm; default `measure`. */
  readonly effort?: "estimate" | "measure";
}

/** A plan of FFTW. Its permuted order is the natural one. */
export interface FftwPlan extends FftPlan<FftwField> {
  /** Frees the plan; its fields stay valid. */
  dispose(): void;
}

/** A complex field as FFTW works on it fastest: interleaved, aligned. */
export interface FftwField extends ComplexField {
  /** re, im, re, im, …: 2 · length numbers. */
  readonly values: RealArray;
}

/** What to tell a user whose system has no FFTW. */
export const FFTW_INSTALL_HINT =
  "Install FFTW 3: apt install libfftw3-double3 libfftw3-single3, dnf install fftw-libs, or brew install fftw.";

interface Library {
  readonly version: string;
  plan(length: number, input: RealArray, output: RealArray, sign: number, flags: number): unknown;
  execute(plan: unknown, input: RealArray, output: RealArray): void;
  destroy(plan: unknown): void;
}

const fileNames: Readonly<Record<FftPrecision, readonly string[]>> = {
  float64: ["libfftw3.so.3", "libfftw3.3.dylib", "/opt/homebrew/lib/libfftw3.3.dylib", "libfftw3-3.dll"],
  float32: ["libfftw3f.so.3", "libfftw3f.3.dylib", "/opt/homebrew/lib/libfftw3f.3.dylib", "libfftw3f-3.dll"],
};

let loaded: { readonly fftw: Fftw | undefined } | undefined;

/** The system's FFTW, or `undefined` where there is none (see `FFTW_INSTALL_HINT`). Looks once per process. */
export function loadFftw(): Fftw | undefined {
  loaded ??= { fftw: find(fileNames) };
  return loaded.fftw;
}

/** As `loadFftw`, from given library files. */
export function findFftw(names: Readonly<Record<FftPrecision, readonly string[]>>): Fftw | undefined {
  return find(names);
}

function find(names: Readonly<Record<FftPrecision, readonly string[]>>): Fftw | undefined {
  const libraries = new Map<FftPrecision, Library>();
  for (const precision of ["float64", "float32"] as const) {
    const library = open(names[precision], precision === "float64" ? "fftw" : "fftwf");
    if (library !== undefined) libraries.set(precision, library);
  }
  const [first] = libraries.values();
  if (first === undefined) return undefined;
  return {
    version: first.version,
    precisions: [...libraries.keys()],
    plan(length, { precision = "float64", effort = "measure" } = {}) {
      const library = libraries.get(precision);
      if (library === undefined)
        throw numericsError("NUMR-010", `FFTW for ${precision} is not installed`, FFTW_INSTALL_HINT);
      if (!Number.isInteger(length) || length < 1 || length > 2 ** 30)
        throw numericsError(
          "NUMR-010",
          `A transform cannot have ${length} points`,
          "Choose an integer from 1 to 2^30.",
        );
      return new LibraryPlan(library, length, precision, effort === "measure" ? 0 : ESTIMATE);
    },
  };
}

const ESTIMATE = 64;

/** Opens the first file that loads. A file that is absent or lacks a symbol is no error: the caller goes without. */
function open(names: readonly string[], prefix: string): Library | undefined {
  for (const name of names) {
    try {
      const file = koffi.load(name);
      const version = koffi.decode(file.symbol(`${prefix}_version`, "char"), "char", 64) as string;
      const pointer = "void *";
      return {
        version: version.split("\0")[0] ?? "",
        plan: file.func(`${prefix}_plan_dft_1d`, pointer, ["int", pointer, pointer, "int", "uint"]),
        execute: file.func(`${prefix}_execute_dft`, "void", [pointer, pointer, pointer]),
        destroy: file.func(`${prefix}_destroy_plan`, "void", [pointer]),
      };
    } catch {}
  }
  return undefined;
}

const FORWARD = -1;
const BACKWARD = 1;

/** One function for each format, with four factors a turn: a loop over both formats takes as long as the transform. */
function scaleDouble(values: Float64Array, factor: number): void {
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    values[i] = (values[i] as number) * factor;
    values[i + 1] = (values[i + 1] as number) * factor;
    values[i + 2] = (values[i + 2] as number) * factor;
    values[i + 3] = (values[i + 3] as number) * factor;
  }
  for (let i = whole; i < values.length; i++) values[i] = (values[i] as number) * factor;
}

function scaleSingle(values: Float32Array, factor: number): void {
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    values[i] = (values[i] as number) * factor;
    values[i + 1] = (values[i + 1] as number) * factor;
    values[i + 2] = (values[i + 2] as number) * factor;
    values[i + 3] = (values[i + 3] as number) * factor;
  }
  for (let i = whole; i < values.length; i++) values[i] = (values[i] as number) * factor;
}

class LibraryPlan implements FftwPlan {
  readonly length: number;
  readonly precision: FftPrecision;
  readonly frequencyOfPosition: Int32Array;
  private readonly library: Library;
  private readonly flags: number;
  private readonly handles = new Map<number, unknown>();
  private readonly copy: FftwField;
  private isDisposed = false;

  constructor(library: Library, length: number, precision: FftPrecision, flags: number) {
    this.library = library;
    this.length = length;
    this.precision = precision;
    this.flags = flags;
    this.frequencyOfPosition = Int32Array.from({ length }, (_, position) => position);
    this.copy = this.field();
    this.handle(FORWARD);
  }

  field(): FftwField {
    return new AlignedField(this.length, this.precision);
  }

  forward(data: FftwField | RealArray): void {
    this.execute(FORWARD, data);
  }

  inverse(data: FftwField | RealArray): void {
    this.execute(BACKWARD, data);
    const values = ArrayBuffer.isView(data) ? data : data.values;
    if (values instanceof Float64Array) scaleDouble(values, 1 / this.length);
    else scaleSingle(values, 1 / this.length);
  }

  forwardUnordered(field: FftwField): void {
    this.forward(field);
  }

  inverseUnordered(field: FftwField): void {
    this.inverse(field);
  }

  filter(field: FftwField, transfer: FftwField): void {
    this.execute(FORWARD, field);
    const [x, t] = [this.checked(field).values, this.checked(transfer).values];
    const factor = 1 / this.length;
    for (let i = 0; i < x.length; i += 2) {
      const [a, b] = [(x[i] as number) * factor, (x[i + 1] as number) * factor];
      const [c, d] = [t[i] as number, t[i + 1] as number];
      x[i] = a * c - b * d;
      x[i + 1] = a * d + b * c;
    }
    this.execute(BACKWARD, field);
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    for (const handle of this.handles.values()) this.library.destroy(handle);
  }

  private execute(sign: number, data: FftwField | RealArray): void {
    const handle = this.handle(sign);
    if (!ArrayBuffer.isView(data)) {
      const { values } = this.checked(data);
      this.library.execute(handle, values, values);
      return;
    }
    this.copy.load(data);
    this.library.execute(handle, this.copy.values, this.copy.values);
    this.copy.store(data);
  }

  /** The library's plan of a direction, made when it is first needed; planning overwrites the working copy. */
  private handle(sign: number): unknown {
    if (this.isDisposed)
      throw numericsError("NUMR-011", "The plan was disposed of", "Use a plan before dispose() only.");
    const known = this.handles.get(sign);
    if (known !== undefined) return known;
    const { values } = this.copy;
    const made = this.library.plan(this.length, values, values, sign, this.flags);
    if (made === null)
      throw numericsError("NUMR-010", `FFTW made no plan for ${this.length} points`, "Choose another length.");
    this.handles.set(sign, made);
    return made;
  }

  private checked(field: FftwField): FftwField {
    if (field.length === this.length && field.precision === this.precision) return field;
    throw numericsError(
      "NUMR-011",
      `A field of ${field.length} ${field.precision} numbers does not fit a plan for ${this.length} ${this.precision} numbers`,
      "Make the field with the plan's field().",
    );
  }
}

const ALIGNMENT = 64;

class AlignedField implements FftwField {
  readonly length: number;
  readonly precision: FftPrecision;
  readonly values: RealArray;

  constructor(length: number, precision: FftPrecision) {
    this.length = length;
    this.precision = precision;
    const reals = precision === "float64" ? Float64Array : Float32Array;
    const memory = new ArrayBuffer(2 * length * reals.BYTES_PER_ELEMENT + ALIGNMENT);
    const start = ALIGNMENT - (Number(koffi.address(new Uint8Array(memory))) % ALIGNMENT);
    this.values = new reals(memory, start, 2 * length);
  }

  load(interleaved: RealArray): void {
    checkInterleaved(interleaved, this.length);
    this.values.set(interleaved);
  }

  store(interleaved: RealArray): void {
    checkInterleaved(interleaved, this.length);
    interleaved.set(this.values);
  }

  release(): void {
    // The memory belongs to the JavaScript heap.
  }
}
