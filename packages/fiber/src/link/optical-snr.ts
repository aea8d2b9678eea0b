/** Optical signal-to-noise ratio in 0.1 nm along the link, in closed form from powers, gains and noise figures. */
import { defineStage, numberPort } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { osnrAlongSpans, snrFromOsnrDb } from "../amplifier/osnr.ts";
import { figure, positive, zeroOrMore } from "./settings.ts";

/** Emits `osnr` behind the last amplifier, `osnr_along_spans` and `snr_from_ase`, what a matched filter makes of it. */
export const opticalSnr = defineStage(import.meta, {
  name: "fiber/optical-snr",
  version: 1,
  config: z.strictObject({
    launchPowerDbm: figure("dBm"),
    carrierHz: positive("Hz").default(193.1e12),
    symbolRateBd: positive("Bd"),
    spans: z
      .array(z.strictObject({ lossDb: zeroOrMore("dB"), gainDb: figure("dB"), noiseFigureDb: zeroOrMore("dB") }))
      .min(1),
  }),
  outputs: { osnrDb: numberPort() },
  run({ config, metric, warn }) {
    const points = osnrAlongSpans(config, config.spans);
    const osnrDb = points.at(-1)?.osnrDb ?? Number.POSITIVE_INFINITY;
    // Amplifiers of no gain and no noise figure add no noise: there is nothing to report.
    const levels = points.map((point) => point.osnrDb).filter(Number.isFinite);
    if (levels.length === points.length) metric("osnr_along_spans", levels, "dB");
    if (Number.isFinite(osnrDb)) {
      metric("osnr", osnrDb, "dB");
      metric("snr_from_ase", snrFromOsnrDb(osnrDb, config.symbolRateBd), "dB");
    }
    if (osnrDb < LOW_OSNR_DB) warn(`OSNR is low (${osnrDb.toFixed(1)} dB in 0.1 nm); results may be unreliable.`);
    return { osnrDb: Math.min(osnrDb, NOISELESS_DB) };
  },
});

/** Below it decisions and estimates of a coherent receiver are doubtful. */
const LOW_OSNR_DB = 10;

/** Stands for a link without noise where a finite number is wanted. */
const NOISELESS_DB = 1000;
