import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { altered, QPSK_SPAN, TOY_MATRIX } from "../specification/fixtures/documents.ts";
import { parseSpecification } from "../specification/parse.ts";
import { encodeWord, informationOf, ldpcCode } from "./code.ts";
import { randomBits } from "./fixtures/channel.ts";
import { FANO_PLANE, HAMMING, REDUNDANT, TREE, wlanFiveSixths, wlanHalf } from "./fixtures/codes.ts";
import { parityCheckFromDense, parityCheckFromRows, satisfiesChecks } from "./parity-check.ts";
import { specifiedCode } from "./specified-code.ts";

describe("a parity-check matrix", () => {
  it("keeps the ones of each row, ascending", () => {
    expect(
      parityCheckFromDense([
        [0, 1, 1],
        [1, 0, 1],
      ]),
    ).toEqual({
      checkCount: 2,
      bitCount: 3,
      rowStart: Int32Array.of(0, 2, 4),
      bitOfEdge: Int32Array.of(1, 2, 0, 2),
    });
    expect(
      parityCheckFromRows(3, [
        [2, 1],
        [2, 0],
      ]),
    ).toEqual(
      parityCheckFromDense([
        [0, 1, 1],
        [1, 0, 1],
      ]),
    );
  });

  it.each([
    ["ragged rows", () => parityCheckFromDense([[1, 1], [1]])],
    ["other entries", () => parityCheckFromDense([[1, 2]])],
    ["no rows", () => parityCheckFromDense([])],
    ["a column twice", () => parityCheckFromRows(3, [[1, 1]])],
    ["a column outside", () => parityCheckFromRows(3, [[3]])],
  ])("refuses %s", (_, build) => {
    expect(build).toThrow(expect.objectContaining({ code: "FIBR-040" }));
  });
});

describe("ldpcCode", () => {
  it.each([
    ["Hamming (7, 4)", HAMMING, 4],
    ["a tree", TREE, 4],
    ["a matrix with a redundant row", REDUNDANT, 4],
    ["the Fano plane, rank 4 of 7 rows", FANO_PLANE, 3],
    ["the toy matrix", parityCheckFromDense(TOY_MATRIX), 4],
    ["802.11n 1/2", wlanHalf(), 972],
    ["802.11n 5/6", wlanFiveSixths(), 1620],
  ])("%s: codewords satisfy every check and give their information back", (_, matrix, informationBitCount) => {
    const code = ldpcCode(matrix);
    expect(code.informationBitCount).toBe(informationBitCount);
    expect(code.rank + informationBitCount).toBe(code.bitCount);
    for (let seed = 0; seed < 8; seed++) {
      const information = randomBits(informationBitCount, seed);
      const codeword = encodeWord(code, information);
      expect(satisfiesChecks(matrix, codeword)).toBe(true);
      expect(informationOf(code, codeword)).toEqual(information);
    }
  });

  it("has the edges of the standard, and leaves the information of a systematic code in front", () => {
    expect(wlanHalf().bitOfEdge).toHaveLength(6966);
    expect(wlanFiveSixths().bitOfEdge).toHaveLength(6399);
    expect(ldpcCode(wlanHalf()).informationPositions).toEqual(Int32Array.from({ length: 972 }, (_, index) => index));
  });

  it("encodes any matrix that has information bits, and refuses the others", () => {
    const matrices = fc
      .record({ bits: fc.integer({ min: 2, max: 40 }), checks: fc.integer({ min: 1, max: 12 }), seed: fc.nat() })
      .map(({ bits, checks, seed }) => {
        const entries = randomBits(bits * checks, seed);
        return Array.from({ length: checks }, (_, row) => [...entries.subarray(row * bits, (row + 1) * bits)]);
      });
    fc.assert(
      fc.property(matrices, fc.nat(), (rows, seed) => {
        const matrix = parityCheckFromDense(rows);
        if (naiveRank(rows) === matrix.bitCount) {
          expect(() => ldpcCode(matrix)).toThrow(expect.objectContaining({ code: "FIBR-041" }));
          return;
        }
        const code = ldpcCode(matrix);
        expect(code.rank).toBe(naiveRank(rows));
        const information = randomBits(code.informationBitCount, seed);
        const codeword = encodeWord(code, information);
        expect(satisfiesChecks(matrix, codeword)).toBe(true);
        expect(informationOf(code, codeword)).toEqual(information);
      }),
      { seed: 41, numRuns: 200 },
    );
  });

  it("refuses another number of bits", () => {
    expect(() => encodeWord(ldpcCode(HAMMING), new Uint8Array(5))).toThrow(
      expect.objectContaining({ code: "FIBR-042" }),
    );
  });
});

describe("specifiedCode", () => {
  const codeOf = (fec: Readonly<Record<string, unknown>>) =>
    specifiedCode(
      parseSpecification(altered(QPSK_SPAN, { "processing.fec": { enabled: true, ...fec } })).processing.fec,
    );

  it("reports the real rate of the toy matrix, and that it cannot correct every single error", () => {
    const { code, decoder, warnings } = codeOf({ code_rate: 0.8, params: { H: TOY_MATRIX, max_iter: 25, alg: "SPA" } });
    expect(code.rate).toBe(0.5);
    expect(decoder).toEqual({ algorithm: "sum-product", normalization: 1, maximumIterations: 25 });
    expect(warnings).toEqual([
      "processing.fec.code_rate: 0.8 is claimed, but the matrix has rate 0.5 (4 of 8 bits carry information)",
      "processing.fec.params.H: two columns are equal, so a single wrong bit cannot always be corrected",
    ]);
  });

  it("takes the legacy name of max_iter, min-sum with a factor, and 50 iterations when none are given", () => {
    const H = TOY_MATRIX;
    expect(codeOf({ code_rate: 0.5, params: { H, max_iters: 7 } }).decoder.maximumIterations).toBe(7);
    expect(codeOf({ code_rate: 0.5, params: { H } }).decoder.maximumIterations).toBe(50);
    expect(codeOf({ code_rate: 0.5, params: { H, alg: "MSA", normalization: 0.75 } }).decoder).toEqual({
      algorithm: "min-sum",
      normalization: 0.75,
      maximumIterations: 50,
    });
  });

  it("counts redundant rows and unprotected bits", () => {
    const { warnings } = codeOf({
      code_rate: 0.6,
      params: {
        H: [
          [1, 1, 0, 0, 0],
          [0, 1, 1, 0, 0],
          [1, 0, 1, 0, 0],
        ],
      },
    });
    expect(warnings).toEqual([
      "processing.fec.params.H: 1 of 3 rows depend on others",
      "processing.fec.params.H: 2 bits are in no check and stay unprotected",
    ]);
  });

  it("asks for a matrix when there is none", () => {
    expect(() => codeOf({})).toThrow(expect.objectContaining({ code: "FIBR-022" }));
  });
});

/** Rank over GF(2) by the textbook, one entry at a time. */
function naiveRank(rows: readonly (readonly number[])[]): number {
  const work = rows.map((row) => [...row]);
  let rank = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const pivot = work.findIndex((row, index) => index >= rank && row[column] === 1);
    const pivotRow = work[pivot];
    if (pivotRow === undefined) continue;
    work.splice(pivot, 1);
    work.splice(rank, 0, pivotRow);
    for (const [index, row] of work.entries()) {
      if (index === rank || row[column] !== 1) continue;
      for (let entry = 0; entry < row.length; entry++) row[entry] = (row[entry] ?? 0) ^ (pivotRow[entry] ?? 0);
    }
    rank++;
  }
  return rank;
}
