/** Conversions between logarithmic and linear power scales. All of them are exact inverses to rounding. */

/** Power ratio of a level in dB. `0 dB` is 1; `-Infinity` is 0. */
export function ratioFromDecibel(levelDb: number): number {
  return 10 ** (levelDb / 10);
}

/** Level in dB of a power ratio. A ratio of 0 is `-Infinity`; a negative one is `NaN`. */
export function decibelFromRatio(ratio: number): number {
  return 10 * Math.log10(ratio);
}

/** Power in W of a level in dBm (0 dBm is 1 mW). */
export function wattsFromDbm(powerDbm: number): number {
  return 1e-3 * ratioFromDecibel(powerDbm);
}

/** Level in dBm of a power in W. Zero power is `-Infinity`. */
export function dbmFromWatts(powerW: number): number {
  return decibelFromRatio(powerW / 1e-3);
}
