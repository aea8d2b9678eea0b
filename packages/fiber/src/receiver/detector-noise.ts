/** Noise of photodiodes, as variances of the current in a one-sided bandwidth. Source: Agrawal, Fiber-Optic Communication Systems, 4th ed., section 4.4. */
import { BOLTZMANN_J_K, ELEMENTARY_CHARGE_C } from "../physics/constants.ts";

/** Shot noise 2q(I + I_d)B in A² of a photocurrent and a dark current in A within `bandwidthHz`. */
export function shotNoiseVarianceA2(currentA: number, darkCurrentA: number, bandwidthHz: number): number {
  return 2 * ELEMENTARY_CHARGE_C * (currentA + darkCurrentA) * bandwidthHz;
}

/** Thermal (Johnson) noise 4kTB/R in A² of a load within `bandwidthHz`. */
export function thermalNoiseVarianceA2(temperatureK: number, loadOhm: number, bandwidthHz: number): number {
  return (4 * BOLTZMANN_J_K * temperatureK * bandwidthHz) / loadOhm;
}
