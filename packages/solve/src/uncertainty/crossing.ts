/** Where a profile has risen by a given amount along a ray. */

/** What was found along a ray. */
export interface Crossing {
  /** Distance along the ray. */
  readonly distance: number;
  readonly outcome: "crossed" | "bound" | "lower minimum" | "not found";
}

const TRIALS = 40;

/**
 * The distance at which `rise(distance)` reaches `wanted`, up to `limit`. The square root of the rise is nearly linear, so a
 * bracketed secant on it takes a few profiles. `guess` is where a parabola would have it. Relative tolerance 1e-4 in distance,
 * as wide as 1e-4 of the error.
 */
export function crossing(
  rise: (distance: number) => number,
  wanted: number,
  guess: number,
  limit: number,
  tolerance = 1e-4,
): Crossing {
  const target = Math.sqrt(wanted);
  let [low, lowRoot] = [0, -target];
  let high = Number.NaN;
  let highRoot = Number.NaN;
  let distance = Math.min(guess, limit);
  for (let trial = 0; trial < TRIALS; trial++) {
    const risen = rise(distance);
    if (risen < -1e-3 * wanted) return { distance, outcome: "lower minimum" };
    const root = Math.sqrt(Math.max(0, risen)) - target;
    if (Math.abs(root) <= tolerance * target) return { distance, outcome: "crossed" };
    if (root > 0) [high, highRoot] = [distance, root];
    else {
      if (distance >= limit) return { distance: limit, outcome: "bound" };
      [low, lowRoot] = [distance, root];
    }
    if (Number.isNaN(high)) {
      const slope = (root + target) / distance;
      distance = Math.min(
        limit,
        Math.max(distance * 1.2, Math.min(distance * 4, slope > 0 ? target / slope : distance * 4)),
      );
      continue;
    }
    if (high - low <= 1e-3 * tolerance * high) return { distance: high, outcome: "crossed" };
    const secant = Number.isFinite(highRoot) ? low - (lowRoot * (high - low)) / (highRoot - lowRoot) : (low + high) / 2;
    const margin = 0.02 * (high - low);
    distance = trial % 6 === 5 ? (low + high) / 2 : Math.min(Math.max(secant, low + margin), high - margin);
  }
  return { distance, outcome: "not found" };
}
