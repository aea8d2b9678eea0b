/** What peers answer, and how much longer than each of them ours may take. */
import { digitsOf } from "../../packages/solve/src/ode/fixtures/digits.ts";
import type { Case } from "./cases.ts";
import type { Curves, WorkPoint } from "./work-precision.ts";

/** A run of a peer at one tolerance, as its program prints it. */
export interface PeerPoint {
  readonly relativeTolerance: number;
  readonly milliseconds: number;
  readonly state: readonly number[];
  /** First time of each event; null where it did not fire. */
  readonly eventTimes?: readonly (number | null)[];
  /** Of what is compiled anew for each problem, before the clock starts. */
  readonly compileSeconds?: number;
}

/** Variants of one tool: a table shows the best of them. */
export interface Family {
  readonly name: string;
  /** Undefined where the tool does not take part in this run. */
  readonly curves: Curves | undefined;
  /** Ours may take so many times its time; without it, there is nothing to keep. */
  readonly factor?: number;
  /** Milliseconds by digits, measured once on a machine of this kind: the budget where the tool does not take part. */
  readonly fixedMs?: Readonly<Record<number, number>>;
}

/** Ladders of peers with the digits of each point. */
export function curvesOf(
  ladders: Readonly<Record<string, readonly PeerPoint[]>>,
  digits: (point: PeerPoint) => number,
): Curves {
  return Object.fromEntries(Object.entries(ladders).map(([name, points]) => [name, points.map(withDigits)]));
  function withDigits(point: PeerPoint): WorkPoint {
    const { relativeTolerance, milliseconds, compileSeconds } = point;
    return {
      relativeTolerance,
      milliseconds,
      digits: digits(point),
      ...(compileSeconds === undefined ? {} : { compileSeconds }),
    };
  }
}

/** Digits of the worst state. */
export function stateDigits(test: Case): (point: PeerPoint) => number {
  return ({ state }) => digitsOf(test, state);
}

/** Decimals of the worst of some times; none where one is missing. */
export function decimalsOf(exactTimes: readonly number[], times: readonly (number | null | undefined)[]): number {
  const errors = exactTimes.map((exact, index) => Math.abs((times[index] ?? Number.POSITIVE_INFINITY) - exact));
  return Math.min(16, -Math.log10(Math.max(...errors)));
}
