import { solveError } from "../../errors.ts";
import { SLOT } from "../code/workspace.ts";
import { noticeAtStart } from "../engine/event-notice.ts";
import { compileIntegration, type Integration } from "../engine/integration.ts";
import type { RunSetup } from "../engine/options.ts";
import type { EventRecord, FailureReason, OdeSolution, RunNotice, RunStatus } from "../engine/solution.ts";
import { stateChanges } from "../engine/state-change.ts";
import { bdf } from "../method/bdf.ts";
import type { ExternalMethod } from "../method/method.ts";
import { solvedForDerivatives } from "../problem/mass-matrix.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { call, check, counter, FAMILY, openSession, type Session } from "./session.ts";
import { loadSundials, type Sundials } from "./sundials.ts";

const [NORMAL, ONE_STEP] = [1, 2];
const [STOP_TIME, ROOT] = [1, 2];

/** Steps in a row that leave the time where it is; the library goes on without end there. */
const MOST_IDLE_STEPS = 10;

const COUNTERS = [
  "NumSteps",
  "NumErrTestFails",
  "NumRhsEvals",
  "NumJacEvals",
  "NumLinSolvSetups",
  "NumNonlinSolvIters",
];

/**
 * CVODE of SUNDIALS with BDF of order 1 to 5, Newton iterations and the exact Jacobian, dense or banded. Its own steps, roots and
 * statistics. Source: A. Hindmarsh et al., ACM Trans. Math. Softw. 31 (2005) 363. Throws `SOLV-020` where it is not installed.
 * A regular mass matrix is multiplied away; a singular one is refused (`SOLV-008`).
 */
export const cvode: ExternalMethod = external("cvode", FAMILY.bdf);

/** CVODE with Adams formulas of order 1 to 12 and functional iterations, for non-stiff problems. */
export const cvodeAdams: ExternalMethod = external("cvode-adams", FAMILY.adams);

function external(name: string, family: number): ExternalMethod {
  return {
    name,
    hasFixedSteps: false,
    takesMassMatrix: true,
    run: (problem, setup) => runCvode(name, family, withoutMassMatrix(name, problem), setup),
  };
}

const solved = new WeakMap<OdeProblem, OdeProblem>();

/** CVODE solves y' = f only. Throws `SOLV-008` where the mass matrix is singular. */
function withoutMassMatrix(name: string, problem: OdeProblem): OdeProblem {
  const known = solved.get(problem) ?? solvedForDerivatives(problem);
  if (known === undefined)
    throw solveError(
      "SOLV-008",
      `${name} takes no algebraic equations, and the mass matrix of ${problem.name} is singular`,
      "Use rodas5p, radau5 or bdf, or insert the algebraic equations into the others.",
      { method: name, problem: problem.name },
    );
  solved.set(problem, known);
  return known;
}

const compiled = new WeakMap<OdeProblem, Integration>();

function runCvode(name: string, family: number, problem: OdeProblem, setup: RunSetup): OdeSolution {
  if (setup.recordsDense)
    throw solveError("SOLV-008", `${name} keeps no dense output`, "Save at the times you need, or use bdf.", {
      method: name,
    });
  const library = loadSundials();
  const integration = compiled.get(problem) ?? compileIntegration(problem, bdf);
  compiled.set(problem, integration);
  const session = openSession(library, family, problem, setup, integration);
  try {
    return drive(name, library, problem, setup, integration, session);
  } finally {
    session.close();
  }
}

