import { ndarrayFrom } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import { isArrayRecord, npy, npz } from "./npz.ts";

describe("npy", () => {
  it("begins like a file of NumPy's own: magic, version, header up to a multiple of 64, then the data", () => {
    const file = npy(ndarrayFrom("float64", Float64Array.of(1, -2)));
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    // what numpy.save writes for numpy.array([1., -2.]): 118 characters of header, the last of them a line break
    expect(Buffer.from(file.subarray(0, 10)).toString("hex")).toBe("934e554d505901007600");
    expect(Buffer.from(file.subarray(10, 128)).toString("latin1")).toBe(`${header.padEnd(117)}\n`);
    expect(new Float64Array(file.slice(128).buffer)).toEqual(Float64Array.of(1, -2));
  });

  it.each([
    ["complex128", Float64Array.of(1, 2, 3, 4), "<c16", "(2,)"],
    ["uint8", Uint8Array.of(1, 2, 3), "|u1", "(3,)"],
    ["complex64", Float32Array.of(1, 2), "<c8", "(1,)"],
  ] as const)("names %s as NumPy does", (dtype, data, descr, shape) => {
    const text = Buffer.from(npy(ndarrayFrom(dtype, data as never))).toString("latin1");
    expect(text).toContain(`'descr': '${descr}'`);
    expect(text).toContain(`'shape': ${shape}`);
  });
});

describe("npz", () => {
  const arrays = {
    x: ndarrayFrom("complex128", Float64Array.of(1, 2, 3, 4)),
    y: ndarrayFrom("uint8", Uint8Array.of(7, 8, 9)),
  };

  it("is a ZIP archive whose members are found by its directory, stored with their CRC", () => {
    const archive = Buffer.from(npz(arrays));
    const members = readArchive(archive);
    expect(members.map(({ name }) => name)).toEqual(["x.npy", "y.npy"]);
    expect(members.map(({ content }) => content)).toEqual([arrays.x, arrays.y].map((array) => Buffer.from(npy(array))));
    for (const { content, crc } of members) expect(crc).toBe(crcBitByBit(content));
  });

  it("has the same bytes for the same arrays", () => {
    expect(npz(arrays)).toEqual(npz({ ...arrays }));
  });
});

describe("isArrayRecord", () => {
  it("is true for records of arrays alone", () => {
    const array = ndarrayFrom("float64", Float64Array.of(1));
    expect(isArrayRecord({ a: array, b: array })).toBe(true);
    expect([
      isArrayRecord({ a: array, b: 1 }),
      isArrayRecord({}),
      isArrayRecord([array]),
      isArrayRecord(array),
      isArrayRecord(null),
    ]).toEqual([false, false, false, false, false]);
  });
});

/** Reads a stored archive from its end, as unpackers do. */
function readArchive(archive: Buffer): readonly { name: string; content: Buffer; crc: number }[] {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  let at = archive.readUInt32LE(end + 16);
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, size, nameLength, offset] = [
      archive.readUInt32LE(at + 16),
      archive.readUInt32LE(at + 24),
      archive.readUInt16LE(at + 28),
      archive.readUInt32LE(at + 42),
    ];
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    expect(archive.readUInt32LE(offset)).toBe(0x04034b50);
    const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    at += 46 + nameLength;
    return { name, content: archive.subarray(start, start + size), crc };
  });
}

function crcBitByBit(content: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
