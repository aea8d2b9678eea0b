import type { Operand } from "@simloom/kernel";

/** Value of an event function, written by the user: the event is where it passes through zero. */
export type EventFunction = (time: number, state: Float64Array, parameters: Float64Array) => number;

/** Changes the state in place at the time of an event. */
export type StateChange = (time: number, state: Float64Array, parameters: Float64Array) => void;

/** What happens at an event: note its time, end the run, or set states (to formulas of the state before) and go on. */
export type EventAction =
  | "record"
  | "stop"
  | { readonly set: Readonly<Record<string, Operand | string>> }
  | StateChange;

/** Which crossings count: from below zero, from above, or both. */
export type EventDirection = "rising" | "falling" | "either";

/** A condition to watch for during a run. */
export interface OdeEvent {
  readonly name: string;
  /** Passes through zero at the event: a formula, an expression of states, parameters and time, or a function. */
  readonly when: Operand | string | EventFunction;
  /** Default "either". */
  readonly direction?: EventDirection;
  /** Default "record". */
  readonly action?: EventAction;
}
