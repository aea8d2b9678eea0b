import { describe, expect, it } from "vitest";
import { scenarioWith } from "../fixtures/cases.ts";
import { computeShot } from "./compute.ts";
import { type PlotLimits, pressurePlot, temperaturePlot } from "./plots.ts";
import { type GasValue, gasValue, type TrajectoryValue, trajectoryValue } from "./ports.ts";
import { shotSettings } from "./settings.ts";

interface Layers {
  readonly layer: readonly {
    readonly data: {
      readonly values: readonly { readonly name: string; readonly t?: number; readonly value: number }[];
    };
  }[];
}

const settings = shotSettings(scenarioWith());
const limits: PlotLimits = settings.limits;
const shot = computeShot(settings);
const curve = (plot: unknown, name: string) =>
  (plot as Layers).layer[0]?.data.values.filter((point) => point.name === name) ?? [];
const timesOf = (plot: unknown, name: string) => curve(plot, name).map(({ t }) => t);

/** The shot with another length, whose curves are flat but for one point. */
function spike(count: number, at: number): { readonly trajectory: TrajectoryValue; readonly gas: GasValue } {
  const one = Float64Array.from({ length: count }, (_, index) => (index === at ? 400 : 300));
  const timeS = Float64Array.from({ length: count }, (_, index) => index);
  const trajectory = { timeS, conversion: one, coreK: one, moldK: one, clock: one };
  const { densityKgPerM3: _, ...gas } = shot.gas;
  return {
    trajectory: trajectoryValue({ ...shot, trajectory }),
    gas: gasValue({ ...gas, densityKgPerM3: one, totalPa: one, airPa: one, co2Pa: one, pentanePa: one }),
  };
}

describe("the points that a plot draws", () => {
  it.each([1, 2, 599, 600, 1200, 4321, 4998, 4999])(
    "have the hottest core and the peak of the pressure, were they point %i of 5,000 alone",
    (at) => {
      const { trajectory, gas } = spike(5000, at);
      expect(timesOf(temperaturePlot(trajectory, limits), "core")).toContain(at);
      expect(timesOf(pressurePlot(trajectory, gas, limits), "total")).toContain(at);
    },
  );

  it("are in order, begin and end with the shot, and are 602 at most", () => {
    for (const count of [2, 3, 450, 451, 900, 1201, 1350, 5000, 100_001]) {
      const { trajectory } = spike(count, Math.floor(count * 0.7));
      const times = timesOf(temperaturePlot(trajectory, limits), "core").map((time) => time ?? Number.NaN);
      expect([times[0], times.at(-1)]).toEqual([0, Number((count - 1).toPrecision(5))]);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect(times.length).toBeLessThanOrEqual(602);
    }
  });

  it("are twice as close in the first sixth", () => {
    const times = timesOf(temperaturePlot(spike(5400, 0).trajectory, limits), "core").map(Number);
    expect([times[1], (times.at(-2) as number) - (times.at(-3) as number)]).toEqual([6, 12]);
  });
});

it("the limit of the core is named as one", () => {
  const plot = temperaturePlot(trajectoryValue(shot), limits) as unknown as Layers;
  expect(plot.layer[1]?.data.values).toEqual([{ name: "limit of the core", value: 90 }]);
});
