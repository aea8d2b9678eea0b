import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeWord, informationOf, type LdpcCode, ldpcCode } from "./code.ts";
import { createLdpcDecoder, type LdpcDecoderOptions } from "./decoder.ts";
import { gaussianChannel, randomBits } from "./fixtures/channel.ts";
import { FANO_PLANE, HAMMING, REDUNDANT, TREE, wlanFiveSixths, wlanHalf } from "./fixtures/codes.ts";
import { parityCheckFromRows } from "./parity-check.ts";
import { sumProductRule } from "./sum-product.ts";

const EVERY_DECODER: readonly LdpcDecoderOptions[] = [
  { algorithm: "sum-product" },
  { algorithm: "sum-product", schedule: "layered" },
  { algorithm: "min-sum" },
  { algorithm: "min-sum", normalization: 0.75, schedule: "layered" },
];

describe.each(EVERY_DECODER)("decoder %o", (options) => {
  it("reads a positive ratio as bit 0, and a noiseless word in one iteration", () => {
    for (const matrix of [HAMMING, REDUNDANT, TREE, wlanHalf()]) {
      const code = ldpcCode(matrix);
      const codeword = encodeWord(code, randomBits(code.informationBitCount, 3));
      const { bits, iterationCount, isCodeword } = createLdpcDecoder(matrix, options).decode(certain(codeword, 20));
      expect(bits).toEqual(codeword);
      expect(isCodeword).toBe(true);
      expect(iterationCount).toBe(1);
    }
  });

  it("corrects any one flipped bit of any Hamming word", () => {
    const code = ldpcCode(HAMMING);
    const decoder = createLdpcDecoder(HAMMING, options);
    for (const codeword of allCodewords(code)) {
      for (let flipped = 0; flipped < 7; flipped++) {
        const llrs = certain(codeword, 4);
        // The flipped bit is the least certain, as it is on a channel; on equal terms a (7, 4) graph has ties.
        llrs[flipped] = -Math.sign(llrs[flipped] ?? 0) * 1;
        expect(decoder.decode(llrs).bits).toEqual(codeword);
      }
    }
  });

  it("restores erased bits", () => {
    const code = ldpcCode(HAMMING);
    for (const codeword of allCodewords(code)) {
      const llrs = certain(codeword, 5);
      llrs[1] = 0;
      llrs[6] = 0;
      expect(createLdpcDecoder(HAMMING, options).decode(llrs).bits).toEqual(codeword);
    }
  });

  it("gives the same word for the same ratios, whatever it decoded before", () => {
    const code = ldpcCode(HAMMING);
    const channel = gaussianChannel(1, code.rate, 5);
    const llrs = channel(encodeWord(code, randomBits(4, 1)));
    const fresh = createLdpcDecoder(HAMMING, options).decode(llrs);
    const used = createLdpcDecoder(HAMMING, options);
    used.decode(channel(encodeWord(code, randomBits(4, 2))));
    expect(used.decode(llrs)).toEqual(fresh);
  });

  it("stays finite when certain bits contradict a check", () => {
    const { posteriorLlrs } = createLdpcDecoder(TREE, options).decode(
      Float64Array.of(Infinity, -Infinity, Infinity, 1e300, -1e300, 0, -1e-300),
    );
    expect(posteriorLlrs.every(Number.isFinite)).toBe(true);
  });
});

