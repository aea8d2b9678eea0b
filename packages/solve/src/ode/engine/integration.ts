import { elementaryFunctions } from "@simloom/kernel";
import { type MatrixHost, matrixHost } from "../code/matrix-host.ts";
import type { MatrixShape } from "../code/matrix-shape.ts";
import { type Region, SLOT } from "../code/workspace.ts";
import type { OdeMethod } from "../method/method.ts";
import type { OdeProblem } from "../problem/problem.ts";
import type { StepController } from "./controller.ts";
import { type DifferenceHost, differenceHost } from "./differences.ts";
import { type ProgramRegions, writeProgram } from "./program.ts";
import { integrationSource } from "./source.ts";

/** Functions of the generated text. Vectors are named by their place in the workspace. */
export interface GeneratedFunctions {
  setArrays(saveTimes: Float64Array, rowTimes: Float64Array, rowStates: Float64Array): void;
  hoist(): void;
  begin(): void;
  /** Steps until something happens; a `SIGNAL`. */
  advance(): number;
  attempt(): void;
  save(): number;
  commit(): void;
  prepareDense(): void;
  denseAt(target: number): void;
  rhs(state: number, target: number): void;
  eventValues(state: number, target: number): void;
  /** Writes ∂f/∂y at a state into `jacobianRegion`; undefined for explicit methods. */
  readonly jacobian: ((state: number) => void) | undefined;
}

/** Sees every derivative of a checked integration; for finding the first one that is not finite. */
export type DerivativeCheck = (state: Float64Array, derivative: Float64Array, time: number) => void;

/** A compiled problem with its memory. One run at a time. */
export interface Integration extends GeneratedFunctions {
  readonly problem: OdeProblem;
  readonly method: OdeMethod;
  readonly workspace: Float64Array;
  readonly regions: ProgramRegions;
  /** The Jacobian as it was evaluated last; undefined for explicit methods. */
  readonly jacobianRegion: Region | undefined;
  /** How its entries are stored. */
  readonly jacobianShape: MatrixShape | undefined;
  readonly dense: ReturnType<typeof writeProgram>["method"]["dense"];
  /** The generated text, for those who want to read it. */
  readonly source: string;
  view(region: Region): Float64Array;
  /** Zeros everywhere but in tables: before each run. */
  clear(): void;
  isBusy: boolean;
  onRecord: () => void;
  onDerivative: DerivativeCheck;
}

/**
 * Compiles a problem with a method. Needs a host that allows code from text. A few ms for ten states; the engine of the
 * host needs some ten runs more to reach full speed.
 */
export function compileIntegration(
  problem: OdeProblem,
  method: OdeMethod,
  controller: StepController = method.controller,
  isChecked = false,
): Integration {
  const program = writeProgram(problem, method, isChecked);
  const source = integrationSource(problem, method, controller, program);
  // Never so short that it would be kept on the managed heap, where its address could move.
  const workspace = new Float64Array(program.layout.size() + 16);
  const view = ({ offset, length }: Region) => workspace.subarray(offset, offset + length);
  const names = Object.keys(elementaryFunctions);
  const matrices: MatrixHost | undefined =
    program.matrix === undefined ? undefined : matrixHost(problem, program.matrix, workspace);
  const differences: DifferenceHost | undefined =
    problem.system.kind === "function"
      ? differenceHost(problem, problem.system, workspace, program, (state, derivative, time) =>
          integration.onDerivative(state, derivative, time),
        )
      : undefined;
  const vectors = new Map<number, Float64Array>();
  const vectorAt = (offset: number): Float64Array => {
    const known = vectors.get(offset);
    if (known !== undefined) return known;
    const made = workspace.subarray(offset, offset + problem.stateNames.length);
    vectors.set(offset, made);
    return made;
  };
  const massRows = (problem.massMatrix ?? []).map((row) =>
    row.flatMap((value, column) => (value === 0 ? [] : [{ column, value }])),
  );
  const parameters = view(program.regions.parameters);
  const inputs = view(program.regions.inputs);
  const functionEvents = problem.events.flatMap(({ when }, index) =>
    typeof when === "function" ? [{ when, index }] : [],
  );
  const host = {
    ...matrices,
    ...differences,
    inputs: () => problem.inputs?.at(workspace[SLOT.stageTime] as number, inputs),
    record: () => integration.onRecord(),
    check: (state: number, target: number) =>
      integration.onDerivative(vectorAt(state), vectorAt(target), workspace[SLOT.stageTime] as number),
    events(state: number, target: number) {
      for (const { when, index } of functionEvents)
        workspace[target + index] = when(workspace[SLOT.stageTime] as number, vectorAt(state), parameters);
    },
    massTimes(row: number, vector: number): number {
      let sum = 0;
      for (const { column, value } of massRows[row] ?? []) sum += value * (workspace[vector + column] as number);
      return sum;
    },
  };
  const make = new Function("workspace", "host", ...names, `const w = workspace;\n${source}`) as (
    ...args: readonly unknown[]
  ) => GeneratedFunctions;
  const functions = make(workspace, host, ...names.map((name) => elementaryFunctions[name]));
  const integration: Integration = {
    ...functions,
    problem,
    method,
    workspace,
    regions: program.regions,
    jacobianRegion: program.matrix?.jacobian,
    jacobianShape: program.matrix?.shape,
    dense: program.method.dense,
    source,
    view,
    clear() {
      workspace.fill(0);
      for (const { region, values } of program.tables) workspace.set(values, region.offset);
    },
    isBusy: false,
    onRecord: () => undefined,
    onDerivative: () => undefined,
  };
  integration.clear();
  return integration;
}
