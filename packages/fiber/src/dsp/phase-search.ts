/**
 * Carrier phase recovery by blind phase search for QPSK, both polarisations voting on the phase of their common lasers.
 *
 * Each test angle b(π/2)/B turns the symbols; the angle whose squared distance to the nearest points, averaged over a
 * window, is least wins. For points on the axes that distance is |z|² + 1 − 2 max(|Re z|, |Im z|), so the greatest
 * windowed sum of max(|Re z|, |Im z|) decides. The winner repeats every quarter turn and is unwrapped.
 * Source: T. Pfau, S. Hoffmann, R. Noé, J. Lightwave Technol. 27 (2009) 989.
 */
import { cos, sin } from "@simloom/numerics";
import { polarisationOffset, turnByOffset } from "./polarisation-offset.ts";
import type { PolarisationPair } from "./signal.ts";

/** The two knobs of the search. */
export interface PhaseSearch {
  /** Number B of test angles in a quarter turn; the phase is resolved to (π/2)/B. */
  readonly testAngles: number;
  /**
   * Neighbours N on either side whose distances are averaged. A symbol does not vote on its own phase: it would pull the
   * phase towards its own noise, which hides a share 1/(4N + 2) of the noise from every later measurement and saves no
   * error.
   */
  readonly averageWindow: number;
}

/** Symbols with the carrier phase taken out, and the phase. */
export interface PhaseRecovered {
  readonly symbols: PolarisationPair;
  /** Unwrapped carrier phase in rad of each symbol; known up to a multiple of a quarter turn. */
  readonly phaseRad: PolarisationPair;
  /** Whether the polarisations kept a steady phase to each other, so that both voted on both. */
  readonly isPhaseShared: boolean;
}

/** Angles of the first, separate search that only serves to find the phase between the polarisations. */
const OFFSET_SEARCH_ANGLES = 16;

/** Symbols whose recent phases predict the next, to choose the quarter turn. Short against the walk, long against noise. */
const PREDICTION_SYMBOLS = 8;

/** Recovers the phase of both polarisations. Cost: about 25 operations per symbol, polarisation and test angle. */
export function searchPhase(symbols: PolarisationPair, { testAngles, averageWindow }: PhaseSearch): PhaseRecovered {
  const separateAngles = Math.min(testAngles, OFFSET_SEARCH_ANGLES);
  const separate = bestAngles(symbols, separateAngles, averageWindow, false);
  const offset = polarisationOffset(separate, separateAngles);
  const pair: PolarisationPair = offset.isSteady ? [symbols[0], turnByOffset(symbols[1], offset)] : symbols;
  const best = bestAngles(pair, testAngles, averageWindow, offset.isSteady);
  const x = turnBack(pair[0], unwrapAngles(best[0], testAngles), testAngles);
  const y = turnBack(pair[1], unwrapAngles(best[1], testAngles), testAngles);
  if (offset.isSteady)
    for (let k = 0; k < y.phaseRad.length; k++) y.phaseRad[k] = (y.phaseRad[k] as number) + offset.at(k);
  return { symbols: [x.symbols, y.symbols], phaseRad: [x.phaseRad, y.phaseRad], isPhaseShared: offset.isSteady };
}

/**
 * Index of the winning angle for every symbol of both polarisations. With `isShared` the other polarisation's whole
 * window counts as well. The window shrinks at the edges of the record.
 */
