/** How far draws remember. */

/** Autocovariances of a series at lags 0, 1, …, computed one by one as they are asked for. */
export function lagged(series: Float64Array, centre: number): (lag: number) => number {
  const away = series.map((value) => value - centre);
  return (lag) => {
    let sum = 0;
    let second = 0;
    let t = lag;
    // two sums at once: each waits for its own last addition only
    for (; t + 1 < away.length; t += 2) {
      sum += (away[t] as number) * (away[t - lag] as number);
      second += (away[t + 1] as number) * (away[t + 1 - lag] as number);
    }
    if (t < away.length) sum += (away[t] as number) * (away[t - lag] as number);
    return (sum + second) / away.length;
  };
}

/**
 * Integrated autocorrelation time of an ensemble, in steps: correlations are averaged over walkers before they are summed, up to
 * the first lag that is `window` times the sum. NaN for series that do not move. Unreliable below some 50 times itself in steps.
 *
 * Source: A. D. Sokal (1997), section 3; D. Foreman-Mackey's averaging over walkers as in emcee 3.
 */
export function autocorrelationTime(walkers: readonly Float64Array[], window = 5): number {
  const length = walkers[0]?.length ?? 0;
  const series = walkers.map((walker) => lagged(walker, walker.reduce((sum, value) => sum + value, 0) / length));
  const variances = series.map((at) => at(0));
  if (!variances.some((variance) => variance > 0)) return Number.NaN;
  let time = 1;
  for (let lag = 1; lag < length; lag++) {
    let mean = 0;
    series.forEach((at, k) => {
      mean += (variances[k] as number) > 0 ? at(lag) / (variances[k] as number) : 0;
    });
    time += (2 * mean) / walkers.length;
    if (lag >= window * time) break;
  }
  return time;
}
