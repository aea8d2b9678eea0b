/**
 * Brings received symbols into step with the ones sent: delay, swap of polarisations, conjugation, quarter turn.
 *
 * Delay, swap and conjugation come from the circular correlation of the products z(k) z*(k−1), which neither a constant
 * phase nor phase noise nor a cycle slip disturbs. The quarter turn is the one with which most symbols agree.
 */
import { forwardTransform, inverseTransform } from "../dsp/fourier.ts";
import { multiplyComplex, type PolarisationPair } from "../dsp/signal.ts";

/** How one received polarisation relates to the one that was sent. */
export interface PolarisationAlignment {
  /** Which output of the receiver carries this polarisation. */
  readonly output: "x" | "y";
  /** Symbol k sent arrives as symbol k + delay of the record, 0 … N − 1. */
  readonly delaySymbols: number;
  readonly isConjugated: boolean;
  /** Quarter turns that were taken out, 0 … 3. */
  readonly quarterTurns: number;
  /** Peak of the correlation over its rms: about √N for a clean signal, below 5 for chance. */
  readonly confidence: number;
}

/** Received symbols in the order and frame of the sent ones. */
export interface AlignedSymbols {
  readonly symbols: PolarisationPair;
  readonly alignment: readonly [x: PolarisationAlignment, y: PolarisationAlignment];
  readonly warnings: readonly string[];
}

/** Correlation peaks below this multiple of the rms may be chance. */
const LEAST_CONFIDENCE = 5;

interface Match {
  readonly delaySymbols: number;
  readonly isConjugated: boolean;
  readonly peak: number;
  readonly confidence: number;
}

/** Aligns both polarisations. Cost: twelve transforms of the symbol record. */
export function alignToSent(received: PolarisationPair, sent: PolarisationPair): AlignedSymbols {
  const [ax, ay] = [differentialSpectrum(received[0]), differentialSpectrum(received[1])];
  const [bx, by] = [differentialSpectrum(sent[0]), differentialSpectrum(sent[1])];
  const straight = [bestMatch(ax, bx), bestMatch(ay, by)] as const;
  const crossed = [bestMatch(ay, bx), bestMatch(ax, by)] as const;
  const isSwapped = crossed[0].peak + crossed[1].peak > straight[0].peak + straight[1].peak;
  const [matchX, matchY] = isSwapped ? crossed : straight;
  const x = applyMatch(received[isSwapped ? 1 : 0], sent[0], matchX, isSwapped ? "y" : "x");
  const y = applyMatch(received[isSwapped ? 0 : 1], sent[1], matchY, isSwapped ? "x" : "y");
  const warnings = [x.alignment, y.alignment].flatMap(({ confidence }, i) =>
    confidence < LEAST_CONFIDENCE
      ? [
          `The received symbols do not resemble those sent in ${i === 0 ? "x" : "y"}: its error counts are those of chance.`,
        ]
      : [],
  );
  return { symbols: [x.symbols, y.symbols], alignment: [x.alignment, y.alignment], warnings };
}

/** Spectrum of z(k) z*(k−1), each product at unit magnitude so that no outlier dominates. */
function differentialSpectrum(symbols: Float64Array): Float64Array {
  const products = new Float64Array(symbols.length);
  let beforeRe = symbols[symbols.length - 2] as number;
  let beforeIm = symbols[symbols.length - 1] as number;
  for (let i = 0; i < symbols.length; i += 2) {
    const re = symbols[i] as number;
    const im = symbols[i + 1] as number;
    const productRe = re * beforeRe + im * beforeIm;
    const productIm = im * beforeRe - re * beforeIm;
    const size = Math.sqrt(productRe * productRe + productIm * productIm);
    products[i] = size === 0 ? 0 : productRe / size;
    products[i + 1] = size === 0 ? 0 : productIm / size;
    beforeRe = re;
    beforeIm = im;
  }
  return forwardTransform(products);
}

function bestMatch(received: Float64Array, sent: Float64Array): Match {
  const plain = correlationPeak(received, sent);
  const conjugated = correlationPeak(conjugateOfRecord(received), sent);
  return plain.peak >= conjugated.peak ? { ...plain, isConjugated: false } : { ...conjugated, isConjugated: true };
}

