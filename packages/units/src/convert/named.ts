/** The conversions that domains write out by name. Pure functions of one number; results are the same bits everywhere. */
import { commonLogarithm, powerOfTen } from "../decimal/decimal.ts";
import { UnitError } from "../errors.ts";
import type { Quantity, QuantityInput } from "../quantity.ts";

/** Power in watts at a level in dBm: `10^(level / 10) / 1000`. */
export function wattsFromDbm(levelDbm: QuantityInput<"dBm">): Quantity<"W"> {
  return (powerOfTen(levelDbm / 10) / 1000) as Quantity<"W">;
}

/** Level in dBm of a power in watts: `10 log10(1000 power)`; -Infinity for no power. @throws UnitError UNIT-006 below 0. */
export function dbmFromWatts(powerW: QuantityInput<"W">): Quantity<"dBm"> {
  return (10 * logarithm(powerW * 1000, "power", powerW, "W")) as Quantity<"dBm">;
}

/** Power ratio of a level in dB: `10^(level / 10)`. */
export function ratioFromDecibel(level: QuantityInput<"dB">): Quantity<"1"> {
  return powerOfTen(level / 10) as Quantity<"1">;
}

/** Level in dB of a power ratio: `10 log10(ratio)`; -Infinity at 0. @throws UnitError UNIT-006 below 0. */
export function decibelFromRatio(ratio: QuantityInput<"1">): Quantity<"dB"> {
  return (10 * logarithm(ratio, "ratio", ratio, "1")) as Quantity<"dB">;
}

/** Ratio of two field amplitudes whose powers differ by a level in dB: `10^(level / 20)`. */
export function amplitudeRatioFromDecibel(level: QuantityInput<"dB">): Quantity<"1"> {
  return powerOfTen(level / 20) as Quantity<"1">;
}

/** Power attenuation coefficient in 1/km of a loss in dB/km: `alpha ln(10) / 10`. */
export function perKilometreFromDecibel(attenuation: QuantityInput<"dB/km">): Quantity<"1/km"> {
  return ((attenuation * Math.LN10) / 10) as Quantity<"1/km">;
}

/** Absolute temperature of a temperature in degrees Celsius. */
export function kelvinFromCelsius(temperatureC: QuantityInput<"degC">): Quantity<"K"> {
  return (temperatureC + 273.15) as Quantity<"K">;
}

/** Temperature in degrees Celsius of an absolute temperature. */
export function celsiusFromKelvin(temperatureK: QuantityInput<"K">): Quantity<"degC"> {
  return (temperatureK - 273.15) as Quantity<"degC">;
}

/** Pressure in pascals of a pressure in bar. */
export function pascalsFromBar(pressureBar: QuantityInput<"bar">): Quantity<"Pa"> {
  return (pressureBar * 1e5) as Quantity<"Pa">;
}

/** Pressure in bar of a pressure in pascals. */
export function barFromPascals(pressurePa: QuantityInput<"Pa">): Quantity<"bar"> {
  return (pressurePa / 1e5) as Quantity<"bar">;
}

/** Ratio of a percentage. */
export function ratioFromPercent(percentage: QuantityInput<"%">): Quantity<"1"> {
  return (percentage / 100) as Quantity<"1">;
}

/** Length in metres of a length in kilometres. */
export function metresFromKilometres(lengthKm: QuantityInput<"km">): Quantity<"m"> {
  return (lengthKm * 1000) as Quantity<"m">;
}

/** Length in kilometres of a length in metres. */
export function kilometresFromMetres(lengthM: QuantityInput<"m">): Quantity<"km"> {
  return (lengthM / 1000) as Quantity<"km">;
}

const SPEED_OF_LIGHT_M_PER_S = 299_792_458; // exact, SI 2019

/** Vacuum wavelength of an optical frequency: `c / f`. */
export function metresFromHertz(frequencyHz: QuantityInput<"Hz">): Quantity<"m"> {
  return (SPEED_OF_LIGHT_M_PER_S / frequencyHz) as Quantity<"m">;
}

/** Optical frequency of a vacuum wavelength: `c / wavelength`. */
export function hertzFromMetres(wavelengthM: QuantityInput<"m">): Quantity<"Hz"> {
  return (SPEED_OF_LIGHT_M_PER_S / wavelengthM) as Quantity<"Hz">;
}

function logarithm(argument: number, what: string, value: number, unit: string): number {
  if (argument >= 0) return commonLogarithm(argument);
  throw new UnitError({
    code: "UNIT-006",
    message: `A ${what} of ${value}${unit === "1" ? "" : ` ${unit}`} has no level: the logarithm needs a positive number`,
    remedy: `Give a ${what} of zero or more.`,
    context: { value, unit },
  });
}
