/**
 * Roots of unity exp(−2πi k/n), correctly rounded but for rare near-ties, from + − × ÷ √ alone: the same bits on every
 * platform.
 *
 * Angles are reduced to the first octant in exact integer arithmetic, so that symmetric roots have exactly symmetric
 * values. Inside the octant a root is the product of a coarse and a fine one, both from Taylor series, all in
 * double-double arithmetic (about 100 bits). Source: T. J. Dekker, Numer. Math. 18 (1971) 224–242.
 */
export interface Roots {
  readonly length: number;
  /** cos(2πk/n); k is an integer in [0, n). */
  cosine(k: number): number;
  /** −sin(2πk/n): the imaginary part of exp(−2πi k/n); k is an integer in [0, n). */
  negativeSine(k: number): number;
}

/** Table of the roots of unity of order `length`: n/8 pairs of doubles, about 0.1 µs each to make. */
export function rootsOfUnity(length: number): Roots {
  if (length % 4 !== 0) {
    // Octants need a quarter turn on the grid.
    const finer = rootsOfUnity(4 * length);
    return { length, cosine: (k) => finer.cosine(4 * k), negativeSine: (k) => finer.negativeSine(4 * k) };
  }
  const octant = Math.floor(length / 8);
  const { cosines, sines } = firstOctant(length, octant);
  function part(k: number, wantSine: boolean): number {
    const quadrant = Math.floor((4 * k) / length);
    const within = k - (quadrant * length) / 4;
    // Past the diagonal of a quadrant sine and cosine swap, and the distance runs backwards.
    const isPastDiagonal = 8 * within > length;
    const step = isPastDiagonal ? length / 4 - within : within;
    const useSine = wantSine !== (isPastDiagonal !== (quadrant % 2 === 1));
    const value = (useSine ? sines[step] : cosines[step]) as number;
    const isNegative = wantSine ? quadrant >= 2 : quadrant === 1 || quadrant === 2;
    return isNegative ? 0 - value : value;
  }
  return { length, cosine: (k) => part(k, false), negativeSine: (k) => 0 - part(k, true) };
}

/** A double-double: the unevaluated sum of two doubles, the first of which is the rounded value. */
type Pair = readonly [high: number, low: number];

/** 2π to 107 bits. */
const TWO_PI: Pair = [6.283185307179586, 2.4492935982947064e-16];

function firstOctant(length: number, last: number): { cosines: Float64Array; sines: Float64Array } {
  const cosines = new Float64Array(last + 1);
  const sines = new Float64Array(last + 1);
  const fineCount = Math.max(1, Math.ceil(Math.sqrt(last + 1)));
  const fine = Array.from({ length: fineCount }, (_, k) => cosineAndSine(angle(k, length)));
  for (let start = 0; start <= last; start += fineCount) {
    const [coarseCosine, coarseSine] = cosineAndSine(angle(start, length));
    for (let k = start; k < Math.min(start + fineCount, last + 1); k++) {
      const [fineCosine, fineSine] = fine[k - start] as readonly [Pair, Pair];
      const cosine = subtract(multiply(coarseCosine, fineCosine), multiply(coarseSine, fineSine));
      const sine = add(multiply(coarseSine, fineCosine), multiply(coarseCosine, fineSine));
      cosines[k] = cosine[0];
      sines[k] = sine[0];
    }
  }
  return { cosines, sines };
}

function angle(k: number, length: number): Pair {
  return divide(multiply(TWO_PI, [k, 0]), length);
}

/** Taylor series for angles in [0, π/4]; the remainder is below 2^-106. */
function cosineAndSine(theta: Pair): readonly [Pair, Pair] {
  const square = multiply(theta, theta);
  let cosine: Pair = [1, 0];
  let sine: Pair = [1, 0];
  for (let order = 26; order >= 2; order -= 2) {
    cosine = subtract([1, 0], divide(multiply(square, cosine), order * (order - 1)));
    sine = subtract([1, 0], divide(multiply(square, sine), order * (order + 1)));
  }
  return [cosine, multiply(theta, sine)];
}

function add([a, aLow]: Pair, [b, bLow]: Pair): Pair {
  const sum = a + b;
  const shadow = sum - a;
  const error = a - (sum - shadow) + (b - shadow) + (aLow + bLow);
  return normal(sum, error);
}

function subtract(a: Pair, [b, bLow]: Pair): Pair {
  return add(a, [-b, -bLow]);
}

function multiply([a, aLow]: Pair, [b, bLow]: Pair): Pair {
  const [product, error] = exactProduct(a, b);
  return normal(product, error + (a * bLow + aLow * b));
}

function divide([a, aLow]: Pair, divisor: number): Pair {
  const quotient = a / divisor;
  const [product, error] = exactProduct(quotient, divisor);
  return normal(quotient, (a - product - error + aLow) / divisor);
}

function exactProduct(a: number, b: number): Pair {
  const product = a * b;
  const aScaled = 134217729 * a; // 2^27 + 1 splits 53 bits into halves
  const aHigh = aScaled - (aScaled - a);
  const bScaled = 134217729 * b;
  const bHigh = bScaled - (bScaled - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return [product, aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow];
}

function normal(high: number, low: number): Pair {
  const sum = high + low;
  return [sum, low - (sum - high)];
}
