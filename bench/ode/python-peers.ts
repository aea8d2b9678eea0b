/** SciPy, numbalsoda and diffrax on the equations of a problem. */
import { spawnSync } from "node:child_process";
import type { OdeProblem } from "@simloom/solve";
import type { Case } from "./cases.ts";
import { derivativesOf, eventExpressions } from "./equations-of.ts";
import type { PeerPoint } from "./peer.ts";
import { PYTHON, programText } from "./program-text.ts";
import { type Effort, LADDER } from "./work-precision.ts";

/** Methods that each tool is asked for. */
export interface PythonPeer {
  readonly name: string;
  readonly program: string;
  readonly methods: readonly string[];
}

/** The tools that may take part in a case: numbalsoda and diffrax have no solver for a band. */
export function pythonPeers({ isStiff, band }: Pick<Case, "isStiff" | "band">): Readonly<Record<Tool, PythonPeer>> {
  const isBand = band !== undefined;
  return {
    numbalsoda: {
      name: "numbalsoda",
      program: "ode_numbalsoda.py",
      methods: isBand ? [] : isStiff ? ["LSODA"] : ["LSODA", "DOP853"],
    },
    diffrax: {
      name: "diffrax",
      program: "ode_diffrax.py",
      methods: isBand ? [] : isStiff ? ["Kvaerno5"] : ["Dopri8", "Tsit5"],
    },
    scipy: {
      name: "SciPy",
      program: "ode_scipy.py",
      methods: isBand ? ["LSODA"] : isStiff ? ["LSODA", "Radau"] : ["LSODA", "DOP853"],
    },
  };
}

export type Tool = "numbalsoda" | "diffrax" | "scipy";

/** Ladders of a tool's methods; run from the repository's root. */
export function inPython(
  python: string,
  { name, program, methods }: PythonPeer,
  problem: OdeProblem,
  { absoluteScale, mostMs, band }: Pick<Case, "absoluteScale" | "mostMs" | "band">,
  effort: Effort,
): Readonly<Record<string, readonly PeerPoint[]>> {
  if (methods.length === 0) return {};
  const input = JSON.stringify({
    name: problem.name,
    initial: problem.initial,
    timeSpan: problem.timeSpan,
    ...(band === undefined ? { rates: programText(problem, derivativesOf(problem), PYTHON) } : {}),
    events: programText(problem, eventExpressions(problem), PYTHON),
    ladder: LADDER,
    absoluteScale,
    mostMs: SLOWER * mostMs,
    methods,
    ...effort,
    ...(band === undefined ? {} : { band }),
  });
  const { status, stdout, stderr } = spawnSync(python, [`bench/peers/${program}`], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${name} on ${problem.name}: ${stderr}`);
  const answers = JSON.parse(stdout) as Readonly<Record<string, readonly PeerPoint[]>>;
  return Object.fromEntries(Object.entries(answers).map(([method, points]) => [`${name} ${method}`, points]));
}

/** Ladders of Python may take this much longer: they would end before the first digits. */
const SLOWER = 6;
