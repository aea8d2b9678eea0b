import { laneOpcodes, memoryLaneOpcodes, memoryOpcodes, plainOpcodes } from "./opcodes.ts";
import { valueTypeByte } from "./value-type.ts";

type Read = (bytes: Reader) => string;

/** Text of the operands of an instruction after its name; by opcode as in `opcodes.ts`. */
const instructions = new Map<number, readonly [name: string, operands: Read]>();
const none: Read = () => "";
const index: Read = (bytes) => ` ${bytes.u32()}`;
const lane: Read = (bytes) => ` ${bytes.byte()}`;
const memory: Read = (bytes) => {
  const alignLog2 = bytes.u32();
  const offset = bytes.u32();
  return `${offset === 0 ? "" : ` offset=${offset}`} align=${2 ** alignLog2}`;
};
const skipped =
  (count: number): Read =>
  (bytes) => {
    bytes.skip(count);
    return "";
  };
const blockType: Read = (bytes) => {
  const type = bytes.byte();
  return type === 0x40 ? "" : ` (result ${typeName(type)})`;
};

for (const [name, code] of Object.entries(plainOpcodes)) instructions.set(code, [name, none]);
for (const [name, [code]] of Object.entries(memoryOpcodes)) instructions.set(code, [name, memory]);
for (const [name, [code]] of Object.entries(laneOpcodes)) instructions.set(code, [name, lane]);
for (const [name, [code]] of Object.entries(memoryLaneOpcodes))
  instructions.set(code, [name, (bytes) => `${memory(bytes)}${lane(bytes)}`]);
const others: readonly (readonly [number, string, Read])[] = [
  [0x00, "unreachable", none],
  [0x02, "block", blockType],
  [0x03, "loop", blockType],
  [0x04, "if", blockType],
  [0x05, "else", none],
  [0x0b, "end", none],
  [0x0c, "br", index],
  [0x0d, "br_if", index],
  [0x0f, "return", none],
  [0x10, "call", index],
  [0x1a, "drop", none],
  [0x1b, "select", none],
  [0x20, "local.get", index],
  [0x21, "local.set", index],
  [0x22, "local.tee", index],
  [0x41, "i32.const", (bytes) => ` ${BigInt.asIntN(32, bytes.s64())}`],
  [0x42, "i64.const", (bytes) => ` ${bytes.s64()}`],
  [0x43, "f32.const", (bytes) => ` ${numberText(bytes.view(4).getFloat32(0, true))}`],
  [0x44, "f64.const", (bytes) => ` ${numberText(bytes.view(8).getFloat64(0, true))}`],
  [0xfd0c, "v128.const i64x2", (bytes) => ` ${hex(bytes.view(8))} ${hex(bytes.view(8))}`],
  [0xfd0d, "i8x16.shuffle", (bytes) => Array.from({ length: 16 }, () => ` ${bytes.byte()}`).join("")],
  [0xfc0a, "memory.copy", skipped(2)],
  [0xfc0b, "memory.fill", skipped(1)],
];
for (const [code, name, operands] of others) instructions.set(code, [name, operands]);

/**
 * The text format of a module that `ModuleBuilder` wrote: one instruction per line, indented by blocks; functions by number,
 * with their export as comment; data by address and length only. Linear. For people to read: not every assembler takes it.
 */
