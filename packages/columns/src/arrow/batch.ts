/** Rows, buffers and marks of missing values of an Arrow batch: whether they agree with each other and with the schema. */
import { columnsError } from "../errors.ts";
import { type ArrowField, buffersOf, nodesOf, numberWidth } from "./fields.ts";
import { type FlatTable, type FlatVector, WrongStructure } from "./flat-table.ts";

/** A pair of 64-bit numbers: rows and missing values of a node, or offset and length of a buffer. */
type Pair = readonly [number, number];

/** CompressionType of `Message.fbs`. */
const CODECS = ["LZ4", "Zstandard"] as const;

/** Where the body of a batch stands in the source. */
export interface Body {
  readonly start: number;
  readonly bytes: number;
}

/**
 * Checks a table `RecordBatch`; without `fields`, that of a dictionary, only that its buffers are within the body. Throws
 * `WrongStructure`, and `COLS-021` for compressed batches.
 */
export function checkBatch(
  source: Uint8Array,
  batch: FlatTable,
  body: Body,
  fields: readonly ArrowField[] | undefined,
  position: number,
): void {
  const wrong = (what: string) => new WrongStructure(what, position);
  const rows = batch.int64(0);
  const nodes = pairsOf(source, batch.vector(1, 16));
  const buffers = pairsOf(source, batch.vector(2, 16));
  batch.vector(4, 8);
  const compression = batch.table(3);
  if (compression !== undefined) throw compressed(compression.byte(0));
  if (!(rows >= 0)) throw wrong(`a batch of ${rows} rows`);
  checkPlaces(buffers, body.bytes, wrong);
  if (fields === undefined) return;
  const expected = fields.reduce((total, field) => total + nodesOf(field), 0);
  if (nodes.length !== expected) throw wrong(`${nodes.length} columns where the schema has ${expected}`);
  const counts = fields.map(buffersOf);
  const isKnown = counts.every((count) => count !== undefined);
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  if (isKnown && buffers.length !== total) throw wrong(`${buffers.length} buffers where the schema has ${total}`);
  let [node, buffer] = [0, 0];
  fields.forEach((field, index) => {
    const [length, missing] = nodes[node] as Pair;
    if (length !== rows) throw wrong(`${length} values of ${field.name} in a batch of ${rows} rows`);
    const width = numberWidth(field);
    if (width !== undefined && isKnown) {
      const [marks, values] = buffers.slice(buffer, buffer + 2) as [Pair, Pair];
      // more of them is right: writers may send a whole buffer with the first rows of it
      if (values[1] < rows * width) throw wrong(`${values[1]} bytes for ${rows} values of ${field.name}`);
      checkMissing(source, field, rows, missing, { start: body.start + marks[0], bytes: marks[1] }, wrong);
    }
    node += nodesOf(field);
    buffer += counts[index] ?? 0;
  });
}

function compressed(codec: number): Error {
  const name = CODECS[codec] ?? "an unknown codec";
  return columnsError(
    "COLS-021",
    `The Arrow data are compressed with ${name}`,
    "Write them uncompressed, or as Parquet.",
    {
      codec,
    },
  );
}

/** Buffers follow each other, with no more between them than alignment asks for, to the end of the body. */
function checkPlaces(buffers: readonly Pair[], bodyBytes: number, wrong: (what: string) => Error): void {
  let end = 0;
  for (const [offset, length] of buffers) {
    if (length === 0) continue;
    if (!(length > 0 && offset >= end && offset - end < 64 && offset % 8 === 0)) {
      throw wrong(`a buffer of ${length} bytes at ${offset}, after one that ends at ${end}`);
    }
    end = offset + length;
  }
  if (!(end <= bodyBytes && bodyBytes - end < 64)) throw wrong(`buffers of ${end} bytes in a body of ${bodyBytes}`);
}

function checkMissing(
  source: Uint8Array,
  { name }: ArrowField,
  rows: number,
  missing: number,
  { start, bytes }: Body,
  wrong: (what: string) => Error,
): void {
  if (bytes > 0 && 8 * bytes < rows) throw wrong(`${bytes} bytes of marks for ${rows} values of ${name}`);
  const counted = bytes === 0 ? 0 : rows - marksIn(source, start, rows);
  if (missing !== counted) throw wrong(`${missing} missing values of ${name} where ${counted} are marked`);
}

/** Bits that are set among the first `rows`. */
function marksIn(source: Uint8Array, start: number, rows: number): number {
  let count = 0;
  for (let at = 0; 8 * at < rows; at++) {
    let byte = source[start + at] as number;
    if (rows - 8 * at < 8) byte &= (1 << (rows - 8 * at)) - 1;
    for (; byte !== 0; byte &= byte - 1) count++;
  }
  return count;
}

function pairsOf(source: Uint8Array, { start, count }: FlatVector): readonly Pair[] {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const number = (at: number) => Number(view.getBigInt64(at, true));
  return Array.from({ length: count }, (_, k): Pair => [number(start + 16 * k), number(start + 16 * k + 8)]);
}
