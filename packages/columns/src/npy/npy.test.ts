import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ColumnsError, readNpy, readNpz } from "../index.ts";
import { crc32 } from "./crc32.ts";
import { inflate } from "./inflate.ts";

const fixture = (file: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../read/fixtures/${file}`, import.meta.url)));

/** An NPY file of version 1 or 2 over these bytes. */
function npy(descr: string, shape: string, data: Uint8Array, { order = "False", version = 1 } = {}): Uint8Array {
  const header = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + header.length + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), start);
  bytes.set(data, start + header.length);
  return bytes;
}
const bytesOf = (values: { readonly buffer: ArrayBufferLike }): Uint8Array => new Uint8Array(values.buffer);
const refusal = async (reading: Promise<unknown>): Promise<ColumnsError> =>
  reading.then(
    () => {
      throw new Error("nothing was refused");
    },
    (error: ColumnsError) => error,
  );

describe("readNpy", () => {
  it("makes a four-vector of a matrix of four columns, in C and in Fortran order", async () => {
    const beam = (await readNpy(fixture("beam.npy"), { name: "beam" })).fourVector("beam");
    expect([...beam.pz]).toEqual([0, 1, 2, 3, 4, 5, 6].map((row) => (row + 1) / 8 + 3));
    const columns = bytesOf(new Float64Array([1, 2, 10, 20, 100, 200, 1000, 2000]));
    const data = await readNpy(npy("'<f8'", "(2, 4)", columns, { order: "True" }));
    expect([...data.fourVector("values").py]).toEqual([100, 200]);
  });

  it.each([
    ["<f4", new Float32Array([1.5, -2])],
    ["<f8", new Float64Array([1.5, -2])],
    ["|i1", new Int8Array([1, -2])],
    ["<i2", new Int16Array([1, -2])],
    ["<i4", new Int32Array([1, -2])],
    ["<i8", new BigInt64Array([1n, -2n])],
    ["|u1", new Uint8Array([1, 2])],
    ["<u2", new Uint16Array([1, 2])],
    ["<u4", new Uint32Array([1, 2 ** 32 - 1])],
    ["<u8", new BigUint64Array([1n, 2n])],
  ])("widens %s exactly, in both byte orders", async (descr, values) => {
    const expected = Array.from(values as ArrayLike<number | bigint>, Number);
    expect([...(await readNpy(npy(`'${descr}'`, "(2,)", bytesOf(values)))).column("values")]).toEqual(expected);
    const swapped = bytesOf(values).slice();
    const size = values.BYTES_PER_ELEMENT;
    for (let start = 0; start < swapped.length; start += size) swapped.subarray(start, start + size).reverse();
    const bigEndian = npy(`'${descr.replace("<", ">")}'`, "(2,)", swapped, { version: 2 });
    expect([...(await readNpy(bigEndian)).column("values")]).toEqual(expected);
  });

  it("refuses whole numbers that float64 cannot hold, and takes larger ones that it can", async () => {
    const error = await refusal(readNpy(npy("'<i8'", "(2,)", bytesOf(new BigInt64Array([1n, 2n ** 53n + 1n])))));
    expect(error).toMatchObject({
      code: "COLS-023",
      message: "values is 9007199254740993 in row 1, which float64 cannot hold exactly",
    });
    const even = await readNpy(npy("'<i8'", "(1,)", bytesOf(new BigInt64Array([2n ** 60n]))));
    expect(even.column("values")[0]).toBe(2 ** 60);
  });

  it.each([
    ["COLS-021", npy("'|O'", "(2,)", new Uint8Array(40))],
    ["COLS-021", npy("'<f8'", "()", new Uint8Array(8))],
    ["COLS-021", npy("'<f8'", "(2, 3)", new Uint8Array(48))],
    ["COLS-020", npy("'<f8'", "(3,)", new Uint8Array(16))],
    ["COLS-020", npy("'<f8'", "(1,)", new Uint8Array(16))],
    ["COLS-020", npy("'<f8'", "[2]", new Uint8Array(16))],
    ["COLS-020", npy("'<f8'", "(2,)", new Uint8Array(16)).slice(0, 30)],
    ["COLS-020", new Uint8Array(4)],
  ])("refuses with %s what it cannot read", async (code, file) => {
    expect(await refusal(readNpy(file))).toMatchObject({ name: "ColumnsError", code });
  });

  it("refuses by name what holds no numbers", async () => {
    for (const descr of ["'<U3'", "'<c16'", "'<f2'", "[('a', '<f8')]"]) {
      expect(await refusal(readNpy(npy(descr, "(1,)", new Uint8Array(16)), { columns: ["values"] }))).toMatchObject({
        code: "COLS-005",
      });
    }
  });
});

describe("readNpz", () => {
  it("refuses pickled objects without looking at them", async () => {
    const error = await refusal(readNpz(fixture("objects.npz")));
    expect(error.code).toBe("COLS-021");
    expect(error.message).toBe(
      "The member thing.npy of the NPZ file holds pickled Python objects, which are never read",
    );
  });

  it("names the member and the byte where a checksum is wrong", async () => {
    const file = fixture("events.npz");
    file[300] = (file[300] as number) ^ 1;
    const error = await refusal(readNpz(file));
    expect(error.message).toMatch(
      /^The member beam\.npy of the NPZ file is damaged at byte \d+: its checksum is [0-9a-f]{8} and should be [0-9a-f]{8}$/,
    );
  });

  it("refuses to unpack what is declared to be larger than the limit", async () => {
    const file = fixture("events_deflated.npz");
    const view = new DataView(file.buffer);
    for (let position = 0; position < file.length - 28; position++) {
      if (view.getUint32(position, true) === 0x02014b50) view.setUint32(position + 24, 4e9, true); // directory entry: length
    }
    expect(await refusal(readNpz(file))).toMatchObject({ code: "COLS-024" });
  });

  it("gives nothing for an archive without arrays", async () => {
    const empty = new Uint8Array(22);
    empty.set([0x50, 0x4b, 5, 6]);
    expect((await readNpz(empty)).names).toEqual([]);
  });
});

describe("crc32", () => {
  it("gives the check value of the standard, and one bit at a time gives the same", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    const bytes = Uint8Array.from({ length: 1003 }, (_, index) => (index * 167) & 255);
    let crc = -1;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    expect(crc32(bytes)).toBe((crc ^ -1) >>> 0);
  });
});

describe("inflate", () => {
  // Deflate of 1000 zeros, by zlib at level 9 without header.
  const packed = new Uint8Array([0x63, 0x60, 0x18, 0x05, 0xa3, 0x60, 0x14, 0x0c, 0x77, 0x00, 0x00]);

  it("unpacks exactly what is declared, and refuses more, less and rubbish", async () => {
    expect(await inflate(packed, 1000, "x", 0)).toEqual(new Uint8Array(1000));
    for (const [bytes, length] of [
      [packed, 999],
      [packed, 1001],
      [packed.slice(0, 6), 1000],
      [new Uint8Array(9).fill(255), 1000],
    ] as const) {
      expect(await refusal(inflate(bytes, length, "x", 7))).toMatchObject({
        code: "COLS-020",
        context: { position: 7 },
      });
    }
  });
});
