/** Plots of a finished link: constellation, spectra, eye; in debug also the phase error and the constellation sent. */
import { defineStage, freeze, type NdArray, numberPort, type Value } from "@simloom/pipeline";
import { z } from "zod";
import { constellationPoints } from "../metrics/constellation.ts";
import { eyeTraces } from "../metrics/eye.ts";
import { phaseErrorRad } from "../metrics/phase-error.ts";
import { powerSpectrum } from "../metrics/power-spectrum.ts";
import { constellationPlot, eyePlot, phaseErrorPlot, spectrumPlot } from "./plots.ts";
import { opticalFieldPort, sentPort, signalPort } from "./ports.ts";

export const figures = defineStage(import.meta, {
  name: "fiber/figures",
  version: 1,
  config: z.strictObject({
    level: z.enum(["basic", "debug"]),
    samplesPerSymbol: z.int().positive(),
    waveforms: z.boolean().default(false).meta({ description: "Keep the fields themselves as well" }),
  }),
  inputs: {
    transmitted: opticalFieldPort(),
    received: opticalFieldPort(),
    signal: signalPort("A"),
    aligned: signalPort("1"),
    sent: sentPort(),
  },
  outputs: { count: numberPort() },
  run({ config, inputs, artifact }) {
    const { transmitted, received, signal, aligned, sent } = inputs;
    let count = 0;
    const plot = (name: string, title: string, drawn: Value): void => {
      artifact(name, { kind: "plot", title, plot: freeze(drawn) });
      count += 1;
    };
    plot(
      "constellation",
      "Received symbols",
      constellationPlot(constellationPoints(aligned.x.data), constellationPoints(aligned.y.data)),
    );
    plot(
      "spectrum",
      "Optical spectrum, x polarisation",
      spectrumPlot([
        { name: "transmitted (1 W)", ...powerSpectrum(transmitted.x.data, transmitted.sampleRateHz, SPECTRUM_BINS) },
        { name: "received", ...powerSpectrum(received.x.data, received.sampleRateHz, SPECTRUM_BINS) },
      ]),
    );
    plot(
      "eye",
      "Eye of the transmitted waveform, x polarisation, in phase",
      eyePlot(eyeTraces(transmitted.x.data, { samplesPerSymbol: config.samplesPerSymbol })),
    );
    if (config.level === "debug") {
      plot(
        "phase-error",
        "Phase error, x polarisation",
        phaseErrorPlot(phaseErrorRad(aligned.x.data, sent.symbolsX.data)),
      );
      plot(
        "sent-constellation",
        "Sent symbols",
        constellationPlot(constellationPoints(sent.symbolsX.data), constellationPoints(sent.symbolsY.data)),
      );
    }
    if (config.waveforms) {
      const keep = (name: string, title: string, data: Readonly<Record<string, NdArray>>): void => {
        artifact(name, { kind: "data", title, data });
        count += 1;
      };
      keep("tx_waveform", "Transmitted field at 1 W", {
        x: transmitted.x,
        ...(transmitted.y === undefined ? {} : { y: transmitted.y }),
      });
      keep("optical_waveform", "Field at the receiver", {
        x: received.x,
        ...(received.y === undefined ? {} : { y: received.y }),
      });
      keep("rx_samples", "Digitised samples", { x: signal.x, y: signal.y });
    }
    return { count };
  },
});

const SPECTRUM_BINS = 512;
