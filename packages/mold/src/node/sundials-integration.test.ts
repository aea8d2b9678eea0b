import { run } from "@simloom/pipeline";
import { hasSundials } from "@simloom/solve/node";
import { expect, it } from "vitest";
import { scenarioWith } from "../fixtures/cases.ts";
import { moldGraph } from "../shot/mold-graph.ts";
import type { TrajectoryValue } from "../shot/ports.ts";
import { sundialsIntegration } from "./sundials-integration.ts";

/** The trajectory of a back end, in the graph that the command line runs. */
async function trajectoryOf(backend: string): Promise<TrajectoryValue> {
  const scenario = scenarioWith({ simulation: { backend, sundials_rtol: 1e-8, sundials_atol: 1e-10 } });
  const done = await run(moldGraph(scenario, { integration: sundialsIntegration }));
  return (await done.output("trajectory")) as unknown as TrajectoryValue;
}

it("CVODE gives the trajectory of the house's own stiff method, or says that SUNDIALS is missing", async () => {
  if (!hasSundials()) {
    await expect(trajectoryOf("cvode")).rejects.toThrow(/SUNDIALS/);
    return;
  }
  const [cvode, stiff] = await Promise.all([trajectoryOf("cvode"), trajectoryOf("stiff")]);
  expect(cvode.solver).toMatchObject({ backend: "cvode", method: "cvode", relativeTolerance: 1e-8 });
  const furthest = cvode.coreK.data.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (stiff.coreK.data[index] as number))),
    0,
  );
  // the stiff method at its default of 1e-6 errs more than CVODE at 1e-8
  expect(furthest).toBeLessThan(2e-3);
  expect(cvode.stages.gelS).toBeCloseTo(stiff.stages.gelS ?? 0, 3);
});
