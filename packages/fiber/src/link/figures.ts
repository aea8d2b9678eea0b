/** Plots of a finished link: constellation, spectra, eye; in debug also the phase error and the constellation sent. */
import { defineStage, freeze, type NdArray, numberPort, type Value } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { resampleTo } from "../dsp/resample.ts";
import { inTime } from "../dsp/signal.ts";
import { constellationPoints } from "../metrics/constellation.ts";
import { eyeTraces } from "../metrics/eye.ts";
import { phaseErrorRad } from "../metrics/phase-error.ts";
import { powerSpectrum } from "../metrics/power-spectrum.ts";
import { constellationPlot, eyePlot, phaseErrorPlot, spectrumPlot } from "./plots.ts";
import { type FieldValue, opticalFieldPort, sentPort, signalPort } from "./ports.ts";
import { positive } from "./settings.ts";

/** Emits the plots as Vega-Lite, and the fields themselves as arrays where asked for. The output is how many there are. */
export const figures = defineStage(import.meta, {
  name: "fiber/figures",
  version: 1,
  config: z.strictObject({
    level: z.enum(["basic", "debug"]).default("basic"),
    symbolRateBd: positive("Bd"),
    waveforms: z.boolean().default(false).meta({ description: "Keep the fields themselves as well" }),
  }),
  inputs: {
    launched: opticalFieldPort(),
    received: opticalFieldPort(),
    signal: signalPort("A"),
    aligned: signalPort("1"),
    sent: sentPort(),
  },
  outputs: { count: numberPort() },
  run({ config, inputs, artifact }) {
    const { launched, received, signal, aligned, sent } = inputs;
    let count = 0;
    const plot = (name: string, title: string, drawn: Value): void => {
      artifact(name, { kind: "plot", title, plot: freeze(drawn) });
      count += 1;
    };
    const constellation = (x: Float64Array, y: Float64Array) =>
      constellationPlot(constellationPoints(x, MOST_POINTS), constellationPoints(y, MOST_POINTS));
    plot("constellation", "Received symbols", constellation(aligned.x.data, aligned.y.data));
    plot(
      "spectrum",
      "Optical spectrum, x polarisation",
      spectrumPlot([spectrumOf("launched", launched), spectrumOf("received", received)]),
    );
    plot("eye", "Eye of the launched waveform, x polarisation", eyePlot(eyeOf(launched, config.symbolRateBd)));
    if (config.level === "debug") {
      plot(
        "phase-error",
        "Phase error, x polarisation",
        phaseErrorPlot(phaseErrorRad(aligned.x.data, sent.symbolsX.data)),
      );
      plot("sent-constellation", "Sent symbols", constellation(sent.symbolsX.data, sent.symbolsY.data));
    }
    if (config.waveforms) {
      const keep = (name: string, title: string, data: Readonly<Record<string, NdArray>>): void => {
        artifact(name, { kind: "data", title, data });
        count += 1;
      };
      keep("tx_waveform", "Launched field", envelopes(launched));
      keep("optical_waveform", "Field at the receiver", envelopes(received));
      keep("rx_samples", "Digitised samples", { x: signal.x, y: signal.y });
    }
    return { count };
  },
});

/** Symbols that a constellation shows per polarisation. */
const MOST_POINTS = 2048;

/** Bins of a spectrum: 0.25 GHz at 128 GHz. */
const SPECTRUM_BINS = 512;

/** Samples per symbol of an eye: band-limited interpolation makes smooth traces of them. */
const EYE_SAMPLES_PER_SYMBOL = 16;

/** Traces of an eye: enough for every transition of three QPSK symbols. */
const EYE_TRACES = 96;

function spectrumOf(name: string, { x, sampleRateHz }: FieldValue) {
  return { name, ...powerSpectrum(x.data, sampleRateHz, SPECTRUM_BINS) };
}

function eyeOf({ x, y, sampleRateHz }: FieldValue, symbolRateBd: number) {
  const record = { domain: "time", polarisations: [x.data, (y ?? x).data], sampleRateHz } as const;
  const { signal } = resampleTo(record, EYE_SAMPLES_PER_SYMBOL * symbolRateBd);
  const samplesPerSymbol = EYE_SAMPLES_PER_SYMBOL;
  return eyeTraces(inTime(signal).polarisations[0], { samplesPerSymbol, traceLimit: EYE_TRACES });
}

function envelopes({ x, y }: FieldValue): Readonly<Record<string, NdArray>> {
  return y === undefined ? { x } : { x, y };
}
