import { SLOT } from "../code/workspace.ts";
import { type DenseRecorder, denseRecorder } from "./dense.ts";
import { noticeAtStart, noticeNotNumber } from "./event-notice.ts";
import { failureOf } from "./failure.ts";
import { firstStep } from "./first-step.ts";
import type { Integration } from "./integration.ts";
import { type Crossing, crossingsOfStep, evaluateAt } from "./locate-event.ts";
import type { RunSetup } from "./options.ts";
import type { EventRecord, OdeSolution, RunNotice, RunStatus } from "./solution.ts";
import { SIGNAL } from "./source.ts";
import { stateChanges } from "./state-change.ts";

const FIRST_ROWS = 256;
const SAME_TIME_ULPS = 16;

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
    const crossings = crossingsOfStep(integration);
    const actionOf = ({ event }: Crossing) => problem.events[event]?.action ?? "record";
    const first = crossings.find((crossing) => actionOf(crossing) !== "record");
    const reach = first === undefined ? 1 : first.theta + sameTime();
    for (const crossing of crossings) if (crossing.theta <= reach) note(crossing);
    if (first !== undefined) {
      const fired = crossings.filter(({ theta }) => Math.abs(theta - first.theta) <= sameTime());
      return act(
        fired.map(({ event }) => event),
        first.theta,
      );
    }
    w[SLOT.saveLimit] = w[SLOT.nextTime] as number;
    if (integration.save() === SIGNAL.rowsFull) {
      if (!rows.grow(integration)) return failureOf(integration, setup, "saved-numbers-limit");
      integration.save();
    }
    integration.commit();
    return undefined;
  }

  /** Cuts the step where events fire together. A stop ends the run with the state there; else all changes are made in order. */
  function act(fired: readonly number[], theta: number): RunStatus | undefined {
    evaluateAt(integration, theta);
    const time = w[SLOT.stageTime] as number;
    if (!cutStep(theta, time)) return failureOf(integration, setup, "saved-numbers-limit");
    const stop = fired.find((event) => problem.events[event]?.action === "stop");
    if (stop !== undefined) {
      if (setup.savesEnd && w[SLOT.savedRows] === 0) rows.put(integration, time, state);
      return { kind: "stopped", event: problem.events[stop]?.name ?? "", time };
    }
    for (const event of fired) changes[event]?.(time, state, parameters);
    next.set(state);
    armEvents(new Set(fired));
    if (!saveEvent()) return failureOf(integration, setup, "saved-numbers-limit");
    if (time !== w[SLOT.endTime]) restart();
    return undefined;
  }

  /** Distance in the step within which crossings are at one time: what rounding of the time and of root finding leave open. */
  function sameTime(): number {
    const step = Math.abs(w[SLOT.step] as number);
    return (SAME_TIME_ULPS * Number.EPSILON * Math.max(Math.abs(w[SLOT.nextTime] as number), step)) / step;
  }

  /** Keeps a crossing. */
  function note({ event, theta, direction: found }: Crossing): void {
    evaluateAt(integration, theta);
    events.push({
      name: problem.events[event]?.name ?? "",
      time: w[SLOT.stageTime] as number,
      direction: found,
      state: named(integration.view(regions.stage)),
    });
  }

  /** Ends the accepted step at an event: what lies before is saved, the state is the one at the event. */
  function cutStep(theta: number, time: number): boolean {
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
    return saveEvent();
  }

  /** Saves the state at an event as a row of its own, where steps are saved; whether there was room. */
  function saveEvent(): boolean {
    if (!savesSteps) return true;
    w[SLOT.nextTime] = w[SLOT.time] as number;
    if (integration.save() !== SIGNAL.rowsFull) return true;
    return rows.grow(integration) && integration.save() === 0;
  }

  /** Sets the side of zero on which each event function begins; those that have just fired wait until they have left zero. */
  function armEvents(fired: ReadonlySet<number> | undefined): void {
    if (problem.events.length === 0) return;
    w[SLOT.stageTime] = w[SLOT.time] as number;
    integration.eventValues(regions.state.offset, regions.eventValues.offset);
    integration.view(regions.eventValues).forEach((value, event) => {
      signs[event] = fired?.has(event) === true || Number.isNaN(value) ? 0 : Math.sign(value);
      const notice =
        fired === undefined ? noticeAtStart(problem.events[event]?.name ?? "", value, setup.start) : undefined;
      if (notice !== undefined) notices.push(notice);
    });
  }

  /** An event may become undefined on the way; once a run is enough to say so. */
  function noteEventsNotNumbers(): void {
    if (problem.events.length === 0) return;
    w[SLOT.stageTime] = w[SLOT.time] as number;
    integration.eventValues(regions.state.offset, regions.eventValues.offset);
    integration.view(regions.eventValues).forEach((value, event) => {
      const notice = noticeNotNumber(problem.events[event]?.name ?? "", w[SLOT.time] as number);
      const isKnown = notices.some(({ message }) =>
        message.startsWith(`The event ${problem.events[event]?.name} is not`),
      );
      if (Number.isNaN(value) && !isKnown) notices.push(notice);
    });
  }

  function named(values: Float64Array): Readonly<Record<string, number>> {
    const state: Record<string, number> = {};
    problem.stateNames.forEach((name, index) => {
      state[name] = values[index] as number;
    });
    return state;
  }

  function finish(): OdeSolution {
    noteEventsNotNumbers();
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
  const most = Math.floor(limits.savedNumbers / (n + 1));
  let capacity = saveTimes?.length ?? Math.min(FIRST_ROWS, most);
  let times = new Float64Array(capacity);
  let states = new Float64Array(capacity * n);
  const attach = (integration: Integration) => {
    integration.setArrays(saveTimes ?? new Float64Array(0), times, states);
    integration.workspace[SLOT.rowCapacity] = capacity;
  };
  return {
    attach,
    put({ workspace: w }: Integration, time: number, state: Float64Array): void {
      times[0] = time;
      states.set(state);
      w[SLOT.savedRows] = 1;
    },
    grow(integration: Integration): boolean {
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
      const columns: Record<string, Float64Array> = {};
      names.forEach((name, index) => {
        const column = new Float64Array(count);
        for (let row = 0; row < count; row++) column[row] = states[row * n + index] as number;
        columns[name] = column;
      });
      return { times: times.slice(0, count), states: columns };
    },
  };
}
