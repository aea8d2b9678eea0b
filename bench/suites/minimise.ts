/**
 * Minimisers: values of the objective until it is within 1e-6 of the minimum, on classical, rotated and constrained functions,
 * beside those of SciPy, NLopt, pycma and iminuit from the same starts; digits of the NIST problems of least squares; and
 * what an evaluation costs beside the objective.
 */
import { spawn } from "node:child_process";
import { cmaEs, differentialEvolution, lbfgsb, type Minimiser, nelderMead, sqp } from "@simloom/solve";
import { ROTATION, SHIFT } from "../../packages/solve/src/minimise/fixtures/functions.ts";
import { evaluationsOf } from "../minimise/evaluations.ts";
import { nistRows } from "../minimise/nist.ts";
import { microsecondsPerEvaluation } from "../minimise/overhead.ts";
import { type BoxProblem, boxProblems, checksOf, type Kind, problemsUnderConstraints } from "../minimise/problems.ts";
import { medianOf, type PeerSamples, type Row, rowOf, type SuiteOptions } from "../row.ts";

const OURS: Readonly<Record<Kind, { readonly name: string; readonly method: Minimiser }>> = {
  "slopes by differences": { name: "L-BFGS-B by differences", method: lbfgsb() },
  simplex: { name: "Nelder–Mead", method: nelderMead() },
  covariance: { name: "CMA-ES, BIPOP", method: cmaEs({ restarts: 9, regime: "bipop" }) },
  population: { name: "differential evolution", method: differentialEvolution() },
};
/** Evaluations after which a run is given up. */
const CAP = 100_000;
/** Of the values that the best peer of the kind needs. */
const ALLOWED = 1.2;

/** Kinds of peers that ours have no counterpart of, by the kind that they are shown beside. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  "slopes by differences": "parabolas",
  population: "random search",
  constraints: "models under constraints",
};

type Counts = readonly (number | null | undefined)[];
/** Evaluations per start by tool. */
type ToolCounts = Readonly<Record<string, Counts>>;
/** By kind of method and problem. */
type PeerCounts = Readonly<Record<string, Readonly<Record<string, ToolCounts>>>>;

interface PeerAnswers {
  readonly counts: PeerCounts;
  /** Per evaluation, by tool. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Runs the suite from the repository's root. Takes two to three minutes, most of it for the peers. */
export async function rows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const starts = isQuick ? 3 : 15;
  const free = boxProblems(starts).filter(({ lower }) => !isQuick || lower.length <= 2);
  const constrained = problemsUnderConstraints(starts);
  const overhead = isQuick ? 2_000 : 20_000;
  const perEvaluation = [
    microsecondsPerEvaluation(lbfgsb(), overhead),
    microsecondsPerEvaluation(nelderMead(), overhead),
  ] as const;
  const peers = python === undefined ? undefined : peerAnswers(python, free, constrained);
  const found = [
    ...free.flatMap((problem) =>
      problem.kinds.map((kind) => ({
        kind: kind as string,
        problem: problem.name,
        method: OURS[kind].name,
        counts: evaluationsOf(problem, OURS[kind].method, CAP),
      })),
    ),
    ...constrained.map((problem) => ({
      kind: "constraints",
      problem: problem.name,
      method: "SQP by differences",
      counts: evaluationsOf(problem, sqp(), CAP),
    })),
  ];
  const { counts, seconds } = (await peers) ?? { counts: {}, seconds: {} };
  const timed = (tool: string): PeerSamples | undefined =>
    seconds[tool] === undefined ? undefined : { name: tool, samples: [1e6 * seconds[tool]] };
  return [
    ...found.flatMap(({ kind, problem, method, counts: ours }) => [
      ...evaluationRows(`${problem}, ${method}`, ours, counts[kind]?.[problem] ?? {}, ALLOWED),
      ...evaluationRows(
        `${problem}, ${method}, beside another kind`,
        ours,
        counts[OTHER_KINDS[kind] ?? ""]?.[problem] ?? {},
      ),
    ]),
    ...nistRows(python),
    rowOf("Rosenbrock 10, L-BFGS-B, value and slopes", "µs", perEvaluation[0], { peer: timed("SciPy L-BFGS-B") }),
    rowOf("Rosenbrock 10, Nelder–Mead, value", "µs", perEvaluation[1], { peer: timed("SciPy Nelder-Mead") }),
  ];
}

