/**
 * The phase between the two polarisations, which both carry the phase noise of the same lasers. It is constant behind a
 * static channel and drifts slowly with the taps of the equaliser, so it is taken as constant over blocks.
 */
import { atan2, cos, sin } from "@simloom/numerics";

/** Phase of y against x, known up to a multiple of a quarter turn. */
export interface PolarisationOffset {
  /** Whether the phase holds still within the blocks; if not, the polarisations had better be treated separately. */
  readonly isSteady: boolean;
  /** Offset in rad at a symbol; without jumps of quarter turns from block to block. */
  at(symbol: number): number;
}

const BLOCK_SYMBOLS = 512;

/** Mean resultant length of the quadrupled phase differences in a block, above which they hold still. */
const LEAST_STEADINESS = 0.3;

/** Offset from the test angles (steps of (π/2)/`testAngles`) that each polarisation found for itself. */
export function polarisationOffset([x, y]: readonly [Int32Array, Int32Array], testAngles: number): PolarisationOffset {
  const cosine = Float64Array.from({ length: testAngles }, (_, step) => cos((2 * Math.PI * step) / testAngles));
  const sine = Float64Array.from({ length: testAngles }, (_, step) => sin((2 * Math.PI * step) / testAngles));
  const blocks = Math.max(1, Math.floor(x.length / BLOCK_SYMBOLS));
  const offsets = new Float64Array(blocks);
  let steadiness = 0;
  let before = 0;
  for (let block = 0; block < blocks; block++) {
    const from = block * BLOCK_SYMBOLS;
    const to = block === blocks - 1 ? x.length : from + BLOCK_SYMBOLS;
    let re = 0;
    let im = 0;
    for (let k = from; k < to; k++) {
      const step = ((y[k] as number) - (x[k] as number) + testAngles) % testAngles;
      re += cosine[step] as number;
      im += sine[step] as number;
    }
    const offset = atan2(im, re) / 4;
    const quarterTurn = Math.PI / 2;
    before = offset + quarterTurn * Math.floor((before - offset) / quarterTurn + 0.5);
    offsets[block] = before;
    steadiness += Math.sqrt(re * re + im * im) / (to - from) / blocks;
  }
  return {
    isSteady: steadiness >= LEAST_STEADINESS,
    at: (symbol) => offsets[Math.min(blocks - 1, Math.floor(symbol / BLOCK_SYMBOLS))] as number,
  };
}

/** The symbols of y turned back to the phase of x. */
export function turnByOffset(symbols: Float64Array, offset: PolarisationOffset): Float64Array {
  const turned = new Float64Array(symbols.length);
  let angle = Number.NaN;
  let c = 1;
  let s = 0;
  for (let i = 0; i < symbols.length; i += 2) {
    const offsetRad = offset.at(i / 2);
    if (offsetRad !== angle) {
      angle = offsetRad;
      c = cos(angle);
      s = sin(angle);
    }
    const re = symbols[i] as number;
    const im = symbols[i + 1] as number;
    turned[i] = re * c + im * s;
    turned[i + 1] = im * c - re * s;
  }
  return turned;
}
