/** How wide the light in a record is, told from amplifier noise that fills the whole band. */

/** Number of stretches that the spectrum is averaged over. */
const STRETCHES = 512;

/** Share of the highest density that still counts as light. */
const EDGE_SHARE = 0.05;

/**
 * Width in Hz between the outermost frequencies at which the power density, averaged over 1/512 of the band, stands above
 * the lowest one by a twentieth of the highest. At least one stretch.
 *
 * A floor of noise is recognised up to a tenth of the signal's density (10 dB of SNR); above it the whole band counts, which
 * costs steps and no accuracy. Channels more than 13 dB weaker than the strongest are not seen.
 */
export function occupiedBandwidthHz(binPowerW: Float64Array, sampleRateHz: number): number {
  const densities = averageDensities(binPowerW);
  const floor = densities.reduce((least, density) => Math.min(least, density));
  const highest = densities.reduce((most, density) => Math.max(most, density));
  const threshold = floor + EDGE_SHARE * (highest - floor);
  const lowestAt = densities.findIndex((density) => density > threshold);
  const highestAt = densities.findLastIndex((density) => density > threshold);
  return (Math.max(1, highestAt - lowestAt + 1) * sampleRateHz) / densities.length;
}

/** Mean power per bin of each stretch, from the most negative frequency up. */
function averageDensities(binPowerW: Float64Array): Float64Array {
  const bins = binPowerW.length;
  const stretches = Math.min(STRETCHES, bins);
  const firstNegative = Math.ceil(bins / 2);
  return Float64Array.from({ length: stretches }, (_, stretch) => {
    const from = Math.floor((stretch * bins) / stretches);
    const to = Math.floor(((stretch + 1) * bins) / stretches);
    let powerW = 0;
    for (let index = from; index < to; index++) powerW += binPowerW[(index + firstNegative) % bins] as number;
    return powerW / (to - from);
  });
}