/** A row of the median of the starts that succeeded, beside the best peer; none where no start did. */
function evaluationRows(name: string, ours: Counts, peers: ToolCounts, allowed?: number): Row[] {
  const value = medianOfHits(ours);
  if (value === undefined) return [];
  const best = bestPeer(peers);
  if (best === undefined && allowed === undefined) return [];
  return [
    rowOf(`${name} (${share(ours)})`, "values", [value], {
      ...(best === undefined || allowed === undefined ? {} : { budget: Math.round(allowed * best.value) }),
      ...(best === undefined
        ? {}
        : { peer: { name: `${best.tool} (${share(peers[best.tool] ?? [])})`, samples: [best.value] } }),
    }),
  ];
}

/** The peer with the lowest median among those that succeed at least half as often as the most successful one. */
function bestPeer(peers: ToolCounts): { readonly tool: string; readonly value: number } | undefined {
  const hits = (counts: Counts) => counts.filter((one) => typeof one === "number").length;
  const most = Math.max(0, ...Object.values(peers).map(hits));
  return Object.entries(peers)
    .flatMap(([tool, counts]) => {
      const value = medianOfHits(counts);
      return value === undefined || hits(counts) < most / 2 ? [] : [{ tool, value }];
    })
    .sort((a, b) => a.value - b.value)[0];
}

function medianOfHits(counts: Counts): number | undefined {
  const hits = counts.filter((one) => typeof one === "number");
  return hits.length === 0 ? undefined : medianOf(hits);
}

function share(counts: Counts): string {
  return `${counts.filter((one) => typeof one === "number").length} of ${counts.length}`;
}

/** Two processes beside ours, for counts do not depend on the time they take. */
async function peerAnswers(
  python: string,
  free: readonly BoxProblem[],
  constrained: ReturnType<typeof problemsUnderConstraints>,
): Promise<PeerAnswers> {
  const asked = free.map((one) => ({
    name: one.name,
    function: one.function,
    lower: one.lower,
    upper: one.upper,
    minimum: one.minimum,
    starts: one.starts,
    // parabolas take time that grows as n³ per value
    groups: [...one.kinds, ...one.kinds.flatMap((kind) => (one.lower.length > 10 ? [] : (OTHER_KINDS[kind] ?? [])))],
    checks: checksOf(one),
  }));
  const limited = constrained.map((one) => ({
    name: one.name,
    lower: one.lower,
    upper: one.upper,
    minimum: one.minimum,
    starts: one.starts,
    checks: checksOf(one),
  }));
  const shared = { cap: CAP, rotation: Array.from(ROTATION), shift: Array.from(SHIFT) };
  const isFirst = (_: unknown, index: number) => index % 2 === 0;
  const parts = await Promise.all([
    answersOf(python, { ...shared, problems: asked.filter(isFirst), constrained: limited, isTimed: false }),
    answersOf(python, { ...shared, problems: asked.filter((_, k) => k % 2 !== 0), constrained: [], isTimed: true }),
  ]);
  const counts: Record<string, Record<string, ToolCounts>> = {};
  for (const part of parts)
    for (const [kind, found] of Object.entries(part.counts)) counts[kind] = { ...counts[kind], ...found };
  return { counts, seconds: Object.assign({}, ...parts.map(({ seconds }) => seconds)) };
}

function answersOf(python: string, input: unknown): Promise<PeerAnswers> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ["bench/peers/minimisers.py"], { stdio: ["pipe", "pipe", "inherit"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(chunks).toString()) as PeerAnswers);
      else reject(new Error(`bench/peers/minimisers.py ended with ${code}`));
    });
    child.stdin.end(JSON.stringify(input));
  });
}
