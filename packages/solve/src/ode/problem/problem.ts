import type { Expression, Operand } from "@simloom/kernel";
import type { OdeEvent } from "./event.ts";

/** Writes dy/dt (or, with a mass matrix, M dy/dt) into `derivative`. Must not keep or change the other arrays. */
export type RightHandSide = (
  time: number,
  state: Float64Array,
  parameters: Float64Array,
  derivative: Float64Array,
) => void;

/** Writes ∂f/∂y into `matrix`, row by row: entry (row, column) stands at `row * stateCount + column`. */
export type JacobianFunction = (
  time: number,
  state: Float64Array,
  parameters: Float64Array,
  matrix: Float64Array,
) => void;

/** Numbers that enter the equations as known functions of time: measured profiles, a solution computed before. */
export interface OdeInputs {
  readonly names: readonly string[];
  /** Writes their values at a time. Called once per evaluation; must be smooth between break points. */
  at(time: number, into: Float64Array): void;
}

/** What every initial value problem has, however its equations are given. */
export interface OdeSettings {
  /** For messages. Default "problem". */
  readonly name?: string;
  /** Values of the parameters; a run may override them. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** First and last time; the last may be smaller. */
  readonly timeSpan: readonly [start: number, end: number];
  /** M of M dy/dt = f, constant, a row per equation; singular for algebraic equations of index 1. Default: the identity. */
  readonly massMatrix?: readonly (readonly number[])[];
  readonly events?: readonly OdeEvent[];
  /** Times at which the right-hand side has a jump; steps end there and methods start anew. */
  readonly breakpoints?: readonly number[];
  /** Known in equations and events by their names. */
  readonly inputs?: OdeInputs;
}

/** A system written as expressions: compiled with its method, with exact Jacobian and sparsity. */
export interface OdeEquations extends OdeSettings {
  /** Derivative of each state: an expression, a number, or a formula in which states, parameters and `t` are known. */
  readonly equations: Readonly<Record<string, Operand | string>>;
  readonly initial: Readonly<Record<string, number>>;
}

/** A system written as a function. Its Jacobian, unless given, is approximated by differences. */
export interface OdeFunction extends OdeSettings {
  readonly rightHandSide: RightHandSide;
  /** By name, or in order (the states are then called y1, y2 …). */
  readonly initial: Readonly<Record<string, number>> | readonly number[];
  readonly jacobian?: JacobianFunction;
  /** Numbers of diagonals of the Jacobian below and above the main one that are not zero. */
  readonly band?: { readonly lower: number; readonly upper: number };
}

/** Equations as the engine sees them. */
export type OdeSystem =
  | { readonly kind: "expressions"; readonly derivatives: readonly Expression[] }
  | {
      readonly kind: "function";
      readonly rightHandSide: RightHandSide;
      readonly jacobian: JacobianFunction | undefined;
      readonly band: { readonly lower: number; readonly upper: number } | undefined;
    };

/** A checked initial value problem: M dy/dt = f(t, y, p), y(start) = initial. Made by `odeProblem`. */
export interface OdeProblem {
  readonly name: string;
  readonly stateNames: readonly string[];
  readonly initial: readonly number[];
  readonly parameterNames: readonly string[];
  readonly parameters: readonly number[];
  readonly timeSpan: readonly [start: number, end: number];
  readonly massMatrix: readonly (readonly number[])[] | undefined;
  readonly events: readonly OdeEvent[];
  readonly breakpoints: readonly number[];
  readonly inputs: OdeInputs | undefined;
  readonly system: OdeSystem;
}
