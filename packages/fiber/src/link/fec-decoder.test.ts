import { defineStage, graph, ndarrayFrom, run } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import { encodePayload, layoutForChannel } from "../fec/payload.ts";
import { specifiedCode } from "../fec/specified-code.ts";
import { TOY_MATRIX } from "../specification/fixtures/documents.ts";
import { randomBits } from "../transmitter/bits.ts";
import { qpskSymbols } from "../transmitter/qpsk.ts";
import { wordsCounted } from "./counted-words.ts";
import { fecDecoder } from "./fec-decoder.ts";
import { metricOf, QUIET_LASERS, runLink, specificationWith } from "./fixtures/links.ts";
import { countedSymbolsPort, payloadPort, signalPort } from "./ports.ts";

/** The (7,4) code of Hamming: column i is the number i in binary. */
const HAMMING = [
  [0, 0, 0, 1, 1, 1, 1],
  [0, 1, 1, 0, 0, 1, 1],
  [1, 0, 1, 0, 1, 0, 1],
];

/** −25 dBm into one span with NF 5: 7.9 dB of SNR, some 6e-3 wrong bits. */
const FAINT = { ...QUIET_LASERS, "transceiver.tx.launch_power_dbm": -25, "runtime.n_symbols": 8192 };

describe("FEC through a link at 8 dB of SNR", () => {
  it.each([
    { name: "a Hamming code, soft", H: HAMMING, rate: 4 / 7, soft: true, alg: "SPA", gain: 4 },
    { name: "a Hamming code, min-sum", H: HAMMING, rate: 4 / 7, soft: true, alg: "MSA", gain: 4 },
    { name: "a Hamming code, hard decisions", H: HAMMING, rate: 4 / 7, soft: false, alg: "SPA", gain: 1.5 },
    { name: "the toy matrix, soft", H: TOY_MATRIX, rate: 1 / 2, soft: true, alg: "SPA", gain: 1.5 },
  ])("leaves fewer errors with $name", async ({ H, rate, soft, alg, gain }) => {
    const { metrics, warnings } = await runLink(
      specificationWith({
        ...FAINT,
        "processing.fec": { code_rate: rate, params: { H, alg } },
        "processing.dsp_chain": [
          ...["resample", "matched_filter", "cd_comp", "mimo_eq", "cpr"].map((name) => ({ name })),
          { name: "demap", params: { soft } },
        ],
      }),
    );
    const of = (name: string) => metrics[name]?.value ?? Number.NaN;
    // about 200 errors before: 7 % deviation; the gains asked for are far below those of the codes
    expect(of("signal-quality.bit_errors")).toBeGreaterThan(100);
    expect(of("fec-decoder.post_fec_ber")).toBeLessThan(of("signal-quality.pre_fec_ber") / gain);
    expect(of("fec-decoder.post_fec_ber_lower")).toBeLessThanOrEqual(of("fec-decoder.post_fec_ber"));
    expect(of("fec-decoder.post_fec_ber_upper")).toBeGreaterThan(of("fec-decoder.post_fec_ber"));
    expect(of("fec-decoder.post_fec_ber")).toBe(
      of("fec-decoder.post_fec_bit_errors") / of("fec-decoder.information_bits"),
    );
    expect(of("fec-decoder.code_rate")).toBe(rate);
    expect(warnings.filter((warning) => warning.includes("code_rate"))).toEqual([]);
  });

  it("says so once when the matrix has another rate than the specification claims", async () => {
    const fec = { code_rate: 0.8, params: { H: TOY_MATRIX } };
    const { warnings } = await runLink(
      specificationWith({ ...QUIET_LASERS, "runtime.n_symbols": 256, "processing.fec": fec }),
    );
    expect(warnings.filter((warning) => warning.includes("0.8 is claimed, but the matrix has rate 0.5"))).toHaveLength(
      1,
    );
  });
});

