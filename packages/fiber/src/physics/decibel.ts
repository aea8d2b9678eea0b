/** Conversions between logarithmic and linear power scales: those of the house, under the roof where fibre code looks. */
export { dbmFromWatts, decibelFromRatio, ratioFromDecibel, wattsFromDbm } from "@simloom/units";
