/** The chain of physics that the framework replaced here is tested with: axis, quadratic phase, sum, fit. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { durable } from "../fixtures/stages.ts";
import { graph } from "../graph/graph.ts";
import { arrayPort } from "../stage/port.ts";
import { defineStage } from "../stage/stage.ts";
import { memoryStore } from "../store/memory-store.ts";
import { ndarray } from "../value/ndarray.ts";
import { run } from "./run.ts";

const axis = arrayPort("float64", { unit: "rad/fs" });
const phase = arrayPort("float64", { unit: "rad" });

const frequencyAxis = defineStage(undefined, {
  name: "demo/frequency-axis",
  version: 1,
  config: z.strictObject({ count: z.int(), centre: z.number(), span: z.number() }),
  outputs: { omega: axis },
  run({ config: { count, centre, span } }) {
    const omega = ndarray("float64", [count], "rad/fs");
    for (let i = 0; i < count; i++) omega.data[i] = centre + span * (i / (count - 1) - 0.5);
    return { omega };
  },
});

/** φ = GDD (ω − ω₀)² / 2. */
const quadraticPhase = defineStage(undefined, {
  name: "demo/quadratic-phase",
  version: 1,
  config: z.strictObject({ gddFs2: z.number(), centre: z.number() }),
  inputs: { omega: axis },
  outputs: { phase },
  run({ config: { gddFs2, centre }, inputs: { omega } }) {
    const turned = ndarray("float64", omega.shape, "rad");
    for (let i = 0; i < turned.data.length; i++)
      turned.data[i] = 0.5 * gddFs2 * ((omega.data[i] as number) - centre) ** 2;
    return { phase: turned };
  },
});

const sumOfPhases = defineStage(undefined, {
  name: "demo/sum",
  version: 1,
  inputs: { left: phase, right: phase },
  outputs: { phase },
  run({ inputs: { left, right } }) {
    const sum = ndarray("float64", left.shape, "rad");
    for (let i = 0; i < sum.data.length; i++) sum.data[i] = (left.data[i] as number) + (right.data[i] as number);
    return { phase: sum };
  },
});

/** The second derivative at the centre, from a parabola through centre and ends. */
const fit = defineStage(undefined, {
  name: "demo/fit",
  version: 1,
  inputs: { omega: axis, phase },
  outputs: {},
  run({ inputs: { omega, phase: total }, metric, artifact }) {
    const last = omega.data.length - 1;
    const half = ((omega.data[last] as number) - (omega.data[0] as number)) / 2;
    const middle = ((total.data[last >> 1] as number) + (total.data[(last + 1) >> 1] as number)) / 2;
    const ends = ((total.data[0] as number) + (total.data[last] as number)) / 2;
    metric("GDD", (2 * (ends - middle)) / half ** 2, "fs^2");
    artifact("phase", { kind: "data", title: "Phase", data: total });
    return {};
  },
});

const demo = graph("demo", ({ add }) => {
  const { omega } = add(frequencyAxis, { count: 2048, centre: 0.02, span: 1e-3 });
  const left = add(quadraticPhase, { gddFs2: 100, centre: 0.02 }, { omega }).phase;
  const right = add(quadraticPhase, { gddFs2: 250, centre: 0.02 }, { omega }).phase;
  add(fit, {}, { omega, phase: add(sumOfPhases, {}, { left, right }).phase });
  return {};
});

describe("the chain of the pulse", () => {
  it("gives the sum of the dispersions as a metric with a unit, and the phase as an artifact, cold and warm", async () => {
    const store = memoryStore();
    for (const status of ["computed", "hit"]) {
      const { metrics, artifacts, nodes } = await run(demo, { store, fingerprints: durable });
      expect(nodes.every((node) => node.status === status)).toBe(true);
      // The centre lies between two points, 2.4e-7 from each: the parabola misses it by (1 / 2047)^2, about 2.4e-7 of the whole.
      expect(metrics["fit.GDD"]?.value).toBeCloseTo(350, 3);
      expect(metrics["fit.GDD"]?.unit).toBe("fs^2");
      const [plot] = artifacts;
      expect((await plot?.load())?.content).toMatchObject({ data: { shape: [2048], unit: "rad" } });
    }
  });
});
