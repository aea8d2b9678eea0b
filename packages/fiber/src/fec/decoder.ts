/** Iterative decoding on the Tanner graph: one engine for every check rule and schedule. */
import { fiberError } from "../errors.ts";
import { type CheckRule, LLR_LIMIT } from "./check-rule.ts";
import { requireLength } from "./code.ts";
import { minSumRule } from "./min-sum.ts";
import { type ParityCheckMatrix, satisfiesChecks } from "./parity-check.ts";
import { sumProductRule } from "./sum-product.ts";

/** How to decode. */
export interface LdpcDecoderOptions {
  /** `sum-product` is exact on a graph without cycles; `min-sum` approximates it. Default `sum-product`. */
  readonly algorithm?: "sum-product" | "min-sum";
  /** Factor on the messages of min-sum, above 0 and at most 1. Default 1, plain min-sum; 0.75 to 0.8 is best. */
  readonly normalization?: number;
  /** Iterations after which a word is given up. Default 50, at least 1. */
  readonly maximumIterations?: number;
  /** `flooding` updates all checks from the same ratios; `layered` one after the other, in about half the iterations. Default `flooding`. */
  readonly schedule?: "flooding" | "layered";
  /** Stop as soon as the hard decisions satisfy every check. Default true. */
  readonly stopsAtCodeword?: boolean;
}

/** A decoded word. Not finding a codeword is an outcome, not an error. */
export interface DecodedWord {
  /** Hard decisions, one 0 or 1 per bit. */
  readonly bits: Uint8Array;
  /** ln P(0)/P(1) of each bit after the last iteration. */
  readonly posteriorLlrs: Float64Array;
  /** Iterations done, at least 1. */
  readonly iterationCount: number;
  /** True when the bits satisfy every check. They can still be the wrong codeword. */
  readonly isCodeword: boolean;
}

/** A decoder with its scratch memory; words are decoded one at a time. */
export interface LdpcDecoder {
  /**
   * Decodes one word from its channel LLRs (ln P(0)/P(1), positive means 0), one per bit. Infinite ratios are certainty.
   * Cost: iterations × edges.
   * @throws FiberError `FIBR-042` for another number of ratios, `FIBR-044` for NaN.
   */
  decode(channelLlrs: Float64Array): DecodedWord;
}

/**
 * Makes a decoder for a matrix; it owns its messages (float64, one per edge) and reuses them.
 * @throws FiberError `FIBR-043` for options out of range.
 */
export function createLdpcDecoder(matrix: ParityCheckMatrix, options: LdpcDecoderOptions = {}): LdpcDecoder {
  const { algorithm = "sum-product", normalization = 1, maximumIterations = 50 } = options;
  const { schedule = "flooding", stopsAtCodeword = true } = options;
  requireOption(
    Number.isInteger(maximumIterations) && maximumIterations >= 1,
    "max_iter",
    maximumIterations,
    "a whole number of at least 1",
  );
  requireOption(normalization > 0 && normalization <= 1, "normalization", normalization, "above 0 and at most 1");
  const isLayered = schedule === "layered";
  const { checkCount, bitCount, rowStart, bitOfEdge } = matrix;
  const degree = maximumDegree(matrix);
  const rule: CheckRule = algorithm === "sum-product" ? sumProductRule(degree) : minSumRule(normalization);
  const checkMessages = new Float64Array(bitOfEdge.length);
  const incoming = new Float64Array(degree);
  const outgoing = new Float64Array(degree);

  return {
    decode(channelLlrs) {
      requireLength(channelLlrs.length, bitCount, "LLRs");
      const channel = channelLlrs.map(limited);
      const totals = Float64Array.from(channel);
      const bits = new Uint8Array(bitCount);
      checkMessages.fill(0);
      let iterationCount = 0;
      let isCodeword = false;
      while (iterationCount < maximumIterations && !(isCodeword && stopsAtCodeword)) {
        for (let check = 0; check < checkCount; check++) updateCheck(check, totals);
        if (!isLayered) sumUp(channel, totals);
        for (let bit = 0; bit < bitCount; bit++) bits[bit] = (totals[bit] as number) < 0 ? 1 : 0;
        isCodeword = satisfiesChecks(matrix, bits);
        iterationCount++;
      }
      return { bits, posteriorLlrs: totals, iterationCount, isCodeword };
    },
  };

  /** What a bit tells a check is its total without the check's own last message. */
  function updateCheck(check: number, totals: Float64Array): void {
    const start = rowStart[check] as number;
    const edgeCount = (rowStart[check + 1] as number) - start;
    for (let i = 0; i < edgeCount; i++) {
      incoming[i] = (totals[bitOfEdge[start + i] as number] as number) - (checkMessages[start + i] as number);
    }
    rule(incoming, outgoing, edgeCount);
    for (let i = 0; i < edgeCount; i++) {
      checkMessages[start + i] = outgoing[i] as number;
      if (isLayered) totals[bitOfEdge[start + i] as number] = (incoming[i] as number) + (outgoing[i] as number);
    }
  }

  /** Totals are summed afresh, in the order of the edges, so that rounding does not pile up over iterations. */
  function sumUp(channel: Float64Array, totals: Float64Array): void {
    totals.set(channel);
    for (let edge = 0; edge < bitOfEdge.length; edge++) {
      const bit = bitOfEdge[edge] as number;
      totals[bit] = (totals[bit] as number) + (checkMessages[edge] as number);
    }
  }
}

function maximumDegree({ checkCount, rowStart }: ParityCheckMatrix): number {
  let degree = 0;
  for (let check = 0; check < checkCount; check++) {
    degree = Math.max(degree, (rowStart[check + 1] as number) - (rowStart[check] as number));
  }
  return degree;
}

function limited(llr: number): number {
  if (Number.isNaN(llr)) {
    throw fiberError({
      code: "FIBR-044",
      message: "a log-likelihood ratio is not a number",
      remedy: "Check the noise variance that the demapper used: zero or not finite gives no ratio.",
    });
  }
  return Math.min(Math.max(llr, -LLR_LIMIT), LLR_LIMIT);
}

function requireOption(isGood: boolean, name: string, value: number, rule: string): void {
  if (isGood) return;
  throw fiberError({
    code: "FIBR-043",
    path: `processing.fec.params.${name}`,
    message: `${name} is ${value}, but must be ${rule}`,
    remedy: `Set ${name} to ${rule}.`,
  });
}