function correlationPeak(received: Float64Array, sent: Float64Array): Omit<Match, "isConjugated"> {
  const conjugateSent = sent.map((value, i) => (i % 2 === 0 ? value : -value));
  const correlation = inverseTransform(multiplyComplex(received, conjugateSent));
  let peak = 0;
  let delaySymbols = 0;
  let squares = 0;
  for (let i = 0; i < correlation.length; i += 2) {
    const re = correlation[i] as number;
    const im = correlation[i + 1] as number;
    const square = re * re + im * im;
    squares += square;
    if (square > peak) {
      peak = square;
      delaySymbols = i / 2;
    }
  }
  const others = (squares - peak) / Math.max(1, correlation.length / 2 - 1);
  return { delaySymbols, peak: Math.sqrt(peak), confidence: others === 0 ? Infinity : Math.sqrt(peak / others) };
}

/** Spectrum of the conjugated record: conjugated and mirrored bins. */
function conjugateOfRecord(spectrum: Float64Array): Float64Array {
  const count = spectrum.length / 2;
  const mirrored = new Float64Array(spectrum.length);
  for (let bin = 0; bin < count; bin++) {
    const from = 2 * (bin === 0 ? 0 : count - bin);
    mirrored[2 * bin] = spectrum[from] as number;
    mirrored[2 * bin + 1] = -(spectrum[from + 1] as number);
  }
  return mirrored;
}

function applyMatch(
  received: Float64Array,
  sent: Float64Array,
  match: Match,
  output: "x" | "y",
): { symbols: Float64Array; alignment: PolarisationAlignment } {
  const { delaySymbols, isConjugated, confidence } = match;
  const shifted = new Float64Array(received.length);
  let from = 2 * delaySymbols;
  for (let i = 0; i < received.length; i += 2) {
    shifted[i] = received[from] as number;
    shifted[i + 1] = isConjugated ? -(received[from + 1] as number) : (received[from + 1] as number);
    from += 2;
    if (from === received.length) from = 0;
  }
  const quarterTurns = mostFrequentTurn(shifted, sent, 0, sent.length / 2);
  const symbols = new Float64Array(received.length);
  turnBackInto(symbols, shifted, quarterTurns, 0, sent.length / 2);
  return { symbols, alignment: { output, delaySymbols, isConjugated, quarterTurns, confidence } };
}

/** The quarter turn (0 … 3) that most of the received symbols in [from, to) show against the sent ones. */
export function mostFrequentTurn(received: Float64Array, sent: Float64Array, from: number, to: number): number {
  const counts = [0, 0, 0, 0];
  for (let i = 2 * from; i < 2 * to; i += 2) {
    const quadrant = quarterTurn(received, sent, i);
    counts[quadrant] = (counts[quadrant] ?? 0) + 1;
  }
  return counts.indexOf(Math.max(...counts));
}

function quarterTurn(received: Float64Array, sent: Float64Array, i: number): number {
  const sentRe = sent[i] as number;
  const sentIm = sent[i + 1] as number;
  const re = (received[i] as number) * sentRe + (received[i + 1] as number) * sentIm;
  const im = (received[i + 1] as number) * sentRe - (received[i] as number) * sentIm;
  if (Math.abs(re) >= Math.abs(im)) return re >= 0 ? 0 : 2;
  return im > 0 ? 1 : 3;
}

/** Writes the symbols of [from, to), turned back by quarter turns, into `target`. */
export function turnBackInto(
  target: Float64Array,
  symbols: Float64Array,
  quarterTurns: number,
  from: number,
  to: number,
): void {
  for (let i = 2 * from; i < 2 * to; i += 2) {
    const re = symbols[i] as number;
    const im = symbols[i + 1] as number;
    switch (quarterTurns) {
      case 0:
        target[i] = re;
        target[i + 1] = im;
        break;
      case 1:
        target[i] = im;
        target[i + 1] = -re;
        break;
      case 2:
        target[i] = -re;
        target[i + 1] = -im;
        break;
      default:
        target[i] = -im;
        target[i + 1] = re;
    }
  }
}