describe("sum-product", () => {
  it("gives the exact posterior of every bit where the graph is a tree", () => {
    const codewords = allCodewords(ldpcCode(TREE));
    const decoder = createLdpcDecoder(TREE, { maximumIterations: 4, stopsAtCodeword: false });
    const ratios = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(ratios, (llrs) => {
        const { posteriorLlrs } = decoder.decode(Float64Array.from(llrs));
        for (let bit = 0; bit < 7; bit++) {
          // 1e-9: sums over 16 words of e^±56 lose a few digits of the ratio of two nearly equal ones.
          expect(Math.abs((posteriorLlrs[bit] ?? 0) - exactPosterior(codewords, llrs, bit))).toBeLessThan(1e-9);
        }
      }),
      { seed: 9, numRuns: 100 },
    );
  });

  it("keeps its digits where products of tanh are 1", () => {
    const outgoing = new Float64Array(3);
    sumProductRule(3)(Float64Array.of(60, 61, 100), outgoing, 3);
    // ln(1 + e^−1) below the smaller of two large ratios; the rule is good to the last place of 60, 1e-14.
    expect(Math.abs((outgoing[2] ?? 0) - (60 - Math.log1p(Math.exp(-1))))).toBeLessThan(2e-14);
    expect(Math.abs((outgoing[0] ?? 0) - 61)).toBeLessThan(2e-14);
  });

  it("agrees with 2 atanh of the product of tanh, and never exceeds the smallest of the others", () => {
    const messages = fc.array(fc.double({ min: -12, max: 12, noNaN: true }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(messages, (incoming) => {
        const outgoing = new Float64Array(incoming.length);
        sumProductRule(incoming.length)(Float64Array.from(incoming), outgoing, incoming.length);
        for (const [index, value] of outgoing.entries()) {
          const others = incoming.filter((_, other) => other !== index);
          const product = others.reduce((so_far, message) => so_far * Math.tanh(message / 2), 1);
          // The product of tanh is within 1e-5 of 1 here, so atanh magnifies its rounding of 1e-16 to 1e-10.
          expect(Math.abs(value - 2 * Math.atanh(product))).toBeLessThan(1e-9);
          expect(Math.abs(value)).toBeLessThanOrEqual(Math.min(...others.map(Math.abs)) + 1e-14);
        }
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  it("is within 10 % of maximum likelihood on the code of the Fano plane, and never better", () => {
    const code = ldpcCode(FANO_PLANE);
    const codewords = allCodewords(code);
    const decoder = createLdpcDecoder(FANO_PLANE);
    const channel = gaussianChannel(2, code.rate, 17);
    let wordErrors = 0;
    let likelihoodErrors = 0;
    for (let word = 0; word < 20_000; word++) {
      const codeword = codewords[word % codewords.length] ?? new Uint8Array(7);
      const llrs = channel(codeword);
      if (!areEqual(decoder.decode(llrs).bits, codeword)) wordErrors++;
      if (!areEqual(mostLikely(codewords, llrs), codeword)) likelihoodErrors++;
    }
    expect(likelihoodErrors).toBeGreaterThan(500);
    expect(wordErrors).toBeGreaterThanOrEqual(likelihoodErrors);
    // Both see the same noise, so the comparison is paired and its scatter far below that of 500 errors (4.5 %).
    expect(wordErrors / likelihoodErrors).toBeLessThan(1.1);
  });
});

describe("min-sum", () => {
  it("finds the most likely word where the graph is a tree", () => {
    const code = ldpcCode(TREE);
    const codewords = allCodewords(code);
    const decoder = createLdpcDecoder(TREE, { algorithm: "min-sum", maximumIterations: 4, stopsAtCodeword: false });
    const channel = gaussianChannel(0, code.rate, 23);
    for (let word = 0; word < 500; word++) {
      const llrs = channel(codewords[word % 16] ?? new Uint8Array(7));
      expect(decoder.decode(llrs).bits).toEqual(mostLikely(codewords, llrs));
    }
  });
});

/**
 * The 802.11n codes of 1944 bits in Gaussian noise, at most 50 iterations, against published counts: ldpc-toolbox 0.12
 * (float64 sum-product) and a float32 flooding decoder. Tolerances are four standard errors of both counts together.
 */
describe("802.11n 1944", () => {
  const half = ldpcCode(wlanHalf());
  const fiveSixths = ldpcCode(wlanFiveSixths());

  it("reaches the published error rates of sum-product at rate 1/2 and 1.0 dB", () => {
    const { frameErrorRate, bitErrorRate, meanIterations } = measure(half, 1, 60);
    // 82 of 465 words; standard errors 0.049 and 0.018, together 0.052.
    expect(Math.abs(frameErrorRate - 0.176)).toBeLessThan(0.21);
    // Bit errors come in wrong words of about 70, so their rate is as uncertain as the count of 10 wrong words, 31 %; three of it.
    expect(Math.abs(bitErrorRate / 0.0128 - 1)).toBeLessThan(1);
    // 27.4 published; the iterations of a word scatter by 13, so 1.7 over 60 words and 0.6 over theirs.
    expect(Math.abs(meanIterations - 27.4)).toBeLessThan(7.2);
  });

  it("reaches the published error rates of sum-product at rate 5/6 and 3.25 dB", () => {
    const { frameErrorRate, meanIterations } = measure(fiveSixths, 3.25, 80);
    // 115 of 1547 words; standard errors 0.029 and 0.007, together 0.030.
    expect(Math.abs(frameErrorRate - 0.0743)).toBeLessThan(0.12);
    // 12.6 published; the iterations of a word scatter by 12, so 1.3 over 80 words and 0.3 over theirs.
    expect(Math.abs(meanIterations - 12.6)).toBeLessThan(5.4);
  });

  it("reaches the published error rate of plain min-sum at rate 1/2 and 1.25 dB", () => {
    // 0.76 of 400 words; standard errors 0.068 and 0.021, together 0.071.
    expect(Math.abs(measure(half, 1.25, 40, { algorithm: "min-sum" }).frameErrorRate - 0.76)).toBeLessThan(0.29);
  });

  it("gains what min-sum loses by a factor of 0.8", () => {
    const normalised = measure(half, 1.25, 40, { algorithm: "min-sum", normalization: 0.8 });
    // Sum-product has 0.03 here and plain min-sum 0.76; 0.25 is four standard errors above 0.08, 0.1 dB worse than sum-product.
    expect(normalised.frameErrorRate).toBeLessThan(0.25);
  });

  it("needs about half the iterations with the layered schedule", () => {
    const flooding = measure(half, 1.5, 30);
    const layered = measure(half, 1.5, 30, { schedule: "layered" });
    expect(layered.frameErrorRate).toBeLessThanOrEqual(flooding.frameErrorRate + 0.05);
    // The same words, so only the schedule differs; published 14.3 against 7.7.
    expect(layered.meanIterations / flooding.meanIterations).toBeLessThan(0.65);
  });
});

describe("createLdpcDecoder", () => {
  it.each([{ maximumIterations: 0 }, { maximumIterations: 1.5 }, { normalization: 0 }, { normalization: 1.1 }])(
    "refuses %o",
    (options) => {
      expect(() => createLdpcDecoder(HAMMING, options)).toThrow(expect.objectContaining({ code: "FIBR-043" }));
    },
  );

  it("refuses NaN and another number of ratios", () => {
    const decoder = createLdpcDecoder(HAMMING);
    expect(() => decoder.decode(new Float64Array(7).fill(Number.NaN))).toThrow(
      expect.objectContaining({ code: "FIBR-044" }),
    );
    expect(() => decoder.decode(new Float64Array(6))).toThrow(expect.objectContaining({ code: "FIBR-042" }));
  });

  it("takes a check of one bit as a bit that is zero", () => {
    const decoder = createLdpcDecoder(parityCheckFromRows(2, [[0]]));
    expect(decoder.decode(Float64Array.of(-3, -3)).bits).toEqual(Uint8Array.of(0, 1));
  });
});

/** Ratios of one magnitude. */
function certain(bits: Uint8Array, magnitude: number): Float64Array {
  return Float64Array.from(bits, (bit) => (bit === 0 ? magnitude : -magnitude));
}

function allCodewords(code: LdpcCode): readonly Uint8Array[] {
  return Array.from({ length: 2 ** code.informationBitCount }, (_, word) =>
    encodeWord(
      code,
      Uint8Array.from({ length: code.informationBitCount }, (_, bit) => (word >> bit) & 1),
    ),
  );
}

/** Sum of the ratios of the ones: minus the logarithm of the word's likelihood, up to a constant. */
function cost(codeword: Uint8Array, llrs: ArrayLike<number>): number {
  return codeword.reduce((sum, bit, index) => sum + bit * (llrs[index] ?? 0), 0);
}

function mostLikely(codewords: readonly Uint8Array[], llrs: ArrayLike<number>): Uint8Array {
  return codewords.reduce((best, codeword) => (cost(codeword, llrs) < cost(best, llrs) ? codeword : best));
}

function exactPosterior(codewords: readonly Uint8Array[], llrs: ArrayLike<number>, bit: number): number {
  const mass = (value: number) =>
    codewords
      .filter((codeword) => codeword[bit] === value)
      .reduce((sum, codeword) => sum + Math.exp(-cost(codeword, llrs)), 0);
  return Math.log(mass(0)) - Math.log(mass(1));
}

function measure(code: LdpcCode, ebN0Db: number, wordCount: number, options: LdpcDecoderOptions = {}) {
  const decoder = createLdpcDecoder(code.matrix, { maximumIterations: 50, ...options });
  const channel = gaussianChannel(ebN0Db, code.rate, 99);
  let frameErrors = 0;
  let bitErrors = 0;
  let iterations = 0;
  for (let word = 0; word < wordCount; word++) {
    const information = randomBits(code.informationBitCount, word);
    const decoded = decoder.decode(channel(encodeWord(code, information)));
    const wrong = informationOf(code, decoded.bits).reduce(
      (sum, bit, index) => sum + (bit ^ (information[index] ?? 0)),
      0,
    );
    bitErrors += wrong;
    if (wrong > 0) frameErrors++;
    iterations += decoded.iterationCount;
  }
  return {
    frameErrorRate: frameErrors / wordCount,
    bitErrorRate: bitErrors / (wordCount * code.informationBitCount),
    meanIterations: iterations / wordCount,
  };
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((value, index) => value === b[index]);
}
