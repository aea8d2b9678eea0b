/**
 * The structure of Arrow IPC, checked before the library decodes it: messages follow each other without a gap up to the end, those
 * that the directory of a file lists fill it, and each batch agrees with the schema. Values and, in a stream, names have no check.
 *
 * Source: the Arrow columnar format, https://arrow.apache.org/docs/format/Columnar.html, with Schema.fbs, Message.fbs, File.fbs.
 */
import { damaged } from "../read/bytes.ts";
import { checkBatch } from "./batch.ts";
import { type ArrowField, checkTexts, fieldsOf } from "./fields.ts";
import { FlatTable, WrongStructure } from "./flat-table.ts";

const CONTINUATION = 0xffffffff;
/** The magic at the start of a file, padded; at its end there is the length of the directory and the magic. */
const FILE_HEAD_BYTES = 8;
const FILE_TAIL_BYTES = 10;
/** An end mark: a continuation and a length of zero; before 2019 the latter alone. */
const MARK_BYTES = 8;
/** Offset, length of the metadata, padding, length of the body. */
const BLOCK_BYTES = 24;
/** MetadataVersion V4 and V5: all since 2016. */
const VERSIONS: readonly number[] = [3, 4];

type Kind = "schema" | "dictionary" | "batch";
const SCHEMA = 1;
const KINDS: ReadonlyMap<number, Kind> = new Map([
  [SCHEMA, "schema"],
  [2, "dictionary"],
  [3, "batch"],
]);

/** A message: where it stands, how long its parts are (the mark before it counts as metadata), and its table. */
interface Message {
  readonly kind: Kind;
  readonly start: number;
  readonly metadataBytes: number;
  readonly bodyBytes: number;
  readonly end: number;
  readonly table: FlatTable;
}

/**
 * Checks a file or a stream that has its end marks. Cost: some microseconds per batch and column, and a pass over the marks of
 * missing values.
 *
 * @throws ColumnsError COLS-020 with the byte where the structure breaks, COLS-021 compressed or big-endian.
 */
export function requireSoundArrow(bytes: Uint8Array, what: string, isFile: boolean): void {
  try {
    if (isFile) checkFile(bytes);
    else checkStream(bytes);
  } catch (cause) {
    if (cause instanceof WrongStructure) throw damaged(what, cause.message, cause.position, cause);
    throw cause;
  }
}

function checkStream(bytes: Uint8Array): void {
  const schemaMessage = messageAt(bytes, 0, bytes.length);
  if (schemaMessage?.kind !== "schema") throw new WrongStructure("no schema at the beginning", 0);
  const fields = fieldsOf(contentOf(schemaMessage));
  let at = schemaMessage.end;
  for (let message = messageAt(bytes, at, bytes.length); message; message = messageAt(bytes, at, bytes.length)) {
    checkContent(bytes, message, fields);
    at = message.end;
  }
  if (bytes.length - at !== MARK_BYTES) throw new WrongStructure("an end mark before the end", at);
}

function checkFile(bytes: Uint8Array): void {
  const end = bytes.length - FILE_TAIL_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = end < FILE_HEAD_BYTES ? -1 : view.getInt32(end, true);
  const start = end - length;
  if (length < 4 || start < FILE_HEAD_BYTES) throw new WrongStructure(`a directory of ${length} bytes`, end);
  const directory = FlatTable.root(bytes, start, length);
  checkVersion(directory, start);
  checkTexts(directory, 4);
  const schema = directory.table(1);
  if (schema === undefined) throw new WrongStructure("a directory without a schema", start);
  const fields = fieldsOf(schema);
  const listed = (["dictionary", "batch"] as const).flatMap((kind, index) => {
    const { start: first, count } = directory.vector(2 + index, BLOCK_BYTES);
    return Array.from({ length: count }, (_, part) =>
      listedMessage(bytes, view, first + BLOCK_BYTES * part, start, kind),
    );
  });
  for (const message of listed) checkContent(bytes, message, fields);
  const inOrder = listed.sort((one, other) => one.start - other.start);
  checkHead(bytes, inOrder[0]?.start ?? start, fields);
  let at = inOrder[0]?.start ?? start;
  for (const message of inOrder) {
    if (message.start !== at) throw new WrongStructure("something that the directory does not list", at);
    at = message.end;
  }
  if (start - at > MARK_BYTES) throw new WrongStructure("something that the directory does not list", at);
}

