import { solveError } from "../../errors.ts";
import { bandLength, bandPlace, placesOfBand } from "../../linear/band-lu.ts";
import { SLOT } from "../code/workspace.ts";
import type { Integration } from "../engine/integration.ts";
import type { RunSetup } from "../engine/options.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { foreignFunctions } from "./foreign-functions.ts";
import type { Pointer, Sundials } from "./sundials.ts";

/** Numbers of the families of formulas in the library. */
export const FAMILY = { adams: 1, bdf: 2 } as const;

/** A run of the library: its memory, the state it works on, and the callbacks that it holds. */
export interface Session {
  readonly memory: Pointer;
  readonly vector: Pointer;
  readonly state: Float64Array;
  /** The first exception of a callback, which the library only knows as a failure. */
  thrown(): unknown;
  /** Whether a derivative was not finite. */
  sawNonFinite(): boolean;
  close(): void;
}

/** Sets up a run: vectors, tolerances, callbacks on the compiled equations, linear solver, roots. `close` frees all of it. */
export function openSession(
  library: Sundials,
  family: number,
  problem: OdeProblem,
  setup: RunSetup,
  integration: Integration,
): Session {
  const n = problem.stateNames.length;
  const { workspace: w, regions } = integration;
  const [state, derivative] = [integration.view(regions.state), integration.view(regions.scratch)];
  integration.clear();
  integration.view(regions.parameters).set(setup.parameters);
  integration.view(regions.absolute).set(setup.absoluteTolerances);
  w[SLOT.relativeTolerance] = setup.relativeTolerance;
  integration.hoist();
  const inputs = integration.view(regions.inputs);
  let thrown: unknown;
  let sawNonFinite = false;
  // Views of the library's vectors by address: making one costs more than a small right-hand side.
  const views = new Map<Pointer, Float64Array>();
  const viewOf = (pointer: Pointer, length: number, data: (pointer: Pointer) => Pointer): Float64Array => {
    const found = views.get(pointer);
    if (found !== undefined) return found;
    const made = new Float64Array(foreignFunctions().view(data(pointer) as bigint, 8 * length));
    views.set(pointer, made);
    return made;
  };
  const vectorData = (pointer: Pointer) =>
    viewOf(pointer, n, (vector) => call(library, "N_VGetArrayPointer_Serial", vector));
  const enter = (time: number, y: Pointer) => {
    state.set(vectorData(y));
    w[SLOT.stageTime] = time;
    problem.inputs?.at(time, inputs);
  };
  const guarded = (work: () => number): number => {
    try {
      return work();
    } catch (error) {
      thrown ??= error;
      return -1;
    }
  };
  const { jacobianShape: shape, jacobianRegion } = integration;
  const slopes = integration.view(jacobianRegion ?? regions.scratch);
  // CVODE's band solver has the states in their own order.
  const band = shape?.kind === "band" && shape.order === undefined ? shape.band : undefined;
  const callbacks: readonly bigint[] = [
    foreignFunctions().register(
      (time: number, y: Pointer, f: Pointer) =>
        guarded(() => {
          enter(time, y);
          integration.rhs(regions.state.offset, regions.scratch.offset);
          vectorData(f).set(derivative);
          if (derivative.every(Number.isFinite)) return 0;
          sawNonFinite = true;
          return 1;
        }),
      library.RIGHT_HAND_SIDE,
    ),
    foreignFunctions().register(
      (time: number, y: Pointer, _f: Pointer, matrix: Pointer) =>
        guarded(() => {
          enter(time, y);
          integration.jacobian?.(regions.state.offset);
          if (band !== undefined) {
            viewOf(matrix, bandLength(band), (m) => call(library, "SUNBandMatrix_Data", m)).set(slopes);
            return 0;
          }
          const columns = viewOf(matrix, n * n, (m) => call(library, "SUNDenseMatrix_Data", m));
          columns.fill(0);
          if (shape?.kind === "unrolled")
            for (const [place, entry] of shape.index)
              columns[(place % n) * n + Math.floor(place / n)] = slopes[entry] as number;
          else if (shape?.kind === "band")
            for (const { row, column } of placesOfBand(shape.band)) {
              const [i, j] = [shape.order?.states[row] ?? row, shape.order?.states[column] ?? column];
              columns[j * n + i] = slopes[bandPlace(shape.band, row, column)] as number;
            }
          else
            for (let place = 0; place < n * n; place++)
              columns[(place % n) * n + Math.floor(place / n)] = slopes[place] as number;
          return 0;
        }),
      library.JACOBIAN,
    ),
    foreignFunctions().register(
      (time: number, y: Pointer, g: Pointer) =>
        guarded(() => {
          enter(time, y);
          integration.eventValues(regions.state.offset, regions.eventValues.offset);
          viewOf(g, problem.events.length, (pointer) => pointer).set(integration.view(regions.eventValues));
          return 0;
        }),
      library.ROOTS,
    ),
  ];

  const place: [Pointer] = [null];
  check("SUNContext_Create", call(library, "SUNContext_Create", null, place));
  const context = place[0];
  const vector = call(library, "N_VNew_Serial", n, context);
  const absolute = call(library, "N_VNew_Serial", n, context);
  vectorData(vector).set(setup.initial);
  vectorData(absolute).set(setup.absoluteTolerances);
  const memory = call(library, "CVodeCreate", family, context);
  const set = (name: string, ...args: readonly unknown[]) => check(name, call(library, name, memory, ...args));
  set("CVodeSetErrFile", null);
  set("CVodeInit", callbacks[0], setup.start, vector);
  set("CVodeSVtolerances", setup.relativeTolerance, absolute);
  const isBdf = family === FAMILY.bdf;
  const matrix = !isBdf
    ? null
    : band === undefined
      ? call(library, "SUNDenseMatrix", n, n, context)
      : call(library, "SUNBandMatrix", n, band.upper, band.lower, context);
  const solver = isBdf
    ? call(library, band === undefined ? "SUNLinSol_Dense" : "SUNLinSol_Band", vector, matrix, context)
    : call(library, "SUNNonlinSol_FixedPoint", vector, 0, context);
  if (isBdf) {
    set("CVodeSetLinearSolver", solver, matrix);
    set("CVodeSetJacFn", callbacks[1]);
  } else set("CVodeSetNonlinearSolver", solver);
  set("CVodeSetMaxNumSteps", setup.limits.steps);
  if (setup.firstStep !== undefined) set("CVodeSetInitStep", setup.firstStep * Math.sign(setup.end - setup.start));
  if (Number.isFinite(setup.limits.maximumStep)) set("CVodeSetMaxStep", setup.limits.maximumStep);
  if (setup.limits.minimumStep > 0) set("CVodeSetMinStep", setup.limits.minimumStep);
  if (problem.events.length > 0) {
    set("CVodeRootInit", problem.events.length, callbacks[2]);
    const turn = Math.sign(setup.end - setup.start);
    const signs = { rising: turn, falling: -turn, either: 0 };
    set(
      "CVodeSetRootDirection",
      Int32Array.from(problem.events, ({ direction = "either" }) => signs[direction]),
    );
    set("CVodeSetNoInactiveRootWarn");
  }
  return {
    memory,
    vector,
    state: vectorData(vector),
    thrown: () => thrown,
    sawNonFinite: () => sawNonFinite,
    close() {
      call(library, "CVodeFree", [memory]);
      call(library, "N_VDestroy_Serial", vector);
      call(library, "N_VDestroy_Serial", absolute);
      call(library, isBdf ? "SUNLinSolFree" : "SUNNonlinSolFree", solver);
      if (matrix !== null) call(library, "SUNMatDestroy", matrix);
      callbacks.forEach((callback) => {
        foreignFunctions().unregister(callback);
      });
      call(library, "SUNContext_Free", [context]);
    },
  };
}

/** Reads a statistic of the library by its name. */
export function counter(library: Sundials, memory: Pointer): (what: string) => number {
  const value = [0];
  return (what) => {
    call(library, `CVodeGet${what}`, memory, value);
    return Number(value[0]);
  };
}

/** Calls a function of the library. */
export function call(library: Sundials, name: string, ...args: readonly unknown[]): number & Pointer {
  return (library[name] as (...given: readonly unknown[]) => number & Pointer)(...args);
}

/** Throws `SOLV-021` for a negative flag. */
export function check(name: string, flag: unknown): void {
  if (typeof flag === "number" && flag < 0)
    throw solveError(
      "SOLV-021",
      `${name} of SUNDIALS returned ${flag}`,
      "Its meaning is in the documentation of CVODE.",
      { name, flag },
    );
}
