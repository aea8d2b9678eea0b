/**
 * Constants of nature (exact in the SI of 2019) and the reference values of optical transmission.
 * Source: CODATA 2018; ITU-T G.694.1 for the frequency grid.
 */

/** Planck constant h in J s. */
export const PLANCK_J_S = 6.62607015e-34;

/** Speed of light in vacuum c in m/s. */
export const SPEED_OF_LIGHT_M_S = 299_792_458;

/** Elementary charge q in C. */
export const ELEMENTARY_CHARGE_C = 1.602176634e-19;

/** Boltzmann constant k in J/K. */
export const BOLTZMANN_J_K = 1.380649e-23;

/** Carrier of a record when none is given: 193.1 THz (1552.524 nm), the anchor of the ITU-T grid. */
export const DEFAULT_CARRIER_HZ = 193.1e12;

/** Bandwidth in which OSNR is quoted: 12.5 GHz, which is 0.1 nm near 1550 nm. */
export const OSNR_REFERENCE_BANDWIDTH_HZ = 12.5e9;

/** Wavelength in vacuum in m of a frequency in Hz. */
export function wavelengthM(frequencyHz: number): number {
  return SPEED_OF_LIGHT_M_S / frequencyHz;
}
