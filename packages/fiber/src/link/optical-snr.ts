/** Optical signal-to-noise ratio in 0.1 nm along the link, in closed form from powers, gains and noise figures. */
import { defineStage, numberPort } from "@simloom/pipeline";
import { z } from "zod";
import { osnrAlongSpans, snrFromOsnrDb } from "../amplifier/osnr.ts";
import { figure, positive, zeroOrMore } from "./settings.ts";

export const opticalSnr = defineStage(import.meta, {
  name: "fiber/optical-snr",
  version: 1,
  config: z.strictObject({
    launchPowerDbm: figure("dBm"),
    carrierHz: positive("Hz").default(193.1e12),
    symbolRateBd: positive("Bd"),
    spans: z.array(z.strictObject({ lossDb: zeroOrMore("dB"), gainDb: figure("dB"), noiseFigureDb: zeroOrMore("dB") })).min(1),
  }),
  outputs: { osnrDb: numberPort() },
  run({ config, metric, warn }) {
    const points = osnrAlongSpans(config, config.spans);
    const osnrDb = points.at(-1)?.osnrDb ?? Number.POSITIVE_INFINITY;
    metric("osnr", osnrDb, "dB");
    metric("osnr_along_spans", points.map((point) => point.osnrDb), "dB");
    metric("snr_from_ase", snrFromOsnrDb(osnrDb, config.symbolRateBd), "dB");
    if (osnrDb < LOW_OSNR_DB) warn("OSNR is low; results may be unreliable.");
    return { osnrDb };
  },
});

const LOW_OSNR_DB = 10;
