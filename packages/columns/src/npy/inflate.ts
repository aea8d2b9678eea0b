/** Raw deflate by the platform's own decompressor, held to the length that is expected. */
import { damaged, unsharedBytes } from "../read/bytes.ts";

/** Unpacks exactly `length` bytes. @throws ColumnsError COLS-020 for fewer, for more, and for what is no deflate stream. */
export async function inflate(packed: Uint8Array, length: number, what: string, position: number): Promise<Uint8Array> {
  const reader = new Blob([unsharedBytes(packed)])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"))
    .getReader();
  const content = new Uint8Array(length);
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw damaged(
        what,
        `its deflate stream breaks off or is no such stream (${filled} of ${length} bytes unpacked)`,
        position,
        cause,
      );
    });
    if (done) break;
    if (filled + value.length > length) {
      await reader.cancel().catch(() => undefined);
      throw damaged(what, `it unpacks to more than ${length} bytes`, position);
    }
    content.set(value, filled);
    filled += value.length;
  }
  if (filled < length) throw damaged(what, `it unpacks to ${filled} bytes instead of ${length}`, position);
  return content;
}
