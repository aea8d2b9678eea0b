import { exp, log } from "@simloom/numerics";
import { SLOT } from "../code/workspace.ts";
import type { Integration } from "./integration.ts";

/**
 * Length of the first step, from the state, its derivative and the change of that over a small step.
 * Source: Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, 2nd ed., II.4. Two evaluations.
 */
export function firstStep(integration: Integration, longest: number): number {
  const { workspace: w, regions, method, problem, rhs } = integration;
  const fill = () => problem.inputs?.at(w[SLOT.stageTime] as number, integration.view(regions.inputs));
  if (problem.massMatrix !== undefined)
    return Math.min(longest, 1e-6 * Math.abs((w[SLOT.endTime] as number) - (w[SLOT.time] as number)));
  const n = problem.stateNames.length;
  const { state, stage, next, scratch, absolute } = regions;
  const relative = w[SLOT.relativeTolerance] as number;
  const scale = (i: number) => (w[absolute.offset + i] as number) + relative * Math.abs(w[state.offset + i] as number);
  const norm = (value: (i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const scaled = value(i) / scale(i);
      sum += scaled * scaled;
    }
    return Math.sqrt(sum / n);
  };
  const slope = next.offset;
  w[SLOT.stageTime] = w[SLOT.time] as number;
  fill();
  rhs(state.offset, slope);
  const size = norm((i) => w[state.offset + i] as number);
  const speed = norm((i) => w[slope + i] as number);
  const trial = Math.min(longest, size < 1e-5 || !(speed >= 1e-5) ? 1e-6 : (0.01 * size) / speed);
  const signed = trial * (w[SLOT.direction] as number);
  for (let i = 0; i < n; i++) w[stage.offset + i] = (w[state.offset + i] as number) + signed * (w[slope + i] as number);
  w[SLOT.stageTime] = (w[SLOT.time] as number) + signed;
  fill();
  rhs(stage.offset, scratch.offset);
  w[SLOT.evaluations] = (w[SLOT.evaluations] as number) + 2;
  const bend = norm((i) => (w[scratch.offset + i] as number) - (w[slope + i] as number)) / trial;
  const larger = Math.max(speed, bend);
  const second = larger <= 1e-15 ? Math.max(1e-6, 1e-3 * trial) : exp(log(0.01 / larger) / method.errorExponent);
  const chosen = Math.min(100 * trial, second, longest);
  return chosen > 0 && Number.isFinite(chosen) ? chosen : Math.min(longest, 1e-6);
}
