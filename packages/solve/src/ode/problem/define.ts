import {
  constant,
  dependenceOf,
  type Expression,
  type Operand,
  parseFormula,
  type SymbolTable,
  symbolTable,
  topologicalOrder,
} from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { type SolveError, solveError } from "../../errors.ts";
import type { EventDirection, OdeEvent } from "./event.ts";
import type { OdeEquations, OdeFunction, OdeProblem, OdeSettings } from "./problem.ts";

/**
 * Checks an initial value problem. Formulas know the states, the parameters and the time `t`. Throws `SOLV-001` …
 * `SOLV-004`, `SOLV-009`, `SOLV-011` and what the kernel throws for a formula (`KERN-001` … `KERN-008`).
 */
export function odeProblem(definition: OdeEquations | OdeFunction): OdeProblem {
  const { name = "problem", parameters = {}, events = [], breakpoints = [], massMatrix, inputs } = definition;
  const initial = namedInitial(definition);
  const stateNames = Object.keys(initial);
  if (stateNames.length === 0)
    throw solveError("SOLV-001", `${name} has no states`, "Give at least one equation and its initial value.");
  for (const [state, value] of Object.entries(initial)) checkNumber("SOLV-002", `The initial value of ${state}`, value);
  for (const [key, value] of Object.entries(parameters)) checkNumber("SOLV-003", `The parameter ${key}`, value);
  const parameterNames = Object.keys(parameters);
  const problem: OdeProblem = {
    name,
    stateNames,
    initial: Object.values(initial),
    parameterNames,
    parameters: Object.values(parameters),
    timeSpan: checkedTimeSpan(definition),
    massMatrix,
    events,
    inputs,
    breakpoints: [...breakpoints].sort((a, b) => a - b),
    system:
      "equations" in definition
        ? { kind: "expressions", derivatives: readEquations(definition, { stateNames, parameterNames, inputs }) }
        : {
            kind: "function",
            rightHandSide: definition.rightHandSide,
            jacobian: definition.jacobian,
            band: definition.band,
          },
  };
  checkMassMatrix(problem);
  checkBand(problem);
  checkEvents(problem);
  return problem;
}

/** Reads formulas that may stand in a problem: those of equations, events and state changes. Throws as `odeProblem`. */
export function readOperand(problem: KnownNames, operand: Operand | string, path: string): Expression {
  return readWith(() => symbolsOf(problem), problem, operand, path);
}

function readWith(
  symbols: () => SymbolTable,
  problem: KnownNames,
  operand: Operand | string,
  path: string,
): Expression {
  if (typeof operand === "number") return constant(operand);
  const expression = typeof operand === "string" ? parseFormula(operand, symbols(), { path }) : operand;
  for (const node of topologicalOrder([expression])) {
    if (node.operation.isReduction) throw reductionError(node.operation.name, path);
    if (node.operation.source !== undefined) checkInput(node, problem, path);
  }
  if (expression.type === "real") return expression;
  throw solveError(
    "SOLV-001",
    `${path} is ${expression.type === "complex" ? "a complex number" : "a comparison"}, not a real number`,
    "Write equations of real and imaginary parts; turn a comparison into a number with select.",
    { path },
  );
}

function reductionError(operation: string, path: string): SolveError {
  return solveError(
    "SOLV-012",
    `${path} uses \`${operation}\`, which adds over the elements of a data set`,
    "Equations hold states, parameters, time, look-up tables and functions of them; compute the rest before the run.",
    { path, operation },
  );
}

/** The names that formulas of a problem know, besides `t`. */
export type KnownNames = Pick<OdeProblem, "stateNames" | "parameterNames" | "inputs">;

function symbolsOf({ stateNames: states, parameterNames: parameters, inputs }: KnownNames): SymbolTable {
  const columns = inputs?.names ?? [];
  const isTaken = [...states, ...parameters, ...columns].includes("t");
  return symbolTable({ states, parameters, columns, ...(isTaken ? {} : { time: "t" }) });
}

function readEquations({ equations }: OdeEquations, known: KnownNames): readonly Expression[] {
  let held: SymbolTable | undefined;
  const symbols = () => {
    held ??= symbolsOf(known);
    return held;
  };
  return known.stateNames.map((state) =>
    readWith(symbols, known, equations[state] as Operand | string, `equations.${state}`),
  );
}

function checkInput(
  { operation, payload }: Expression,
  { stateNames: states, parameterNames: parameters, inputs }: KnownNames,
  path: string,
): void {
  const name = `${payload}`;
  if (operation.source === "time") return;
  const fromOutside = inputs?.names ?? [];
  const known =
    operation.source === "parameter" ? parameters : [...(operation.source === "state" ? states : []), ...fromOutside];
  if (known.includes(name)) return;
  const near = nearestName(name, [...states, ...parameters]);
  throw solveError(
    "SOLV-001",
    `${path} uses the ${operation.source} ${name}, which the problem does not have`,
    operation.source === "column"
      ? `Write the formula as text, or use state("${near ?? name}") or parameter("${near ?? name}").`
      : near === undefined
        ? "Give it an initial value or a parameter value."
        : `Did you mean ${near}?`,
    { path, name },
  );
}

