import type { Emitter } from "../code/emitter.ts";
import type { Region } from "../code/workspace.ts";
import type { StepController } from "../engine/controller.ts";
import type { RunSetup } from "../engine/options.ts";
import type { OdeSolution } from "../engine/solution.ts";
import type { OdeProblem } from "../problem/problem.ts";

/** A method as a value. Everything that methods share (steps, events, saving, statistics) lives in the engine. */
export interface OdeMethod {
  readonly name: string;
  /** Order of accuracy; the highest one of a family. */
  readonly order: number;
  /** Steps of one length, set by the run, without error control. */
  readonly hasFixedSteps: boolean;
  readonly takesMassMatrix: boolean;
  /** Whether steps solve linear systems with the Jacobian. */
  readonly isImplicit: boolean;
  /** Number of complex factorisations held at once. */
  readonly complexMatrices?: number;
  /** Order q of the error estimate err ~ h^q, for controllers. */
  readonly errorExponent: number;
  readonly controller: StepController;
  /** Coefficients of an explicit method, for those who carry it out in another way. */
  readonly explicit?: ExplicitCoefficients;
  /** Writes the statements of a step for one system. */
  write(emit: Emitter): MethodCode;
}

/** Nodes, stages and weights of an explicit Runge–Kutta method. */
export interface ExplicitCoefficients {
  readonly nodes: readonly number[];
  readonly stages: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** A method that another library carries out. */
export interface ExternalMethod {
  readonly name: string;
  readonly hasFixedSteps: false;
  readonly takesMassMatrix: boolean;
  /** Runs a checked problem. Throws where the library is missing. */
  run(problem: OdeProblem, setup: RunSetup): OdeSolution;
}

/** The statements of a method. `t`, `h` and `tn` are the time, the step and its end; scalars stand in slots. */
export interface MethodCode {
  /** After a start, with the state in `emit.state`. */
  readonly begin: string;
  /** Computes `emit.next` and the slot `error`; on failure an infinite error and the slot `retryFactor`. */
  readonly attempt: string;
  /** After a step was accepted, before events and saving. */
  readonly accepted?: string;
  /** After a step was rejected. */
  readonly rejected?: string;
  /** When `emit.next` has become `emit.state`. */
  readonly commit?: string;
  /** Chooses the slot `nextStep` itself; otherwise the controller does. */
  readonly choosesStep?: boolean;
  /** Fills the coefficients of dense output of the accepted step. */
  readonly prepareDense: string;
  readonly dense: DensePolynomial;
  /** Text of functions that the statements call. */
  readonly functions?: string;
}

/**
 * The polynomial over a step, in θ = 0 … 1: powers c0 + θ(c1 + θ(c2 + …)), or alternating with σ = 1 − θ:
 * c0 + θ(c1 + σ(c2 + θ(c3 + σ(c4 + …)))).
 */
export interface DensePolynomial {
  readonly basis: "powers" | "alternating";
  /** Contiguous: one region of n numbers per coefficient. */
  readonly coefficients: readonly Region[];
}
