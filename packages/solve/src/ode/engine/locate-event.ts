import { SLOT } from "../code/workspace.ts";
import type { Integration } from "./integration.ts";
import { EVENT_CHECKS } from "./source.ts";

/** A crossing inside the step that was just accepted. */
export interface Crossing {
  readonly event: number;
  /** Place in the step, 0 … 1. */
  readonly theta: number;
  readonly direction: "rising" | "falling";
}

const MAX_ITERATIONS = 100;

/**
 * All crossings of the accepted step in order of time. Signs after the step are left in `eventSignsAfter`. Roots are bracketed
 * on the dense output to the resolution of the time; the end on the far side is given.
 */
export function crossingsOfStep(integration: Integration): readonly Crossing[] {
  const { problem, workspace: w, regions } = integration;
  const values = integration.view(regions.eventValues);
  const before = integration.view(regions.eventSigns);
  const after = integration.view(regions.eventSignsAfter);
  after.set(before);
  const crossings: Crossing[] = [];
  for (let part = 1; part <= EVENT_CHECKS; part++) {
    const to = part / EVENT_CHECKS;
    evaluateAt(integration, to);
    const ends = values.slice();
    problem.events.forEach(({ direction = "either" }, event) => {
      const sign = after[event] as number;
      const end = ends[event] as number;
      const crosses = (sign < 0 && end >= 0) || (sign > 0 && end <= 0);
      const found = sign < 0 ? "rising" : "falling";
      if (crosses && (direction === "either" || direction === found))
        crossings.push({
          event,
          theta: bracket(integration, event, to - 1 / EVENT_CHECKS, to, sign),
          direction: found,
        });
      if (crosses) after[event] = -sign;
      else if (end !== 0 && !Number.isNaN(end)) after[event] = Math.sign(end);
    });
  }
  return crossings.sort((a, b) => a.theta - b.theta || a.event - b.event);

  function bracket(from: Integration, event: number, low: number, high: number, sign: number): number {
    let a = low;
    let b = high;
    let valueA = sign * Math.abs(valueAt(from, event, a));
    let valueB = valueAt(from, event, b);
    const h = Math.abs(w[SLOT.step] as number);
    const resolution = (2 ** -52 * Math.max(Math.abs(w[SLOT.time] as number), h)) / h;
    for (let iteration = 0; iteration < MAX_ITERATIONS && b - a > 2 * resolution && valueB !== 0; iteration++) {
      // Regula falsi with halved weights (Illinois); every third time the interval is halved instead.
      const secant = (a * valueB - b * valueA) / (valueB - valueA);
      const middle = iteration % 3 === 2 || !(secant > a && secant < b) ? (a + b) / 2 : secant;
      const value = valueAt(from, event, middle);
      if (value !== 0 && Math.sign(value) === sign) {
        a = middle;
        valueA = value;
        valueB /= 2;
      } else {
        b = middle;
        valueB = value;
        valueA /= 2;
      }
      if (middle === a && middle === b) break;
    }
    return b;
  }
}

/** Puts the state at θ into `stage`, and the event functions there into `eventValues`. */
export function evaluateAt(integration: Integration, theta: number): void {
  const { workspace: w, regions } = integration;
  if (theta === 1) {
    w.copyWithin(regions.stage.offset, regions.next.offset, regions.next.offset + regions.next.length);
    w[SLOT.stageTime] = w[SLOT.nextTime] as number;
  } else {
    if (w[SLOT.hasDense] === 0) integration.prepareDense();
    w[SLOT.theta] = theta;
    integration.denseAt(regions.stage.offset);
    w[SLOT.stageTime] = (w[SLOT.time] as number) + theta * (w[SLOT.step] as number);
  }
  integration.eventValues(regions.stage.offset, regions.eventValues.offset);
}

function valueAt(integration: Integration, event: number, theta: number): number {
  evaluateAt(integration, theta);
  return integration.workspace[integration.regions.eventValues.offset + event] as number;
}