function namedInitial(definition: OdeEquations | OdeFunction): Readonly<Record<string, number>> {
  const { initial } = definition;
  if (!("equations" in definition))
    return Array.isArray(initial)
      ? Object.fromEntries((initial as readonly number[]).map((value, index) => [`y${index + 1}`, value]))
      : (initial as Readonly<Record<string, number>>);
  const named = initial as Readonly<Record<string, number>>;
  const states = Object.keys(definition.equations);
  const missing = states.filter((state) => !(state in named));
  const extra = Object.keys(named).filter((state) => !(state in definition.equations));
  if (missing.length === 0 && extra.length === 0)
    return Object.fromEntries(states.map((state) => [state, named[state] as number]));
  throw solveError(
    "SOLV-002",
    missing.length > 0
      ? `The initial state lacks ${missing.join(", ")}`
      : `There is no equation for ${extra.join(", ")}`,
    "Give one initial value per equation.",
    { missing, extra },
  );
}

function checkedTimeSpan({ timeSpan, breakpoints = [] }: OdeSettings): readonly [number, number] {
  const [start, end] = timeSpan;
  const areFinite = [start, end, ...breakpoints].every(Number.isFinite);
  if (areFinite && start !== end) return [start, end];
  throw solveError(
    "SOLV-004",
    areFinite ? `The time span begins and ends at ${start}` : `The time span ${start} … ${end} is not finite`,
    "Give two different finite times; break points are finite, too.",
    { timeSpan },
  );
}

function checkNumber(code: "SOLV-002" | "SOLV-003", what: string, value: unknown): void {
  if (typeof value === "number" && Number.isFinite(value)) return;
  throw solveError(code, `${what} is ${String(value)}`, "Give a finite number.");
}

function checkMassMatrix({ massMatrix, stateNames }: OdeProblem): void {
  if (massMatrix === undefined) return;
  const n = stateNames.length;
  const odd = massMatrix.findIndex((row) => row.length !== n || !row.every(Number.isFinite));
  if (massMatrix.length === n && odd < 0) {
    if (massMatrix.some((row) => row.some((value) => value !== 0))) return;
    throw solveError(
      "SOLV-009",
      "Every entry of the mass matrix is zero, so no equation is a differential one",
      "Solve algebraic equations with a root finder, or give the rows of differential equations a 1.",
    );
  }
  throw solveError(
    "SOLV-009",
    odd < 0
      ? `The mass matrix has ${massMatrix.length} rows for ${n} states`
      : `Row ${odd} of the mass matrix does not hold ${n} finite numbers`,
    `Give ${n} rows of ${n} finite numbers.`,
  );
}

function checkBand({ system, stateNames }: OdeProblem): void {
  const band = system.kind === "function" ? system.band : undefined;
  if (band === undefined) return;
  const odd = [band.lower, band.upper].find((count) => !(Number.isInteger(count) && count >= 0));
  if (odd === undefined) return;
  throw solveError(
    "SOLV-001",
    `A Jacobian cannot have ${odd} diagonals below or above the main one`,
    `Give whole numbers from 0 to ${stateNames.length - 1}.`,
    { band },
  );
}

/** Checks what an event does and in which direction it counts: plain objects may hold anything. */
function checkReaction(problem: OdeProblem, { name, direction = "either", action = "record" }: OdeEvent): void {
  const refuse = (message: string, remedy: string) => solveError("SOLV-011", message, remedy, { name });
  if (!DIRECTIONS.includes(direction))
    throw refuse(
      `The event ${name} counts in the direction \`${String(direction)}\``,
      `Give ${DIRECTIONS.join(", ")}.`,
    );
  if (action === "record" || action === "stop" || typeof action === "function") return;
  if (typeof action !== "object" || action === null || typeof action.set !== "object" || action.set === null)
    throw refuse(
      `The action of the event ${name} is ${typeof action === "string" ? `\`${action}\`` : "none that there is"}`,
      "Give record, stop, { set: { state: formula } } or a function that changes the state.",
    );
  for (const [target, value] of Object.entries(action.set)) {
    readOperand(problem, value, `events.${name}.${target}`);
    if (problem.stateNames.includes(target)) continue;
    const near = nearestName(target, problem.stateNames);
    throw refuse(
      `The event ${name} sets ${target}, which is not a state`,
      near === undefined ? `States: ${problem.stateNames.join(", ")}.` : `Did you mean ${near}?`,
    );
  }
}

const DIRECTIONS: readonly EventDirection[] = ["rising", "falling", "either"];

function checkEvents(problem: OdeProblem): void {
  const names = new Set<string>();
  for (const event of problem.events) {
    const { name, when } = event;
    if (name === "" || names.has(name))
      throw solveError("SOLV-011", `Two events are called \`${name}\``, "Give each event its own name.", { name });
    names.add(name);
    checkReaction(problem, event);
    if (typeof when === "function") continue;
    const value = readOperand(problem, when, `events.${name}`);
    if (dependenceOf(value).some((source) => source === "state" || source === "time" || source === "column")) continue;
    throw solveError(
      "SOLV-011",
      `The event ${name} depends on neither a state nor the time, so it can never fire`,
      "Let it pass through zero, as in X - 0.5.",
      { name },
    );
  }
}