export function wasmText(module: Uint8Array): string {
  const bytes = new Reader(module);
  bytes.skip(8);
  const lines: string[] = [];
  const types: string[] = [];
  const functions: number[] = [];
  const names = new Map<number, string>();
  const sections: Readonly<Record<number, (count: number) => void>> = {
    1: (count) => repeat(count, () => types.push(signature(bytes))),
    2: (count) =>
      repeat(count, () => lines.push(`  (import "${bytes.text()}" "${bytes.text()}" ${importText(bytes)})`)),
    3: (count) => repeat(count, () => functions.push(bytes.u32())),
    5: (count) => repeat(count, () => lines.push(`  (memory ${limits(bytes)})`)),
    7: (count) =>
      repeat(count, () => {
        const name = bytes.text();
        if (bytes.byte() === 0) names.set(bytes.u32(), name);
        else bytes.u32();
      }),
    10: (count) =>
      repeat(count, (at) => {
        const name = names.get(at);
        lines.push(`  (func (;${at};)${name === undefined ? "" : ` (export "${name}")`}${types[functions[at] ?? 0]}`);
        writeBody(bytes, lines);
        lines.push("  )");
      }),
    11: (count) =>
      repeat(count, () => {
        bytes.skip(2);
        const address = bytes.s64();
        bytes.skip(1);
        const length = bytes.u32();
        bytes.skip(length);
        lines.push(`  (; data: ${length} bytes at ${address} ;)`);
      }),
  };
  while (!bytes.isAtEnd) {
    const id = bytes.byte();
    const length = bytes.u32();
    const read = sections[id];
    if (read === undefined) bytes.skip(length);
    else read(bytes.u32());
  }
  return ["(module", ...lines, ")", ""].join("\n");
}

function writeBody(bytes: Reader, lines: string[]): void {
  bytes.u32();
  const locals = Array.from({ length: bytes.u32() }, () => {
    const count = bytes.u32();
    return `${typeName(bytes.byte())} × ${count}`;
  });
  if (locals.length > 0) lines.push(`    (; locals: ${locals.join(", ")} ;)`);
  for (let depth = 2; ; ) {
    const first = bytes.byte();
    const code = first === 0xfc || first === 0xfd ? first * 256 + bytes.u32() : first;
    const [name, operands] = instructions.get(code) ?? [`unknown 0x${code.toString(16)}`, none];
    if (name === "end" || name === "else") depth--;
    if (depth < 2) return;
    lines.push(`${"  ".repeat(depth)}${name}${operands(bytes)}`);
    if (["block", "loop", "if", "else"].includes(name)) depth++;
  }
}

function signature(bytes: Reader): string {
  bytes.skip(1);
  const list = (word: string) => {
    const types = Array.from({ length: bytes.u32() }, () => ` ${typeName(bytes.byte())}`).join("");
    return types === "" ? "" : ` (${word}${types})`;
  };
  return `${list("param")}${list("result")}`;
}

function importText(bytes: Reader): string {
  if (bytes.byte() === 2) return `(memory ${limits(bytes)})`;
  return `(func (type ${bytes.u32()}))`;
}

function limits(bytes: Reader): string {
  const flags = bytes.byte();
  const initial = bytes.u32();
  return `${initial}${(flags & 1) === 0 ? "" : ` ${bytes.u32()}`}${(flags & 2) === 0 ? "" : " shared"}`;
}

function typeName(byte: number): string {
  return Object.entries(valueTypeByte).find(([, code]) => code === byte)?.[0] ?? `0x${byte.toString(16)}`;
}

function repeat(count: number, action: (index: number) => void): void {
  for (let k = 0; k < count; k++) action(k);
}

function hex(view: DataView): string {
  return `0x${view.getBigUint64(0, true).toString(16).padStart(16, "0")}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  return Object.is(value, -0) ? "-0" : `${value}`;
}

/** Reads the encodings that `ByteBuffer` writes. */
class Reader {
  private readonly data: Uint8Array;
  private at = 0;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  get isAtEnd(): boolean {
    return this.at >= this.data.length;
  }

  byte(): number {
    return this.data[this.at++] ?? 0;
  }

  skip(count: number): void {
    this.at += count;
  }

  u32(): number {
    return Number(this.leb128(false));
  }

  s64(): bigint {
    return this.leb128(true);
  }

  text(): string {
    const length = this.u32();
    this.skip(length);
    return new TextDecoder().decode(this.data.subarray(this.at - length, this.at));
  }

  view(length: number): DataView {
    this.skip(length);
    return new DataView(this.data.buffer, this.data.byteOffset + this.at - length, length);
  }

  private leb128(isSigned: boolean): bigint {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      shift += 7n;
      if ((byte & 128) !== 0) continue;
      return isSigned ? BigInt.asIntN(64, (byte & 64) !== 0 ? value | (-1n << shift) : value) : value;
    }
  }
}
