/** NPZ: a ZIP archive of NPY arrays, each a column (n) or a four-vector (n, 4) under the name of its member. */
import { columnsError } from "../errors.ts";
import { bytesOf } from "../read/bytes.ts";
import type { Bytes, Reader } from "../read/reader.ts";
import { datasetOfArrays, openArray } from "./npy.ts";
import { listZip, unpack } from "./zip.ts";

/**
 * Reads an NPZ archive, stored or deflated, and verifies its checksums. Members that are no `.npy` are left alone.
 *
 * @throws ColumnsError COLS-020 damaged, COLS-021 objects and shapes other than (n) and (n, 4), and what `dataset` throws.
 */
export const readNpz: Reader<Bytes> = async (source, options = {}) => {
  const bytes = bytesOf(source);
  const members = listZip(bytes).filter(({ name }) => name.endsWith(".npy"));
  const unpackedBytes = members.reduce((total, { length }) => total + length, 0);
  const limit = options.limits?.bytes ?? 2 ** 34;
  if (unpackedBytes > limit + 4096 * members.length) {
    throw columnsError(
      "COLS-024",
      `The NPZ file unpacks to ${unpackedBytes} bytes; the limit is ${limit}`,
      "Raise limits.bytes.",
      {
        unpackedBytes,
        limit,
      },
    );
  }
  const arrays = [];
  for (const member of members) {
    const name = member.name.slice(0, -".npy".length);
    const content = await unpack(bytes, member);
    const position = content.buffer === bytes.buffer ? content.byteOffset - bytes.byteOffset : 0;
    arrays.push(openArray(name, content, `member ${member.name} of the NPZ file`, position));
  }
  return datasetOfArrays(arrays, options);
};
