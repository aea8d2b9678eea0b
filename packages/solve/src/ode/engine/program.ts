import {
  constant as constantExpression,
  dependsOn,
  directionalDerivative,
  type Expression,
  numberText,
  time,
} from "@simloom/kernel";
import { type At, type Emitter, eachComponent } from "../code/emitter.ts";
import {
  type EquationWriter,
  equationWriter,
  eventExpressions,
  loweredExpressions,
  type PlacedTable,
  type Places,
} from "../code/equations.ts";
import { type JacobianEntry, sparseJacobian } from "../code/jacobian.ts";
import { type MatrixWriter, matrixWriter } from "../code/matrix.ts";
import { matrixShape } from "../code/matrix-shape.ts";
import { type Region, slot, type WorkspaceLayout, workspaceLayout } from "../code/workspace.ts";
import type { MethodCode, OdeMethod } from "../method/method.ts";
import type { OdeProblem } from "../problem/problem.ts";

/** Places that the host of an integration works with. */
export interface ProgramRegions {
  readonly state: Region;
  readonly next: Region;
  readonly stage: Region;
  readonly scratch: Region;
  readonly absolute: Region;
  readonly parameters: Region;
  readonly inputs: Region;
  readonly eventValues: Region;
  readonly eventSigns: Region;
  readonly eventSignsAfter: Region;
}

/** One problem and one method as text and a layout. */
export interface OdeProgram {
  readonly regions: ProgramRegions;
  readonly layout: WorkspaceLayout;
  readonly matrix: MatrixWriter | undefined;
  readonly method: MethodCode;
  /** Look-up tables of the equations, and constants of the matrices, and where they stand. */
  readonly tables: readonly PlacedTable[];
  /** Functions of equations and matrices, before those of the engine. */
  readonly functions: string;
}

/** Writes the equations, matrices and steps. `isChecked` adds a look at every derivative, to find the first that is not finite. */
export function writeProgram(problem: OdeProblem, method: OdeMethod, isChecked: boolean): OdeProgram {
  const n = problem.stateNames.length;
  const layout = workspaceLayout();
  const vector = () => layout.region(n);
  const regions: Omit<ProgramRegions, "parameters" | "inputs"> = {
    state: vector(),
    next: vector(),
    stage: vector(),
    scratch: vector(),
    absolute: vector(),
    eventValues: layout.region(problem.events.length),
    eventSigns: layout.region(problem.events.length),
    eventSignsAfter: layout.region(problem.events.length),
  };
  const writer = equationWriter(problem, layout);
  const { system } = problem;
  const lowered = system.kind === "expressions" ? loweredExpressions(problem, system.derivatives) : [];
  const timeSlopes = system.kind === "expressions" ? slopesInTime(problem, system.derivatives) : undefined;
  const hasInputs = problem.inputs !== undefined;
  const isAutonomous =
    !hasInputs && timeSlopes?.every((slope) => slope.payload === 0 && slope.args.length === 0) === true;
  const entries =
    method.isImplicit && system.kind === "expressions" ? sparseJacobian(problem.stateNames, system.derivatives) : [];
  const matrix = method.isImplicit ? writeMatrix(problem, method, entries, layout) : undefined;
  const massDiagonal = method.isImplicit ? diagonalOfMass(problem, vector) : undefined;
  const inlineNames = { next: 0 };

  const fill = hasInputs ? "host.inputs();" : "";

  const emit: Emitter = {
    n,
    layout,
    vector,
    ...regions,
    each: (statements) => eachComponent(n, statements),
    hasMassMatrix: problem.massMatrix !== undefined,
    isAutonomous,
    rightHandSide(timeText, state, out) {
      const text =
        system.kind === "expressions"
          ? writer.inline(lowered, state, (index) => `w[${out.offset + index}]`, `r${inlineNames.next++}_`)
          : undefined;
      const check = isChecked ? ` host.check(${state.offset}, ${out.offset});` : "";
      const call = text ?? `rhs(${state.offset}, ${out.offset});`;
      return `${slot("stageTime")} = ${timeText}; ${slot("evaluations")} += 1; ${fill}\n{ ${call} }${check}`;
    },
    timeDerivative: (timeText, state, out) =>
      `${slot("stageTime")} = ${timeText}; timeDerivative(${state.offset}, ${out.offset});`,
    jacobian: (timeText, state) =>
      `${slot("stageTime")} = ${timeText}; ${slot("jacobians")} += 1; ${fill} jacobian(${state.offset});`,
    massTerm: (source, index, at) => massTerm(problem, massDiagonal?.region, source, index, at),
    factorise: (shift) => `w[${shiftPlace.offset}] = ${shift}; factor0(${shiftPlace.offset}, 0);`,
    solve: (target) => `solve0(${target.offset}, 0);`,
    factoriseComplex: (index, re, im) =>
      `w[${shiftPlace.offset}] = ${re}; w[${shiftPlace.offset + 1}] = ${im}; factor${index}(${shiftPlace.offset}, ${shiftPlace.offset + 1});`,
    solveComplex: (index, re, im) => `solve${index}(${re.offset}, ${im.offset});`,
  };
  const shiftPlace = layout.region(2);
  const code = method.write(emit);
  const functions = [
    system.kind === "expressions"
      ? writer.define("rhs", lowered, AFTER_K)
      : "function rhs(u, k) { host.rightHandSide(u, k); }",
    ...(matrix === undefined
      ? []
      : [
          writeJacobian(problem, writer, matrix, entries),
          hasInputs ? differenceInTime(n, regions.scratch) : writeTimeDerivative(problem, writer, timeSlopes),
          matrix.functions,
        ]),
    writeEvents(problem, writer),
    code.functions ?? "",
    writer.hoist(),
  ];
  return {
    regions: { ...regions, parameters: writer.parameters, inputs: writer.inputs },
    layout,
    matrix,
    method: code,
    tables: [...writer.tables(), ...(matrix?.constants ?? []), ...(massDiagonal === undefined ? [] : [massDiagonal])],
    functions: functions.join("\n"),
  };
}

