/** How much an in-line amplifier amplifies. */

/** The amplifier behind a span: none, one that restores the loss of the span as far as it can, or one of fixed gain. */
export type AmplifierSetting =
  | { readonly mode: "none" }
  | { readonly mode: "auto_gain"; readonly maxGainDb: number; readonly noiseFigureDb: number }
  | { readonly mode: "fixed_gain"; readonly gainDb: number; readonly noiseFigureDb: number };

/** Gain in dB behind a span of the given loss: min(loss, maximum), the fixed gain, or 0 without an amplifier. */
export function amplifierGainDb(setting: AmplifierSetting, spanLossDb: number): number {
  switch (setting.mode) {
    case "none":
      return 0;
    case "auto_gain":
      return Math.min(spanLossDb, setting.maxGainDb);
    case "fixed_gain":
      return setting.gainDb;
  }
}
