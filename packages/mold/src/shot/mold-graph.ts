/** A scenario as a graph of stages: preparation → integration → gas and vents → quality → plots. */
import { type Graph, graph } from "@simloom/pipeline";
import type { Scenario } from "../scenario/scenario.ts";
import { figures } from "./figures.ts";
import { gasAndVents } from "./gas-and-vents.ts";
import { integration } from "./integration.ts";
import { preparation } from "./preparation.ts";
import { quality } from "./quality.ts";
import { shotSettings } from "./settings.ts";

/** How a graph is made. */
export interface MoldGraphOptions {
  /** Name of the graph. Default "mould shot". */
  readonly title?: string;
  /** The stage that integrates; `@simloom/mold/node` has one for CVODE. Default: the back ends that run everywhere. */
  readonly integration?: typeof integration;
}

/** The whole shot. Errors: `MOLD-011` when the system lacks figures. */
export function moldGraph(scenario: Scenario, options: MoldGraphOptions = {}): Graph {
  const { title = "mould shot", integration: integrate = integration } = options;
  const { shot, thermal, grid, solver, gas: vents, hardness, limits } = shotSettings(scenario);
  const { maxCoreC, maxPressureBar, minConversion, minDensityKgPerM3, maxDensityKgPerM3, minHardnessShore } = limits;
  return graph(title, ({ add }) => {
    const { prepared } = add(preparation, shot);
    const { trajectory } = add(integrate, { thermal, grid, solver }, { prepared }, { id: "integration" });
    const { gas } = add(gasAndVents, vents, { prepared, trajectory });
    const { part } = add(quality, { hardness, limits }, { prepared, trajectory, gas });
    add(
      figures,
      { maxCoreC, maxPressureBar, minConversion, minDensityKgPerM3, maxDensityKgPerM3, minHardnessShore },
      { trajectory, gas, part },
    );
    return { prepared, trajectory, gas, part };
  });
}
