/** How wide the light in a record is. */

/** Share of the power that may lie outside the occupied band. */
const OUTSIDE_SHARE = 1e-3;

/**
 * Width in Hz of the band that is left when half a thousandth of the
 * power is cut off at either end of the spectrum. At least one bin.
 */
export function occupiedBandwidthHz(binPowerW: Float64Array, sampleRateHz: number): number {
  const bins = binPowerW.length;
  // index 0 is the most negative frequency
  const ascending = (index: number) => binPowerW[(index + Math.ceil(bins / 2)) % bins] as number;
  const cutW = (binPowerW.reduce((sum, powerW) => sum + powerW, 0) * OUTSIDE_SHARE) / 2;
  let low = 0;
  let high = bins - 1;
  for (let belowW = ascending(low); belowW <= cutW && low < high; belowW += ascending(low)) low++;
  for (let aboveW = ascending(high); aboveW <= cutW && high > low; aboveW += ascending(high)) high--;
  return ((high - low + 1) * sampleRateHz) / bins;
}