function drive(
  name: string,
  library: Sundials,
  problem: OdeProblem,
  setup: RunSetup,
  integration: Integration,
  { memory, vector, state, thrown, sawNonFinite }: Session,
): OdeSolution {
  const { start, end, saveTimes } = setup;
  const turn = Math.sign(end - start);
  const changes = stateChanges(problem);
  const parameters = integration.view(integration.regions.parameters);
  const most = Math.floor(setup.limits.savedNumbers / (problem.stateNames.length + 1));
  const notices = zeroAtStart(problem, setup, integration);
  const rows: Float64Array[] = [];
  const times: number[] = [];
  const events: EventRecord[] = [];
  const keep = (time: number) => {
    times.push(time);
    rows.push(state.slice());
  };
  const named = (values: Float64Array) =>
    Object.fromEntries(problem.stateNames.map((stateName, index) => [stateName, values[index] as number]));
  const stops = [...problem.breakpoints].filter((time) => (time - start) * turn > 0 && (end - time) * turn > 0);
  if (turn < 0) stops.reverse();
  stops.push(end);
  const found = new Int32Array(problem.events.length);
  const reached: [number] = [start];
  let time = start;
  let saveIndex = 0;
  let status: RunStatus = { kind: "finished" };
  if (saveTimes === undefined) keep(start);
  else if (saveTimes[0] === start) {
    keep(start);
    saveIndex = 1;
  }
  check("CVodeSetStopTime", call(library, "CVodeSetStopTime", memory, stops[0]));
  const current = counter(library, memory);
  // The library counts anew where it begins anew.
  const before = new Map<string, number>();
  const stepCount = (what: string) => (before.get(what) ?? 0) + current(what);
  const restart = () => {
    for (const what of COUNTERS) before.set(what, stepCount(what));
    check("CVodeReInit", call(library, "CVodeReInit", memory, time, vector));
    check("CVodeSetStopTime", call(library, "CVodeSetStopTime", memory, stops[0]));
  };
  let idle = 0;
  while (time !== end) {
    const target = saveTimes === undefined ? end : (saveTimes[saveIndex] ?? end);
    const until = (target - (stops[0] as number)) * turn > 0 ? (stops[0] as number) : target;
    const flag = call(
      library,
      "CVode",
      memory,
      until,
      vector,
      reached,
      saveTimes === undefined ? ONE_STEP : NORMAL,
    ) as number;
    const error = thrown();
    if (error !== undefined) throw error;
    idle = reached[0] === time && flag !== ROOT ? idle + 1 : 0;
    time = reached[0];
    if (flag >= 0 && (idle > MOST_IDLE_STEPS || stepCount("NumSteps") >= setup.limits.steps)) {
      status = failure(name, problem, idle > MOST_IDLE_STEPS ? (sawNonFinite() ? -10 : -2) : -1, time, setup);
      break;
    }
    if (flag < 0) {
      status = failure(name, problem, flag, time, setup);
      break;
    }
    if (saveTimes === undefined && times.length >= most) {
      status = failure(name, problem, SAVED_NUMBERS, time, setup);
      break;
    }
    if (flag === ROOT) {
      check("CVodeGetRootInfo", call(library, "CVodeGetRootInfo", memory, found));
      const stopped = handleRoots();
      if (stopped) break;
      continue;
    }
    if (saveTimes === undefined) keep(time);
    else if (time === saveTimes[saveIndex]) {
      keep(time);
      saveIndex++;
    }
    if ((flag === STOP_TIME || time === stops[0]) && stops.length > 1) {
      stops.shift();
      restart();
    }
  }
  return finish();

  function handleRoots(): boolean {
    const fired = [...problem.events.entries()].filter(([index]) => found[index] !== 0);
    for (const [index, { name: eventName }] of fired)
      events.push({
        name: eventName,
        time,
        direction: (found[index] as number) * turn > 0 ? "rising" : "falling",
        state: named(state),
      });
    if (fired.every(([, { action = "record" }]) => action === "record")) return false;
    if (saveTimes === undefined) keep(time);
    const stop = fired.find(([, { action }]) => action === "stop");
    if (stop !== undefined) {
      if (setup.savesEnd && times.length === 0) keep(time);
      status = { kind: "stopped", event: stop[1].name, time };
      return true;
    }
    for (const [index] of fired) changes[index]?.(time, state, parameters);
    if (saveTimes === undefined) keep(time);
    restart();
    return false;
  }

  function finish(): OdeSolution {
    const count = stepCount;
    return {
      status,
      method: name,
      times: Float64Array.from(times),
      states: Object.fromEntries(
        problem.stateNames.map((stateName, index) => [
          stateName,
          Float64Array.from(rows, (row) => row[index] as number),
        ]),
      ),
      final: { time, state: named(state) },
      events,
      notices,
      statistics: {
        acceptedSteps: count("NumSteps"),
        rejectedSteps: count("NumErrTestFails"),
        evaluations: count("NumRhsEvals"),
        jacobians: name === "cvode" ? count("NumJacEvals") : 0,
        factorisations: name === "cvode" ? count("NumLinSolvSetups") : 0,
        iterations: count("NumNonlinSolvIters"),
      },
      dense: undefined,
    };
  }
}

/** A notice for each event that is zero at the start, as the engine gives it. */
function zeroAtStart(problem: OdeProblem, setup: RunSetup, integration: Integration): readonly RunNotice[] {
  const { workspace: w, regions } = integration;
  integration.view(regions.state).set(setup.initial);
  w[SLOT.stageTime] = setup.start;
  integration.eventValues(regions.state.offset, regions.eventValues.offset);
  const values = integration.view(regions.eventValues);
  return problem.events.flatMap(({ name }, index) => noticeAtStart(name, values[index] as number, setup.start) ?? []);
}

function failure(name: string, { name: problem }: OdeProblem, flag: number, time: number, setup: RunSetup): RunStatus {
  const [reason, message, remedy] = REASONS[flag] ?? [
    "no-convergence",
    `CVode returned ${flag}`,
    "Its meaning is in the documentation of CVODE.",
  ];
  const limit = flag === SAVED_NUMBERS ? setup.limits.savedNumbers : setup.limits.steps;
  const text = message.replace("#", `${limit}`);
  return { kind: "failed", reason, time, message: `${problem}: ${text} at t = ${time} of ${name}`, remedy };
}

const NOT_FINITE = [
  "not-finite",
  "a derivative is not finite",
  "Run the problem with bdf, which names the operation.",
] as const;
/** Not a flag of the library: the limit of what a run keeps. */
const SAVED_NUMBERS = -1000;

const REASONS: Readonly<Record<number, readonly [FailureReason, string, string]>> = {
  [-1]: ["step-limit", "the limit of # steps was reached", "Raise limits.steps, or loosen the tolerances."],
  [-2]: ["step-too-small", "more accuracy was asked for than float64 has", "Loosen the tolerances."],
  [-3]: ["step-too-small", "error tests failed again and again", "The solution may end there; stop it by an event."],
  [-4]: ["no-convergence", "Newton iterations did not converge", "Check a Jacobian given by hand."],
  [-5]: ["singular-matrix", "the linear solver could not be set up", "Check the Jacobian."],
  [-6]: ["singular-matrix", "the linear solver failed", "Check the Jacobian."],
  [-9]: NOT_FINITE,
  [-10]: NOT_FINITE,
  [-11]: NOT_FINITE,
  [SAVED_NUMBERS]: [
    "saved-numbers-limit",
    "the limit of # saved numbers was reached",
    "Save fewer points (savePoints, saveEnd), or raise limits.savedNumbers.",
  ],
};
