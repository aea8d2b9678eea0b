import type { Pack } from "./pack.ts";

/** Records that are read in the order in which they were written are read in blocks of this size: a read(2) costs 4 µs. */
const BLOCK_BYTES = 128 * 1024;

/**
 * Reads parts of packs. A plan asks for records in the order in which an earlier run wrote them, so when a part begins where
 * the last one ended, what follows is read along with it. What was written once never changes, so a block stays true.
 */
export class ReadAhead {
  private pack: Pack | undefined;
  /** What was read last. */
  block: Buffer = Buffer.alloc(0);
  private blockOffset = 0;
  private endOfLast = -1;

  /**
   * Where in {@link ReadAhead.block} the bytes from `offset` begin; fewer than `length` are there when the file ends. What was
   * read is the caller's. Throws the system's error.
   */
  read(pack: Pack, offset: number, length: number): number {
    const follows = pack === this.pack && offset === this.endOfLast;
    const at = offset - this.blockOffset;
    const isThere = pack === this.pack && at >= 0 && at + length <= this.block.byteLength;
    if (!isThere) {
      const wanted = Buffer.allocUnsafe(follows ? Math.max(BLOCK_BYTES, length) : length);
      this.block = wanted.subarray(0, pack.read(wanted, offset, wanted.byteLength));
      this.blockOffset = offset;
      this.pack = pack;
    }
    this.endOfLast = offset + length;
    return offset - this.blockOffset;
  }

  /** Lets go of the block and its pack. */
  forget(): void {
    this.pack = undefined;
    this.block = Buffer.alloc(0);
    this.endOfLast = -1;
  }
}
