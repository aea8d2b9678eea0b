/**
 * Arrays as NumPy reads them: NPY version 1.0, and NPZ, a ZIP archive of NPY files that are stored, not compressed.
 * Same arrays, same bytes: the archive carries no time of writing.
 * Sources: NumPy Enhancement Proposal 1; PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4.
 */
import { crc32 } from "node:zlib";
import { type Dtype, NdArray, type Value } from "@simloom/pipeline";

/** NumPy's names of the element types; all little-endian, as arrays are in memory. */
const NUMPY_TYPES = {
  float64: "<f8",
  float32: "<f4",
  int8: "|i1",
  int16: "<i2",
  int32: "<i4",
  int64: "<i8",
  uint8: "|u1",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
  bool: "|b1",
  complex128: "<c16",
  complex64: "<c8",
} as const satisfies Readonly<Record<Dtype, string>>;

/** Sizes in a ZIP archive without the 64-bit extension end here. */
const LARGEST_ARCHIVE = 2 ** 32 - 1;

/** True for a record of nothing but arrays that fits into an NPZ file. Units are not part of the format. */
export function isArrayRecord(value: Value): value is Readonly<Record<string, NdArray>> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof NdArray) return false;
  const members: readonly unknown[] = Object.values(value);
  if (members.length === 0 || !members.every((member) => member instanceof NdArray)) return false;
  const size = members.reduce<number>((sum, { data }) => sum + data.byteLength + OVERHEAD_PER_FILE, 0);
  return size < LARGEST_ARCHIVE;
}

/** More than headers and directory entry of one array take, with any shape and a name of ordinary length. */
const OVERHEAD_PER_FILE = 4096;

/** One array as an NPY file, in C order. */
export function npy({ dtype, shape, data }: NdArray): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${NUMPY_TYPES[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The data begin at a multiple of 64, and the header ends with a line break.
  const headerLength = Math.ceil((PREAMBLE + dictionary.length + 1) / 64) * 64 - PREAMBLE;
  const content = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const file = new Uint8Array(PREAMBLE + headerLength + content.length);
  file.set([0x93, ...latin("NUMPY"), 1, 0, headerLength & 0xff, headerLength >> 8]);
  file.set(latin(`${dictionary.padEnd(headerLength - 1)}\n`), PREAMBLE);
  file.set(content, PREAMBLE + headerLength);
  return file;
}

/** Magic, version and length of an NPY file. */
const PREAMBLE = 10;

/** A record of arrays as an NPZ file, members in the order of the record. */
export function npz(arrays: Readonly<Record<string, NdArray>>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const file = npy(array);
    const fileName = new TextEncoder().encode(`${name}.npy`);
    const common = commonFields(crc32(file), file.length, fileName.length);
    const local = concatenated([little(0x04034b50, 4), common, fileName]);
    directory.push(
      // made by version 2.0; no comment, first disk, no attributes
      concatenated([little(0x02014b50, 4), little(20, 2), common, little(0, 10), little(offset, 4), fileName]),
    );
    parts.push(local, file);
    offset += local.length + file.length;
  }
  const index = concatenated(directory);
  const count = directory.length;
  const end = [little(0x06054b50, 4), little(0, 4), little(count, 2), little(count, 2)];
  return concatenated([...parts, index, ...end, little(index.length, 4), little(offset, 4), little(0, 2)]);
}

/** What the local header and the directory entry say alike: version 2.0, names in UTF-8, stored, first of January 1980. */
function commonFields(checksum: number, size: number, nameLength: number): Uint8Array {
  const [flags, stored, time, date] = [0x0800, 0, 0, 0x0021];
  const shorts = [20, flags, stored, time, date].map((value) => little(value, 2));
  return concatenated([
    ...shorts,
    little(checksum, 4),
    little(size, 4),
    little(size, 4),
    little(nameLength, 2),
    little(0, 2),
  ]);
}

function little(value: number, byteCount: number): Uint8Array {
  return Uint8Array.from({ length: byteCount }, (_, byte) => (byte < 4 ? (value >>> (8 * byte)) & 0xff : 0));
}

function latin(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
