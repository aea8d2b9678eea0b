/** The problems of the benchmark, with the methods of ours that take part, and their curves. */
import {
  bdf,
  dopri853,
  type OdeMethod,
  type OdeProblem,
  radau5,
  radau9,
  radau13,
  rodas5p,
  tsit5,
} from "@simloom/solve";
import { brusselator, PROBLEMS, type TestProblem } from "../../packages/solve/src/ode/fixtures/problems.ts";

/** A problem, and how it is run. */
export interface Case extends TestProblem {
  readonly name: string;
  /** Diagonals of the Jacobian below and above the main one, where it is a band. */
  readonly band?: { readonly lower: number; readonly upper: number };
  readonly methods: readonly OdeMethod[];
  /** A ladder of tolerances ends with the first run that takes longer. */
  readonly mostMs: number;
}

const STIFF: readonly OdeMethod[] = [rodas5p, radau5, radau9, radau13, bdf];
const EXPLICIT: readonly OdeMethod[] = [tsit5, dopri853];

/** All problems without their events, in the order of the table. */
export function cases(): readonly Case[] {
  const small = Object.entries(PROBLEMS).map(([name, test]) => ({
    ...test,
    problem: withoutEvents(test.problem),
    name,
    methods: test.isStiff ? STIFF : EXPLICIT,
    mostMs: 8,
  }));
  const large: Case = {
    name: "bruss1d",
    problem: brusselator(200),
    isStiff: true,
    absoluteScale: 1,
    measure: "relative",
    band: { lower: 2, upper: 2 },
    methods: [rodas5p, radau5, bdf],
    mostMs: 60,
  };
  return [...small.filter(({ isStiff }) => isStiff), large, ...small.filter(({ isStiff }) => !isStiff)];
}

function withoutEvents(problem: OdeProblem): OdeProblem {
  return problem.events.length === 0 ? problem : { ...problem, events: [] };
}
