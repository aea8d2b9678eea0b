import { SLOT } from "../code/workspace.ts";
import type { StateChange } from "../problem/event.ts";
import { type DenseRecorder, denseRecorder } from "./dense.ts";
import { failureOf } from "./failure.ts";
import { firstStep } from "./first-step.ts";
import type { Integration } from "./integration.ts";
import { type Crossing, crossingsOfStep, evaluateAt } from "./locate-event.ts";
import type { RunSetup } from "./options.ts";
import type { EventRecord, OdeSolution, RunNotice, RunStatus } from "./solution.ts";
import { SIGNAL } from "./source.ts";
import { stateChanges } from "./state-change.ts";

const FIRST_ROWS = 256;

/** Runs a compiled problem. */
export function runIntegration(integration: Integration, setup: RunSetup): OdeSolution {
  const { workspace: w, regions, problem, method } = integration;
  const n = problem.stateNames.length;
  const state = integration.view(regions.state);
  const next = integration.view(regions.next);
  const signs = integration.view(regions.eventSigns);
  const parameters = integration.view(regions.parameters);
  const direction = Math.sign(setup.end - setup.start);
  const events: EventRecord[] = [];
  const notices: RunNotice[] = [];
  const changes = stateChanges(problem);
  const savesSteps = setup.saveTimes === undefined;
  const rows = rowStore(n, setup);
  const recorder: DenseRecorder | undefined = setup.recordsDense ? denseRecorder(n, integration.dense, w) : undefined;

  integration.clear();
  w[SLOT.time] = setup.start;
  w[SLOT.direction] = direction;
  w[SLOT.relativeTolerance] = setup.relativeTolerance;
  w[SLOT.minimumStep] = setup.limits.minimumStep;
  w[SLOT.maximumStep] = setup.limits.maximumStep;
  w[SLOT.stepBudget] = setup.limits.steps;
  w[SLOT.savesSteps] = savesSteps ? 1 : 0;
  w[SLOT.recordsDense] = recorder === undefined ? 0 : 1;
  w[SLOT.saveCount] = setup.saveTimes?.length ?? 0;
  state.set(setup.initial);
  parameters.set(setup.parameters);
  integration.view(regions.absolute).set(setup.absoluteTolerances);
  rows.attach(integration);
  integration.onRecord = () =>
    recorder?.record(w[SLOT.time] as number, (w[SLOT.nextTime] as number) - (w[SLOT.time] as number));
  integration.hoist();
  next.set(state);
  saveStart();
  armEvents(undefined);

  const stops = problem.breakpoints.filter(
    (time) => (time - setup.start) * direction > 0 && (setup.end - time) * direction > 0,
  );
  if (direction < 0) stops.reverse();
  let status: RunStatus = { kind: "finished" };
  for (const end of [...stops, setup.end]) {
    w[SLOT.endTime] = end;
    w[SLOT.leftLimit] =
      end === setup.end ? end : end - direction * Math.max(Math.abs(end) * 2 ** -52, Number.MIN_VALUE);
    restart();
    status = runSegment();
    if (status.kind !== "finished") break;
  }
  return finish();

  function saveStart(): void {
    w[SLOT.nextTime] = setup.start;
    w[SLOT.saveLimit] = setup.start;
    integration.save();
  }

  /** Begins anew at the present state: at the start, at break points, and after states were changed. */
  function restart(): void {
    w[SLOT.justRejected] = 0;
    w[SLOT.previousStep] = 0;
    w[SLOT.logError1] = 0;
    w[SLOT.logError2] = 0;
    w[SLOT.hasDense] = 0;
    if (setup.step !== undefined) {
      w[SLOT.fixedStart] = w[SLOT.time] as number;
      w[SLOT.fixedIndex] = 0;
      w[SLOT.fixedStep] = setup.step * direction;
    } else {
      const left = Math.abs((w[SLOT.endTime] as number) - (w[SLOT.time] as number));
      const longest = Math.min(setup.limits.maximumStep, left);
      w[SLOT.step] = direction * Math.min(setup.firstStep ?? firstStep(integration, longest), longest);
    }
    integration.begin();
  }

  function runSegment(): RunStatus {
    for (;;) {
      const signal = integration.advance();
      if (signal === SIGNAL.segmentEnd) return { kind: "finished" };
      if (signal === SIGNAL.event) {
        const stopped = handleEvents();
        if (stopped !== undefined) return stopped;
      } else if (signal === SIGNAL.rowsFull) {
        if (!rows.grow(integration)) return failureOf(integration, setup, "saved-numbers-limit");
        integration.save();
        integration.commit();
      } else return failureOf(integration, setup, signal === SIGNAL.stepBudget ? "step-limit" : undefined);
    }
  }

  function handleEvents(): RunStatus | undefined {
    for (const crossing of crossingsOfStep(integration)) {
      const event = problem.events[crossing.event];
      const action = event?.action ?? "record";
      const time = note(crossing);
      if (action === "record") continue;
      cutStep(crossing.theta, time);
      if (action === "stop") return { kind: "stopped", event: event?.name ?? "", time };
      (changes[crossing.event] as StateChange)(time, state, parameters);
      next.set(state);
      armEvents(crossing.event);
      saveEvent();
      if (time !== w[SLOT.endTime]) restart();
      return undefined;
    }
    w[SLOT.saveLimit] = w[SLOT.nextTime] as number;
    if (integration.save() === SIGNAL.rowsFull) {
      if (!rows.grow(integration)) return failureOf(integration, setup, "saved-numbers-limit");
      integration.save();
    }
    integration.commit();
    return undefined;
  }

  /** Keeps a crossing; its time. */
  function note({ event, theta, direction: found }: Crossing): number {
    evaluateAt(integration, theta);
    const time = w[SLOT.stageTime] as number;
    events.push({
      name: problem.events[event]?.name ?? "",
      time,
      direction: found,
      state: named(integration.view(regions.stage)),
    });
    return time;
  }

  /** Ends the accepted step at an event: what lies before is saved, the state is the one at the event. */
  function cutStep(theta: number, time: number): void {
    const end = w[SLOT.nextTime] as number;
    if (theta < 1) {
      evaluateAt(integration, theta);
      const cut = integration.view(regions.stage).slice();
      if (recorder !== undefined) {
        if (w[SLOT.hasDense] === 0) integration.prepareDense();
        recorder.record(w[SLOT.time] as number, end - (w[SLOT.time] as number));
      }
      w[SLOT.saveLimit] = time;
      if (!savesSteps) integration.save();
      next.set(cut);
      state.set(cut);
    } else {
      if (recorder !== undefined) integration.onRecord();
      w[SLOT.saveLimit] = time;
      if (!savesSteps) integration.save();
      state.set(next);
    }
    w[SLOT.time] = time;
    w[SLOT.nextTime] = time;
    w[SLOT.hasDense] = 0;
    saveEvent();
  }

  function saveEvent(): void {
    if (!savesSteps) return;
    w[SLOT.nextTime] = w[SLOT.time] as number;
    if (integration.save() === SIGNAL.rowsFull && rows.grow(integration)) integration.save();
  }

  /** Sets the side of zero on which each event function begins; the one that has just fired waits until it has left zero. */
  function armEvents(fired: number | undefined): void {
    if (problem.events.length === 0) return;
    w[SLOT.stageTime] = w[SLOT.time] as number;
    integration.eventValues(regions.state.offset, regions.eventValues.offset);
    integration.view(regions.eventValues).forEach((value, event) => {
      signs[event] = event === fired || Number.isNaN(value) ? 0 : Math.sign(value);
      if (fired === undefined && value === 0)
        notices.push({
          message: `The event ${problem.events[event]?.name} is zero at the start, ${setup.start}; it does not count before it has left zero`,
          remedy: "If it should count, act on the initial state; else start a little later or shift the threshold.",
        });
    });
  }

  function named(values: Float64Array): Readonly<Record<string, number>> {
    return Object.fromEntries(problem.stateNames.map((name, index) => [name, values[index] as number]));
  }

  function finish(): OdeSolution {
    const { times, states } = rows.columns(problem.stateNames, w[SLOT.savedRows] as number);
    const time = w[SLOT.time] as number;
    return {
      status,
      method: method.name,
      times,
      states,
      final: { time, state: named(state) },
      events,
      notices,
      statistics: {
        acceptedSteps: w[SLOT.accepted] as number,
        rejectedSteps: w[SLOT.rejected] as number,
        evaluations: w[SLOT.evaluations] as number,
        jacobians: w[SLOT.jacobians] as number,
        factorisations: w[SLOT.factorisations] as number,
        iterations: w[SLOT.iterations] as number,
      },
      dense: recorder?.solution(setup.start, time),
    };
  }
}

/** Memory for saved rows: as many as there are save points, or more and more for steps. */
function rowStore(n: number, { saveTimes, limits }: RunSetup) {
  let capacity = saveTimes?.length ?? FIRST_ROWS;
  let times = new Float64Array(capacity);
  let states = new Float64Array(capacity * n);
  const attach = (integration: Integration) => {
    integration.setArrays(saveTimes ?? new Float64Array(0), times, states);
    integration.workspace[SLOT.rowCapacity] = capacity;
  };
  return {
    attach,
    grow(integration: Integration): boolean {
      const most = Math.floor(limits.savedNumbers / (n + 1));
      if (capacity >= most) return false;
      capacity = Math.min(most, 2 * capacity);
      const [oldTimes, oldStates] = [times, states];
      times = new Float64Array(capacity);
      states = new Float64Array(capacity * n);
      times.set(oldTimes);
      states.set(oldStates);
      attach(integration);
      return true;
    },
    columns(names: readonly string[], count: number) {
      const columns = names.map((name, index) => {
        const column = new Float64Array(count);
        for (let row = 0; row < count; row++) column[row] = states[row * n + index] as number;
        return [name, column] as const;
      });
      return { times: times.slice(0, count), states: Object.fromEntries(columns) };
    },
  };
}
