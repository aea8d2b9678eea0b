/** Bytes of a source, and errors that say where in them something is wrong. */
import { ColumnsError, columnsError } from "../errors.ts";
import type { Bytes } from "./reader.ts";

/** The source as bytes, without a copy. */
export function bytesOf(source: Bytes): Uint8Array {
  return source instanceof Uint8Array ? source : new Uint8Array(source);
}

/** The source on memory that is not shared: itself, or a copy for what cannot work on shared memory. */
export function unsharedBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

/** The error for a file whose bytes make no sense. `position` counts bytes from the start of the file. */
export function damaged(format: string, what: string, position: number, cause?: unknown): ColumnsError {
  return columnsError(
    "COLS-020",
    `The ${format} is damaged at byte ${position}: ${what}`,
    "Copy or write the file again; nothing of it was read.",
    { format, position },
    cause,
  );
}

/** The error for a file of which a library says that it cannot be read. */
export function unreadable(format: string, byteLength: number | undefined, cause: unknown): ColumnsError {
  if (cause instanceof ColumnsError) return cause;
  const said = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  return columnsError(
    "COLS-020",
    `The ${format}${byteLength === undefined ? "" : ` of ${byteLength} bytes`} cannot be read: ${said}`,
    "Copy or write the file again; nothing of it was read.",
    { format, byteLength },
    cause,
  );
}