/** The message that a block of a file's directory describes. */
function listedMessage(bytes: Uint8Array, view: DataView, block: number, end: number, kind: Kind): Message {
  const at = Number(view.getBigInt64(block, true));
  const isInside = at >= FILE_HEAD_BYTES && at < end && at % 8 === 0;
  const message = isInside ? messageAt(bytes, at, end) : undefined;
  const metadataBytes = view.getInt32(block + 8, true);
  const bodyBytes = Number(view.getBigInt64(block + 16, true));
  if (message?.kind === kind && message.metadataBytes === metadataBytes && message.bodyBytes === bodyBytes)
    return message;
  throw new WrongStructure(
    `no ${kind} of ${metadataBytes} and ${bodyBytes} bytes at byte ${at}, where one is listed`,
    block,
  );
}

/** Before the first batch a file repeats its schema. Some writers leave it out (arrow-js), or its length (polars). */
function checkHead(bytes: Uint8Array, end: number, fields: readonly ArrowField[]): void {
  if (end - FILE_HEAD_BYTES <= MARK_BYTES) return;
  const isBare = isRoot(bytes, FILE_HEAD_BYTES);
  const message = isBare ? undefined : messageAt(bytes, FILE_HEAD_BYTES, end);
  const table = message?.table ?? FlatTable.root(bytes, FILE_HEAD_BYTES, end - FILE_HEAD_BYTES);
  const schema = table.byte(1) === SCHEMA ? table.table(2) : undefined;
  if (schema === undefined || JSON.stringify(fieldsOf(schema)) !== JSON.stringify(fields)) {
    throw new WrongStructure("another schema than that of the directory", FILE_HEAD_BYTES);
  }
  if (message !== undefined && end - message.end > MARK_BYTES) {
    throw new WrongStructure("something that the directory does not list", message.end);
  }
}

/** Whether a FlatBuffer begins here and not the length of one: an offset of at most a few words. */
function isRoot(bytes: Uint8Array, at: number): boolean {
  const [low, ...high] = bytes.subarray(at, at + 4);
  return low !== undefined && low > 0 && low <= 32 && high.every((byte) => byte === 0);
}

function checkContent(bytes: Uint8Array, message: Message, fields: readonly ArrowField[]): void {
  const { kind, start, metadataBytes, bodyBytes } = message;
  const content = contentOf(message);
  const batch = kind === "dictionary" ? content.table(1) : content;
  if (kind === "schema" || batch === undefined) throw new WrongStructure("a message that is no batch", start);
  const body = { start: start + metadataBytes, bytes: bodyBytes };
  checkBatch(bytes, batch, body, kind === "batch" ? fields : undefined, start);
}

function contentOf({ table, start }: Message): FlatTable {
  const content = table.table(2);
  if (content === undefined) throw new WrongStructure("a message without content", start);
  return content;
}

/** The message at a byte, or nothing where an end mark stands. */
function messageAt(bytes: Uint8Array, start: number, end: number): Message | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasMark = end - start >= 4 && view.getUint32(start, true) === CONTINUATION;
  const lengthAt = hasMark ? start + 4 : start;
  const length = end - lengthAt >= 4 ? view.getInt32(lengthAt, true) : -1;
  if (length === 0) return undefined;
  const at = lengthAt + 4;
  if (length < 0 || length > end - at) throw new WrongStructure(`a message of ${length} bytes`, start);
  const table = FlatTable.root(bytes, at, length);
  checkVersion(table, start);
  checkTexts(table, 4);
  const kind = KINDS.get(table.byte(1));
  const metadataBytes = at + length - start;
  const bodyBytes = table.int64(3);
  if (kind === undefined) throw new WrongStructure("a message of an unknown kind", start);
  if (!(bodyBytes >= 0 && bodyBytes <= end - start - metadataBytes)) {
    throw new WrongStructure(`a body of ${bodyBytes} bytes`, start);
  }
  if (metadataBytes % 8 !== 0 || bodyBytes % 8 !== 0) throw new WrongStructure("a message that is not aligned", start);
  return { kind, start, metadataBytes, bodyBytes, end: start + metadataBytes + bodyBytes, table };
}

function checkVersion(table: FlatTable, position: number): void {
  const version = table.int16(0);
  if (!VERSIONS.includes(version)) throw new WrongStructure(`metadata of version ${version + 1}`, position);
}
