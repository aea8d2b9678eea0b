/** Plots of a shot, with the limits it has to keep. */
import { defineStage, freeze, numberPort, type Value } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { above, field, share } from "../scenario/field.ts";
import { curePlot, densityPlot, pressurePlot, temperaturePlot, windowPlot } from "./plots.ts";
import { gasPort, partPort, trajectoryPort } from "./ports.ts";

/** Emits the plots as Vega-Lite. The output is how many there are. */
export const figures = defineStage(import.meta, {
  name: "mold/figures",
  version: 1,
  config: z.strictObject({
    maxCoreC: field("°C", "Hottest core at demoulding"),
    maxPressureBar: above("bar", "Largest pressure"),
    minConversion: share("Least conversion at demoulding"),
    minDensityKgPerM3: above("kg/m³", "Least density"),
    maxDensityKgPerM3: above("kg/m³", "Largest density"),
    minHardnessShore: above("1", "Least hardness at demoulding"),
  }),
  inputs: { trajectory: trajectoryPort(), gas: gasPort(), part: partPort() },
  outputs: { count: numberPort() },
  run({ config, inputs, artifact }) {
    const { trajectory, gas, part } = inputs;
    const drawn: readonly (readonly [name: string, title: string, plot: Value])[] = [
      ["cure", "Cure and hardness", curePlot(trajectory, part, config)],
      ["temperature", "Temperatures of core and mould", temperaturePlot(trajectory, config)],
      ["pressure", "Pressures in the cavity", pressurePlot(trajectory, gas, config)],
      ["density", "Density and vents", densityPlot(trajectory, gas, config)],
      ["window", "Demoulding window: when each limit holds", windowPlot(trajectory, gas, part, config)],
    ];
    for (const [name, title, plot] of drawn) artifact(name, { kind: "plot", title, plot: freeze(plot) });
    return { count: drawn.length };
  },
});
