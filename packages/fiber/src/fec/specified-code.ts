/** The code and decoder that a specification asks for, with what a user should know about them. */
import { fiberError } from "../errors.ts";
import type { LinkSpecification } from "../specification/schema.ts";
import { type LdpcCode, ldpcCode } from "./code.ts";
import type { LdpcDecoderOptions } from "./decoder.ts";
import { type ParityCheckMatrix, parityCheckFromDense } from "./parity-check.ts";

/** A code ready to use. */
export interface SpecifiedCode {
  readonly code: LdpcCode;
  readonly decoder: LdpcDecoderOptions;
  /** One sentence each, beginning with the field. */
  readonly warnings: readonly string[];
}

/** Iterations when a specification names none. */
export const DEFAULT_MAXIMUM_ITERATIONS = 50;

/**
 * Builds the code of `processing.fec` from its matrix.
 * @throws FiberError `FIBR-022` without a matrix, `FIBR-040` and `FIBR-041` for a matrix that makes no code.
 */
export function specifiedCode({
  code_rate: claimedRate,
  params,
}: LinkSpecification["processing"]["fec"]): SpecifiedCode {
  if (params.H === undefined) {
    throw fiberError({
      code: "FIBR-022",
      path: "processing.fec.params.H",
      message: "FEC needs a parity-check matrix, and this release has no built-in codes",
      remedy: "Give the matrix as processing.fec.params.H, or set processing.fec.enabled to false.",
    });
  }
  const code = ldpcCode(parityCheckFromDense(params.H));
  return {
    code,
    decoder: {
      algorithm: params.alg === "MSA" ? "min-sum" : "sum-product",
      normalization: params.normalization ?? 1,
      maximumIterations: params.max_iter ?? params.max_iters ?? DEFAULT_MAXIMUM_ITERATIONS,
    },
    warnings: [...rateWarnings(code, claimedRate), ...matrixWarnings(code)],
  };
}

/** Rates closer than this are the same: 0.8 stands for 4/5, and 0.83 for 5/6. */
const RATE_TOLERANCE = 0.005;

function rateWarnings({ rate, informationBitCount, bitCount }: LdpcCode, claimedRate: number): readonly string[] {
  if (Math.abs(rate - claimedRate) <= RATE_TOLERANCE) return [];
  return [
    `processing.fec.code_rate: ${claimedRate} is claimed, but the matrix has rate ${Number(rate.toPrecision(4))} (${informationBitCount} of ${bitCount} bits carry information)`,
  ];
}

function matrixWarnings({ matrix, rank }: LdpcCode): readonly string[] {
  const warnings: string[] = [];
  if (rank < matrix.checkCount) {
    warnings.push(`processing.fec.params.H: ${matrix.checkCount - rank} of ${matrix.checkCount} rows depend on others`);
  }
  const columns = columnPatterns(matrix);
  const unchecked = columns.filter((pattern) => pattern === "").length;
  if (unchecked > 0) warnings.push(`processing.fec.params.H: ${unchecked} bits are in no check and stay unprotected`);
  const twins = new Set(columns).size < columns.length;
  if (unchecked === 0 && twins) {
    warnings.push("processing.fec.params.H: two columns are equal, so a single wrong bit cannot always be corrected");
  }
  return warnings;
}

/** The checks of each bit as text. */
function columnPatterns({ bitCount, checkCount, rowStart, bitOfEdge }: ParityCheckMatrix): readonly string[] {
  const patterns = Array.from({ length: bitCount }, () => "");
  for (let check = 0; check < checkCount; check++) {
    for (const bit of bitOfEdge.subarray(rowStart[check], rowStart[check + 1])) patterns[bit] += `${check} `;
  }
  return patterns;
}
