/**
 * Members of a ZIP archive, as far as NPZ needs them: stored and deflated, with the 64-bit extension, checked against their
 * CRC-32. Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.
 */
import { columnsError } from "../errors.ts";
import { damaged } from "../read/bytes.ts";
import { crc32 } from "./crc32.ts";
import { inflate } from "./inflate.ts";

/** A member of an archive, not yet unpacked. */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packedLength: number;
  readonly length: number;
  /** Where its local header stands. */
  readonly position: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_32 = 0xffffffff;

/** The members of an archive in the order of its directory. @throws ColumnsError COLS-020. */
export function listZip(bytes: Uint8Array): readonly ZipMember[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start } = findDirectory(view);
  const members: ZipMember[] = [];
  let position = start;
  for (let index = 0; index < count; index++) {
    if (position + 46 > view.byteLength || view.getUint32(position, true) !== CENTRAL) {
      throw damaged("NPZ file", `entry ${index} of its directory is not there`, position);
    }
    const nameLength = view.getUint16(position + 28, true);
    const extraLength = view.getUint16(position + 30, true);
    const end = position + 46 + nameLength + extraLength + view.getUint16(position + 32, true);
    if (end > view.byteLength) throw damaged("NPZ file", `entry ${index} of its directory is cut off`, position);
    const sizes = [
      view.getUint32(position + 24, true),
      view.getUint32(position + 20, true),
      view.getUint32(position + 42, true),
    ];
    const [length = 0, packedLength = 0, offset = 0] = widen(view, position + 46 + nameLength, extraLength, sizes);
    members.push({
      name: new TextDecoder().decode(bytes.slice(position + 46, position + 46 + nameLength)),
      method: view.getUint16(position + 10, true),
      isEncrypted: (view.getUint16(position + 8, true) & 1) === 1,
      crc: view.getUint32(position + 16, true),
      packedLength,
      length,
      position: offset,
    });
    position = end;
  }
  return members;
}

/** The content of a member. @throws ColumnsError COLS-020 damaged, COLS-021 encrypted or packed in another way. */
export async function unpack(bytes: Uint8Array, member: ZipMember): Promise<Uint8Array> {
  const { name, method, isEncrypted, packedLength, length, position } = member;
  const what = `member ${name} of the NPZ file`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (position + 30 > bytes.length || view.getUint32(position, true) !== LOCAL) {
    throw damaged(what, "it is not where the directory says", position);
  }
  if (isEncrypted || (method !== 0 && method !== 8)) {
    throw columnsError(
      "COLS-021",
      `The ${what} is ${isEncrypted ? "encrypted" : `packed with method ${method}`}`,
      "Write it with numpy.savez or numpy.savez_compressed.",
      { name, method },
    );
  }
  const start = position + 30 + view.getUint16(position + 26, true) + view.getUint16(position + 28, true);
  if (start + packedLength > bytes.length) throw damaged(what, "it reaches beyond the end of the file", bytes.length);
  const packed = bytes.subarray(start, start + packedLength);
  if (method === 0 && packedLength !== length) throw damaged(what, "its stored and its packed length differ", position);
  const content = method === 0 ? packed : await inflate(packed, length, what, start);
  const found = crc32(content);
  if (found !== member.crc) {
    throw damaged(what, `its checksum is ${hex(found)} and should be ${hex(member.crc)}`, start);
  }
  return content;
}

/** Where the directory begins and how many entries it has. */
function findDirectory(view: DataView): { readonly count: number; readonly start: number } {
  const last = view.byteLength - 22;
  for (let position = last; position >= Math.max(0, last - 0xffff); position--) {
    if (view.getUint32(position, true) !== END) continue;
    const count = view.getUint16(position + 10, true);
    const start = view.getUint32(position + 16, true);
    const isLarge = count === 0xffff || start === MAX_32;
    if (!isLarge) return { count, start };
    const locator = position - 20;
    if (locator < 0 || view.getUint32(locator, true) !== END64_LOCATOR) return { count, start };
    const large = Number(view.getBigUint64(locator + 8, true));
    if (large + 56 > view.byteLength || view.getUint32(large, true) !== END64) {
      throw damaged("NPZ file", "the end of its directory is not where it should be", locator);
    }
    return { count: Number(view.getBigUint64(large + 32, true)), start: Number(view.getBigUint64(large + 48, true)) };
  }
  throw damaged("NPZ file", "it has no ZIP directory at its end, so it is no archive or is cut off", view.byteLength);
}

/** Replaces numbers that do not fit 32 bits by those of the 64-bit extension (field 1), which has only these, in order. */
function widen(view: DataView, start: number, length: number, numbers: readonly number[]): readonly number[] {
  if (!numbers.includes(MAX_32)) return numbers;
  for (let position = start; position + 4 <= start + length; ) {
    const size = view.getUint16(position + 2, true);
    if (view.getUint16(position, true) === 1) {
      let next = position + 4;
      const end = Math.min(next + size, start + length);
      return numbers.map((number) => {
        if (number !== MAX_32 || next + 8 > end) return number;
        next += 8;
        return Number(view.getBigUint64(next - 8, true));
      });
    }
    position += 4 + size;
  }
  return numbers;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