function bestAngles(
  [x, y]: PolarisationPair,
  testAngles: number,
  half: number,
  isShared: boolean,
): readonly [Int32Array, Int32Array] {
  const count = x.length / 2;
  const cosine = Float64Array.from({ length: testAngles }, (_, b) => cos((b * Math.PI) / 2 / testAngles));
  const sine = Float64Array.from({ length: testAngles }, (_, b) => sin((b * Math.PI) / 2 / testAngles));
  const weight = isShared ? 1 : 0;
  const history = (2 * half + 1) * testAngles;
  const historyX = new Float64Array(history);
  const historyY = new Float64Array(history);
  const sumsX = new Float64Array(testAngles);
  const sumsY = new Float64Array(testAngles);
  const bestX = new Int32Array(count);
  const bestY = new Int32Array(count);
  for (let entering = 0, row = 0; entering < count + half; entering++) {
    const isInside = entering < count;
    const xr = isInside ? (x[2 * entering] as number) : 0;
    const xi = isInside ? (x[2 * entering + 1] as number) : 0;
    const yr = isInside ? (y[2 * entering] as number) : 0;
    const yi = isInside ? (y[2 * entering + 1] as number) : 0;
    // The symbol that is decided on now entered `half` steps ago.
    const own = (row + (half + 1) * testAngles) % history;
    let winnerX = 0;
    let winnerY = 0;
    let greatestX = -1;
    let greatestY = -1;
    for (let b = 0; b < testAngles; b++) {
      const c = cosine[b] as number;
      const s = sine[b] as number;
      const xRe = Math.abs(xr * c + xi * s);
      const xIm = Math.abs(xi * c - xr * s);
      const yRe = Math.abs(yr * c + yi * s);
      const yIm = Math.abs(yi * c - yr * s);
      const closeX = Math.max(xRe, xIm);
      const closeY = Math.max(yRe, yIm);
      const sumX = (sumsX[b] as number) - (historyX[row + b] as number) + closeX;
      const sumY = (sumsY[b] as number) - (historyY[row + b] as number) + closeY;
      historyX[row + b] = closeX;
      historyY[row + b] = closeY;
      sumsX[b] = sumX;
      sumsY[b] = sumY;
      const votesX = sumX - (historyX[own + b] as number) + weight * sumY;
      const votesY = sumY - (historyY[own + b] as number) + weight * sumX;
      if (votesX > greatestX) {
        greatestX = votesX;
        winnerX = b;
      }
      if (votesY > greatestY) {
        greatestY = votesY;
        winnerY = b;
      }
    }
    row += testAngles;
    if (row === history) row = 0;
    if (entering >= half) {
      bestX[entering - half] = winnerX;
      bestY[entering - half] = winnerY;
    }
  }
  return [bestX, bestY];
}

/** Angles as whole steps with the quarter turn chosen so that each lies nearest to the mean of those before it. */
function unwrapAngles(best: Int32Array, testAngles: number): Float64Array {
  const turns = new Float64Array(best.length);
  let recentSum = 0;
  for (let k = 0; k < best.length; k++) {
    const angle = best[k] as number;
    const known = Math.min(k, PREDICTION_SYMBOLS);
    const predicted = known === 0 ? 0 : recentSum / known;
    const steps = angle + testAngles * Math.floor((predicted - angle) / testAngles + 0.5);
    turns[k] = steps;
    recentSum += steps;
    if (k >= PREDICTION_SYMBOLS) recentSum -= turns[k - PREDICTION_SYMBOLS] as number;
  }
  return turns;
}

/** Symbols turned back by whole steps of the test angle, and the phase that was taken out. */
function turnBack(
  symbols: Float64Array,
  turns: Float64Array,
  testAngles: number,
): { symbols: Float64Array; phaseRad: Float64Array } {
  const stepRad = Math.PI / 2 / testAngles;
  const fullTurn = 4 * testAngles;
  const cosine = Float64Array.from({ length: fullTurn }, (_, step) => cos(step * stepRad));
  const sine = Float64Array.from({ length: fullTurn }, (_, step) => sin(step * stepRad));
  const recovered = new Float64Array(symbols.length);
  const phaseRad = new Float64Array(turns.length);
  for (let k = 0; k < turns.length; k++) {
    const steps = turns[k] as number;
    const step = ((steps % fullTurn) + fullTurn) % fullTurn;
    const c = cosine[step] as number;
    const s = sine[step] as number;
    const re = symbols[2 * k] as number;
    const im = symbols[2 * k + 1] as number;
    recovered[2 * k] = re * c + im * s;
    recovered[2 * k + 1] = im * c - re * s;
    phaseRad[k] = steps * stepRad;
  }
  return { symbols: recovered, phaseRad };
}
