import { eachComponent } from "../code/emitter.ts";
import { slot } from "../code/workspace.ts";
import type { OdeMethod } from "../method/method.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { acceptText, rejectText, type StepController } from "./controller.ts";
import type { OdeProgram } from "./program.ts";

/** Why generated code hands back to its driver. */
export const SIGNAL = { segmentEnd: 1, event: 2, rowsFull: 3, stepBudget: 4, stepTooSmall: 5 } as const;

/** Places within a step at which events are looked for, besides its end: half-way. */
export const EVENT_CHECKS = 2;

/**
 * The whole integration as text: steps, error control, dense output, saving and the search for events run without leaving
 * it; the driver is called back only when something happens.
 */
export function integrationSource(
  problem: OdeProblem,
  method: OdeMethod,
  controller: StepController,
  program: OdeProgram,
): string {
  const n = problem.stateNames.length;
  const { method: code, regions, functions } = program;
  const { state, next, stage, eventValues, eventSigns, eventSignsAfter } = regions;
  const copy = (to: string, from: string) =>
    eachComponent(n, (_, index) => `${to.replace("#", index)} = ${from.replace("#", index)};`);
  const hasEvents = problem.events.length > 0;
  const signs = problem.events.map((_, j) => ({
    value: `w[${eventValues.offset + j}]`,
    before: `w[${eventSigns.offset + j}]`,
    after: `w[${eventSignsAfter.offset + j}]`,
  }));
  const crossing = problem.events.map(({ direction = "either" }, j) => {
    const { value, after } = signs[j] as (typeof signs)[number];
    const rising = `(${after} < 0 && ${value} >= 0)`;
    const falling = `(${after} > 0 && ${value} <= 0)`;
    return direction === "rising" ? rising : direction === "falling" ? falling : `${rising} || ${falling}`;
  });
  const lookForEvents = `
${signs.map(({ before, after }) => `${after} = ${before};`).join(" ")}
for (let part = 1; part <= ${EVENT_CHECKS}; part++) {
  if (part === ${EVENT_CHECKS}) { ${slot("stageTime")} = ${slot("nextTime")}; eventValues(${next.offset}, ${eventValues.offset}); }
  else {
    if (${slot("hasDense")} === 0) prepareDense();
    ${slot("theta")} = part / ${EVENT_CHECKS};
    denseAt(${stage.offset});
    ${slot("stageTime")} = ${slot("time")} + ${slot("theta")} * ${slot("step")};
    eventValues(${stage.offset}, ${eventValues.offset});
  }
  if (${crossing.join(" || ") || "false"}) return ${SIGNAL.event};
  ${signs.map(({ value, after }) => `if (${value} > 0) ${after} = 1; else if (${value} < 0) ${after} = -1;`).join(" ")}
}`;

  const stageEnd = `${slot("nextTime")} === ${slot("endTime")} ? ${slot("leftLimit")} : ${slot("nextTime")}`;

  return `"use strict";
${functions}
let saveTimes = new Float64Array(0), rowTimes = new Float64Array(0), rowStates = new Float64Array(0);
function setArrays(times, rows, states) { saveTimes = times; rowTimes = rows; rowStates = states; }
function begin() {
  const t = ${slot("time")};
  ${code.begin}
}
function attempt() {
  const t = ${slot("time")}, h = ${slot("step")}, tn = ${stageEnd};
  ${code.attempt}
}
function accept() {
  const t = ${slot("time")}, h = ${slot("step")}, tn = ${stageEnd};
  ${code.accepted ?? ""}
}
function prepareDense() {
  const t = ${slot("time")}, h = ${slot("step")}, tn = ${slot("nextTime")};
  ${slot("hasDense")} = 1;
  ${code.prepareDense}
}
function denseAt(k) {
  const theta = ${slot("theta")}, sigma = 1 - theta;
  ${eachComponent(n, (at, index) => `w[k + ${index}] = ${denseText(code, at)};`)}
}
function save() {
  if (${slot("savesSteps")} === 1) {
    const row = ${slot("savedRows")};
    if (row >= ${slot("rowCapacity")}) return ${SIGNAL.rowsFull};
    rowTimes[row] = ${slot("nextTime")};
    const to = row * ${n};
    ${copy("rowStates[to + #]", `w[${next.offset} + #]`)}
    ${slot("savedRows")} = row + 1;
    return 0;
  }
  const limit = ${slot("saveLimit")}, direction = ${slot("direction")}, count = ${slot("saveCount")};
  let index = ${slot("saveIndex")};
  while (index < count) {
    const ts = saveTimes[index];
    if ((ts - limit) * direction > 0) break;
    rowTimes[index] = ts;
    const to = index * ${n};
    if (ts === ${slot("nextTime")}) {
      ${copy("rowStates[to + #]", `w[${next.offset} + #]`)}
    } else {
      if (${slot("hasDense")} === 0) prepareDense();
      ${slot("theta")} = (ts - ${slot("time")}) / ${slot("step")};
      denseAt(${stage.offset});
      ${copy("rowStates[to + #]", `w[${stage.offset} + #]`)}
    }
    index += 1;
    ${slot("savedRows")} = index;
    ${slot("saveIndex")} = index;
  }
  return 0;
}
function commit() {
  const t = ${slot("time")}, h = ${slot("step")}, tn = ${slot("nextTime")};
  if (${slot("recordsDense")} === 1) { if (${slot("hasDense")} === 0) prepareDense(); host.record(); }
  ${copy(`w[${state.offset} + #]`, `w[${next.offset} + #]`)}
  ${code.commit ?? ""}
  ${slot("time")} = tn;
  ${slot("step")} = ${slot("nextStep")};
  ${slot("hasDense")} = 0;
  ${signs.map(({ before, after }) => `${before} = ${after};`).join(" ")}
}
function nextIsFinite() {
  let sum = 0;
  ${eachComponent(n, (_, index) => `sum += 0 * w[${next.offset} + ${index}];`)}
  return sum === 0;
}
function control() {
  const h = ${slot("step")};
  ${code.choosesStep === true || method.hasFixedSteps ? "" : acceptText(controller, method.errorExponent)}
}
function advance() {
  for (;;) {
    const t = ${slot("time")};
    if (t === ${slot("endTime")}) return ${SIGNAL.segmentEnd};
    if (${slot("stepBudget")} <= 0) return ${SIGNAL.stepBudget};
    ${slot("stepBudget")} -= 1;
    ${method.hasFixedSteps ? fixedStep() : adaptiveStep()}
    attempt();
    ${method.hasFixedSteps ? `if (!nextIsFinite()) { ${slot("error")} = NaN; ${slot("failedStep")} = ${slot("step")}; }` : ""}
    ${slot("hasDense")} = 0;
    if (!(${slot("error")} <= 1)) {
      ${slot("rejected")} += 1;
      ${method.hasFixedSteps ? `return ${SIGNAL.stepTooSmall};` : rejection(code.rejected, controller, method)}
    }
    ${slot("accepted")} += 1;
    accept();
    control();
    ${slot("justRejected")} = 0;
    ${hasEvents ? lookForEvents : ""}
    ${slot("saveLimit")} = ${slot("nextTime")};
    if (${slot("savesSteps")} === 1 || ${slot("saveIndex")} < ${slot("saveCount")}) {
      const signal = save();
      if (signal !== 0) return signal;
    }
    commit();
  }
}
return { setArrays, hoist, begin, advance, attempt, save, commit, prepareDense, denseAt, rhs, eventValues, jacobian: ${program.matrix === undefined ? "undefined" : "jacobian"} };`;
}

function fixedStep(): string {
  return `
    const index = ${slot("fixedIndex")} + 1;
    let tn = ${slot("fixedStart")} + index * ${slot("fixedStep")};
    if ((tn - ${slot("endTime")}) * ${slot("direction")} > -1e-9 * Math.abs(${slot("fixedStep")})) tn = ${slot("endTime")};
    ${slot("fixedIndex")} = index;
    ${slot("step")} = tn - t;
    ${slot("nextStep")} = tn - t;
    ${slot("nextTime")} = tn;`;
}

function adaptiveStep(): string {
  return `
    const remaining = ${slot("endTime")} - t, most = ${slot("maximumStep")};
    let h = ${slot("step")};
    if (Math.abs(h) > most) h = ${slot("direction")} * most;
    if (Math.abs(h) * 1.000001 >= Math.abs(remaining)) {
      h = remaining;
      ${slot("nextTime")} = ${slot("endTime")};
    } else {
      ${slot("nextTime")} = t + h;
      if (${slot("nextTime")} === t || Math.abs(h) < ${slot("minimumStep")}) return ${SIGNAL.stepTooSmall};
    }
    ${slot("step")} = h;`;
}

function rejection(extra: string | undefined, controller: StepController, method: OdeMethod): string {
  return `
      const h = ${slot("step")};
      ${extra ?? ""}
      ${slot("failedStep")} = h;
      const forced = ${slot("retryFactor")};
      ${slot("retryFactor")} = 0;
      const factor = forced > 0 ? forced : ${slot("error")} < Infinity ? ${rejectText(controller, method.errorExponent)} : 0.25;
      ${slot("step")} = h * factor;
      ${slot("justRejected")} = 1;
      continue;`;
}

function denseText(
  { dense }: OdeProgram["method"],
  at: (region: { offset: number; length: number }) => string,
): string {
  const { basis, coefficients } = dense;
  return coefficients.reduceRight((inner, region, degree) => {
    if (inner === "") return at(region);
    const factor = basis === "powers" || degree % 2 === 0 ? "theta" : "sigma";
    return `${at(region)} + ${factor} * (${inner})`;
  }, "");
}
