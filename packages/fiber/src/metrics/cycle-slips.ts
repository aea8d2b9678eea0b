/** Cycle slips: changes of the quarter turn between received and sent symbols along the record. */
import { mostFrequentTurn, turnBackInto } from "./align.ts";

/** Where the quarter turn changed, and the symbols without the changes. */
export interface CycleSlips {
  /** First symbol behind each slip, to within half a block. */
  readonly atSymbol: readonly number[];
  /** Symbols turned back block by block. Equal to the input when there is no slip. */
  readonly repaired: Float64Array;
}

/** Symbols in which the turn is taken by majority: short enough to place a slip, long enough to outvote noise. */
const BLOCK_SYMBOLS = 64;

/** Finds the slips of aligned symbols. A slip and its return within one block count as errors, not as slips. */
export function findCycleSlips(aligned: Float64Array, sent: Float64Array): CycleSlips {
  const count = sent.length / 2;
  const repaired = new Float64Array(aligned.length);
  const atSymbol: number[] = [];
  let turnBefore: number | undefined;
  for (let from = 0; from < count; from += BLOCK_SYMBOLS) {
    // A short rest joins the last block.
    const to = count - from < 2 * BLOCK_SYMBOLS ? count : from + BLOCK_SYMBOLS;
    const turn = mostFrequentTurn(aligned, sent, from, to);
    if (turnBefore !== undefined && turn !== turnBefore) atSymbol.push(from);
    turnBackInto(repaired, aligned, turn, from, to);
    turnBefore = turn;
    if (to === count) break;
  }
  return { atSymbol, repaired };
}
