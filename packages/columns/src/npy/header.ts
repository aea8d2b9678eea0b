/**
 * The header of an NPY array: magic, version, and a Python literal with dtype, order and shape.
 * Source: NumPy enhancement proposal 1 and numpy.lib.format, versions 1.0 to 3.0.
 */
import { columnsError } from "../errors.ts";
import { damaged } from "../read/bytes.ts";

/** Element types by the kind and size that NumPy writes. */
export const ELEMENTS = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
} as const;

/** What an NPY header says. */
export interface NpyHeader {
  /** An element type that is read, or the type as the file names it. */
  readonly element: keyof typeof ELEMENTS | { readonly other: string };
  readonly isBigEndian: boolean;
  readonly isFortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the numbers begin, in bytes. */
  readonly dataStart: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY

/**
 * Reads the header. `what` names the array in errors.
 *
 * @throws ColumnsError COLS-020 when it is no header, COLS-021 for pickled objects and unknown versions.
 */
export function readNpyHeader(bytes: Uint8Array, what: string): NpyHeader {
  if (bytes.length < 10) throw damaged(what, "it ends inside the header", bytes.length);
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) throw damaged(what, "it does not begin with \\x93NUMPY", 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] as number;
  if (version < 1 || version > 3) {
    throw columnsError("COLS-021", `The ${what} has version ${version} of the format`, "Write version 1, 2 or 3.", {
      version,
    });
  }
  const isLong = version > 1;
  if (isLong && bytes.length < 12) throw damaged(what, "it ends inside the header", bytes.length);
  const headerStart = isLong ? 12 : 10;
  const dataStart = headerStart + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  if (dataStart > bytes.length) throw damaged(what, "it ends inside the header", bytes.length);
  const text = new TextDecoder("latin1").decode(bytes.slice(headerStart, dataStart));
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (!/'descr'\s*:/.test(text) || order === undefined || shape === undefined) {
    throw damaged(what, "its header lacks descr, fortran_order or shape", headerStart);
  }
  return {
    ...elementOf(text, what),
    isFortranOrder: order === "True",
    shape: [...shape.matchAll(/\d+/g)].map(([extent]) => Number(extent)),
    dataStart,
  };
}

function elementOf(text: string, what: string): Pick<NpyHeader, "element" | "isBigEndian"> {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  if (descr === undefined) return { element: { other: "a structured dtype" }, isBigEndian: false };
  if (/^[|<>=]?O/.test(descr)) {
    throw columnsError(
      "COLS-021",
      `The ${what} holds pickled Python objects, which are never read`,
      "Save numbers: convert the array with astype(float) first.",
      { dtype: descr },
    );
  }
  const [, order = "", name = ""] = /^([|<>=]?)(.*)$/s.exec(descr) ?? [];
  const element = Object.hasOwn(ELEMENTS, name) ? (name as keyof typeof ELEMENTS) : { other: `dtype ${descr}` };
  return { element, isBigEndian: order === ">" };
}