describe("the decoder stage", () => {
  it("counts words behind a cycle slip as they were received: lost", async () => {
    const metrics = await decode({ slipAt: 256 });
    // half of the record is turned by a quarter: half of its bits are wrong, and nearly every word of seven
    expect(metricOf(metrics, "fec-decoder.fer")).toBeGreaterThan(0.4);
    expect(metricOf(metrics, "fec-decoder.fer")).toBeLessThan(0.55);
  });

  it("leaves out words that reach into the edges of the record, however wrong they are", async () => {
    const whole = await decode({ wrongEdge: 20 });
    const inner = await decode({ wrongEdge: 20, excludedEdge: 20 });
    expect(metricOf(whole, "fec-decoder.frame_errors")).toBeGreaterThan(0);
    expect(metricOf(inner, "fec-decoder.frame_errors")).toBe(0);
    // 80 symbols of 2 bits in words of 7, at four edges
    expect(metricOf(inner, "fec-decoder.excluded_frames")).toBeGreaterThanOrEqual(22);
    expect(metricOf(inner, "fec-decoder.excluded_frames")).toBeLessThanOrEqual(28);
  });

  it("counts all words, with a warning, when every one reaches into the edges", async () => {
    const result = await decode({ excludedEdge: 255 });
    expect(metricOf(result, "fec-decoder.excluded_frames")).toBe(0);
    expect(result.warnings.join()).toContain("Every codeword reaches into the edges");
  });
});

describe("wordsCounted", () => {
  const { code } = specifiedCode({
    enabled: true,
    scheme: "ldpc",
    code_rate: 0.57,
    params: { H: HAMMING as (0 | 1)[][] },
  });

  it("follows the symbols around the seam of the record, each polarisation for itself", () => {
    // 28 symbols: 56 bits per polarisation, 8 words each; 14 symbols from 21 on are the last and the first 7 of x
    const layout = layoutForChannel(code, 112);
    const counted = wordsCounted(layout, 112, { firstX: 21, firstY: 0, count: 14 });
    expect([...counted]).toEqual([1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
  });
});

/** 512 noiseless symbols per polarisation under a Hamming code, with things done to them. */
async function decode({ slipAt = 512, wrongEdge = 0, excludedEdge = 0 }) {
  const symbolCount = 512;
  const fec = { enabled: true, scheme: "ldpc" as const, code_rate: 0.57, params: { H: HAMMING as (0 | 1)[][] } };
  const layout = layoutForChannel(specifiedCode(fec).code, 4 * symbolCount);
  let word = 1;
  const source = { uint32: () => (word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0) };
  const information = randomBits(source, layout.payloadBitCount);
  const channel = randomBits(source, 4 * symbolCount);
  channel.set(encodePayload(layout, information));
  const received = [channel.slice(0, 2 * symbolCount), channel.slice(2 * symbolCount)].map((bits) => {
    const symbols = qpskSymbols(bits);
    for (let k = 0; k < symbolCount; k++) {
      const [re, im] = [symbols[2 * k] as number, symbols[2 * k + 1] as number];
      const isTurned = k >= slipAt || k < wrongEdge || k >= symbolCount - wrongEdge;
      symbols.set(isTurned ? [-im, re] : [re, im], 2 * k);
    }
    return ndarrayFrom("complex128", symbols);
  });
  const [x, y] = received as [(typeof received)[0], (typeof received)[0]];
  const bench = defineStage(undefined, {
    name: "test/received",
    version: 1,
    outputs: { aligned: signalPort("1"), counted: countedSymbolsPort(), payload: payloadPort() },
    run: () => ({
      aligned: { x, y, sampleRateHz: 32e9 },
      counted: { firstX: excludedEdge, firstY: excludedEdge, count: symbolCount - 2 * excludedEdge },
      payload: { information: ndarrayFrom("uint8", information), channel: ndarrayFrom("uint8", channel) },
    }),
  });
  return run(
    graph("decoder", ({ add }) => {
      const sent = add(bench, {});
      const { aligned, counted, payload } = sent;
      return { ber: add(fecDecoder, { fec, isSoft: true }, { aligned, counted, payload }).postFecBer };
    }),
  );
}
