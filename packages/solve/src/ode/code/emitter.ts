import { numberText } from "@simloom/kernel";
import type { Region, WorkspaceLayout } from "./workspace.ts";

/** Largest system whose vector statements are written out component by component, and the longest such text. */
const UNROLL_UP_TO = 24;
const UNROLLED_CHARACTERS = 4000;

/** Text of one component of a vector. */
export type At = (vector: Region) => string;

/** One term of a linear combination: a number, or a text, times a vector. */
export type Term = readonly [coefficient: number | string, vector: Region];

/** What a method writes its steps with: vector statements over a workspace, unrolled where that pays. */
export interface Emitter {
  readonly n: number;
  readonly layout: WorkspaceLayout;
  /** A vector with one number per state. */
  vector(): Region;
  /** State at the start of the step. */
  readonly state: Region;
  /** State at its end. */
  readonly next: Region;
  /** Argument of the right-hand side inside a step. */
  readonly stage: Region;
  /** Absolute tolerance of each state. */
  readonly absolute: Region;
  /** The statements for each component. */
  each(statements: (at: At, index: string) => string): string;
  /** `out = f(time, state)`, counted. */
  rightHandSide(time: string, state: Region, out: Region): string;
  /** Mass matrix times a vector is added: `out += coefficient · M · vector`, as an expression per component. */
  massTerm(vector: Region, index: string, at: At): string;
  readonly hasMassMatrix: boolean;
  /** Whether ∂f/∂t is zero. */
  readonly isAutonomous: boolean;
  /** `out = ∂f/∂t(time, state)`. */
  timeDerivative(time: string, state: Region, out: Region): string;
  /** Evaluates ∂f/∂y at a state. */
  jacobian(time: string, state: Region): string;
  /** Factorises (shift) M − J; the slot `matrixFailure` is not 0 where that is singular. */
  factorise(shift: string): string;
  /** Solves with that factorisation, in place. */
  solve(vector: Region): string;
  /** The same for (re + i im) M − J, number `index` of the complex factorisations. */
  factoriseComplex(index: number, re: string, im: string): string;
  solveComplex(index: number, re: Region, im: Region): string;
}

/** Writes a statement per component, or a loop over them. */
export function eachComponent(n: number, statements: (at: At, index: string) => string): string {
  const loop = statements(({ offset }) => `w[${offset} + i]`, "i");
  if (n <= UNROLL_UP_TO && n * loop.length <= UNROLLED_CHARACTERS)
    return Array.from({ length: n }, (_, index) => {
      const text = statements(({ offset }) => `w[${offset + index}]`, `${index}`);
      return /^\s*const /.test(text) ? `{ ${text} }` : text;
    }).join("\n");
  return `for (let i = 0; i < ${n}; i++) { ${loop} }`;
}

/** Σ coefficient · component; terms with coefficient 0 are left out, and 1 is not multiplied. Text "0" without terms. */
export function combination(terms: readonly Term[], at: At): string {
  const parts = terms
    .filter(([coefficient]) => coefficient !== 0)
    .map(([coefficient, vector]) =>
      coefficient === 1
        ? at(vector)
        : `${typeof coefficient === "number" ? numberText(coefficient) : coefficient} * ${at(vector)}`,
    );
  return parts.length === 0 ? "0" : parts.join(" + ");
}
