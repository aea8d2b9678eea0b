/** What stands in the bytes of a record: numbers, little-endian, and texts. */

const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** An unsigned 32-bit number. */
export function countAt(record: Uint8Array, at: number): number {
  return (
    ((record[at] as number) |
      ((record[at + 1] as number) << 8) |
      ((record[at + 2] as number) << 16) |
      ((record[at + 3] as number) << 24)) >>>
    0
  );
}

const numberScratch = new Float64Array(1);
const numberBytes = new Uint8Array(numberScratch.buffer);
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A float64. */
export function numberAt(record: Uint8Array, at: number): number {
  for (let byte = 0; byte < 8; byte++) numberBytes[isLittleEndian ? byte : 7 - byte] = record[at + byte] as number;
  return numberScratch[0] as number;
}

/** Where the text that begins here ends. */
export function textEnd(record: Uint8Array, at: number): number {
  return at + 4 + countAt(record, at);
}

/** Up to this length a text is put together here when it is ASCII: the text decoder costs 1 µs a call. */
const SHORT_TEXT_BYTES = 96;

/** The text that begins here: its length, then UTF-8. */
export function textAt(record: Uint8Array, at: number): string {
  const start = at + 4;
  const end = textEnd(record, at);
  let isShort = end - start <= SHORT_TEXT_BYTES;
  for (let index = start; isShort && index < end; index++) isShort = (record[index] as number) < 128;
  if (isShort) return asciiAt(record, start, end);
  // Decoders refuse shared memory.
  return text.decode(record.slice(start, end));
}

/** Whether these bytes are the characters of an ASCII text. */
export function isAsciiAt(record: Uint8Array, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (record[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** Bytes as ASCII characters. */
export function asciiAt(record: Uint8Array, start: number, end: number): string {
  return String.fromCharCode.apply(null, record.subarray(start, end) as unknown as number[]);
}