const AFTER_K: Places = { areAfterK: true, at: (index) => index };

function writeMatrix(
  problem: OdeProblem,
  method: OdeMethod,
  entries: readonly JacobianEntry[],
  layout: WorkspaceLayout,
): MatrixWriter {
  const { system } = problem;
  const shape = matrixShape(problem, system.kind === "expressions" ? entries : (system.band ?? "dense"));
  return matrixWriter(problem, shape, method.complexMatrices ?? 0, layout);
}

function writeJacobian(
  problem: OdeProblem,
  writer: EquationWriter,
  matrix: MatrixWriter,
  entries: readonly JacobianEntry[],
): string {
  if (problem.system.kind === "function") return "function jacobian(u) { host.jacobian(u); }";
  const values = loweredExpressions(
    problem,
    entries.map(({ value }) => value),
  );
  return writer.define("jacobian", values, {
    areAfterK: false,
    at(index) {
      const { row, column } = entries[index] as JacobianEntry;
      return matrix.jacobian.offset + matrix.place(row, column);
    },
  });
}

function writeTimeDerivative(
  problem: OdeProblem,
  writer: EquationWriter,
  slopes: readonly Expression[] | undefined,
): string {
  if (slopes === undefined) return "function timeDerivative(u, k) { host.timeDerivative(u, k); }";
  return writer.define("timeDerivative", loweredExpressions(problem, slopes), AFTER_K);
}

/** ∂f/∂t where inputs change with the time: by a one-sided difference. */
function differenceInTime(n: number, scratch: Region): string {
  return `function timeDerivative(u, k) {
  const t = ${slot("stageTime")}, size = Math.max(1.4901161193847656e-8 * Math.abs(${slot("step")}), ${2 ** -48} * Math.abs(t));
  host.inputs();
  rhs(u, ${scratch.offset});
  ${slot("stageTime")} = t + size * ${slot("direction")};
  const moved = ${slot("stageTime")} - t;
  host.inputs();
  rhs(u, k);
  for (let i = 0; i < ${n}; i++) w[k + i] = (w[k + i] - w[${scratch.offset} + i]) / moved;
  ${slot("stageTime")} = t;
}`;
}

function slopesInTime(problem: OdeProblem, derivatives: readonly Expression[]): readonly Expression[] {
  const zero = constantExpression(0);
  if (!derivatives.some((derivative) => dependsOn(derivative, "time"))) return problem.stateNames.map(() => zero);
  return directionalDerivative(derivatives, new Map([[time, constantExpression(1)]]));
}

/** `eventValues(u, k)`: those given as expressions here, the others by the host. */
function writeEvents(problem: OdeProblem, writer: EquationWriter): string {
  const values = eventExpressions(problem);
  const written = values.flatMap((value, index) => (typeof value === "function" ? [] : [{ value, index }]));
  const lowered = loweredExpressions(
    problem,
    written.map(({ value }) => value),
  );
  const text = writer.define("writtenEvents", lowered, {
    areAfterK: true,
    at: (index) => written[index]?.index as number,
  });
  const rest = written.length < values.length ? "host.events(u, k);" : "";
  return `${text}\nfunction eventValues(u, k) { ${problem.inputs === undefined ? "" : "host.inputs(); "}writtenEvents(u, k); ${rest} }`;
}

/** The diagonal of a mass matrix that has nothing beside it. */
function diagonalOfMass({ massMatrix }: OdeProblem, vector: () => Region): PlacedTable | undefined {
  if (massMatrix === undefined || massMatrix.some((row, i) => row.some((value, j) => value !== 0 && i !== j)))
    return undefined;
  return { region: vector(), values: Float64Array.from(massMatrix, (row, index) => row[index] as number) };
}

function massTerm(problem: OdeProblem, diagonal: Region | undefined, source: Region, index: string, at: At): string {
  if (problem.massMatrix === undefined) return at(source);
  const row = problem.massMatrix[Number(index)];
  if (row === undefined)
    return diagonal === undefined ? `host.massTimes(i, ${source.offset})` : `${at(diagonal)} * ${at(source)}`;
  const terms = row.flatMap((value, column) =>
    value === 0 ? [] : [`${value === 1 ? "" : `${numberText(value)} * `}w[${source.offset + column}]`],
  );
  return terms.length === 0 ? "0" : `(${terms.join(" + ")})`;
}
