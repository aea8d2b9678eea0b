import { solveError } from "../../errors.ts";
import type { WorkerPool } from "../../parallel/pool.ts";
import type { WorkerTasks } from "../../parallel/serve.ts";
import type { OdeSolution } from "../engine/solution.ts";
import { METHODS_BY_NAME } from "../method/by-name.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { type EnsembleOptions, type EnsembleResult, ensemble } from "./ensemble.ts";
import { checkedRange, type MemberValues } from "./members.ts";
import { problemFromText, problemText } from "./problem-document.ts";

/** An ensemble on several threads. */
export interface ParallelEnsembleOptions extends EnsembleOptions {
  readonly pool: WorkerPool;
  /** Stops the work; the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal;
}

/** Members that go to a thread at once: few enough to be shared out evenly, at most so many. */
const MOST_TOGETHER = 256;
const PARTS_PER_WORKER = 8;

const TASK = "solve/ensemble";

interface RangeInput {
  readonly problem: string;
  readonly method: string;
  readonly options: Omit<EnsembleOptions, "method" | "onMember" | "from" | "to">;
  readonly showsMembers: boolean;
}

interface RangeOutput {
  readonly result: EnsembleResult;
  readonly solutions: readonly OdeSolution[];
}

/**
 * `ensemble` on the threads of a pool, with the same result to the bit on any number of them; `onMember` sees the members in
 * their order. Rejects with what `ensemble` throws, before any thread is given work; with `SOLV-030` for a problem, an event or a method
 * that is a function of the caller; with `SOLV-031` when a thread dies or the pool is disposed of. A thread compiles a problem when it first
 * meets it, for some ms, and keeps the last 16.
 */
export async function ensembleParallel(
  problem: OdeProblem,
  { pool, signal, ...options }: ParallelEnsembleOptions,
): Promise<EnsembleResult> {
  const { from, to } = checkedRange(problem, options);
  const { method, parameters, initial, onMember, from: _from, to: _to, ...shared } = options;
  if (METHODS_BY_NAME.get(method.name) !== method)
    throw solveError(
      "SOLV-030",
      `${method.name} is not a method of this package, so other threads do not know it`,
      "Take a method of this package, or use `ensemble`, which runs on this thread.",
      { method: method.name },
    );
  const text = problemText(problem);
  const count = to - from;
  const together = Math.min(MOST_TOGETHER, Math.max(1, Math.ceil(count / (PARTS_PER_WORKER * pool.workers))));
  const startOf = (part: number) => Math.min(to, from + part * together);
  const outputs = await pool.run<RangeOutput>(
    TASK,
    Math.ceil(count / together),
    (part): RangeInput => ({
      problem: text,
      method: method.name,
      options: {
        ...shared,
        ...(parameters !== undefined && { parameters: sliced(parameters, startOf(part), startOf(part + 1)) }),
        ...(initial !== undefined && { initial: sliced(initial, startOf(part), startOf(part + 1)) }),
      },
      showsMembers: onMember !== undefined,
    }),
    {
      ...(signal !== undefined && { signal }),
      onPart(part, { solutions }) {
        solutions.forEach((solution, index) => {
          onMember?.(startOf(part) + index, solution);
        });
      },
    },
  );
  return joined(
    problem,
    count,
    outputs.map(({ result }) => result),
    startOf,
  );
}

/** What a thread does for {@link ensembleParallel}: to be served by every worker of a pool that is given to it. */
export const ensembleTasks: WorkerTasks = {
  [TASK]({ problem, method, options, showsMembers }: RangeInput): RangeOutput {
    const solutions: OdeSolution[] = [];
    const known = METHODS_BY_NAME.get(method);
    if (known === undefined) throw new Error(`There is no method ${method}`);
    const result = ensemble(problemFromText(problem), {
      ...options,
      method: known,
      ...(showsMembers && { onMember: (_member: number, solution: OdeSolution) => void solutions.push(solution) }),
    });
    return { result, solutions };
  },
};

function sliced(values: MemberValues, from: number, to: number): MemberValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      // an array of one length for all, also where all members have one value
      typeof value === "number" ? value : Float64Array.from({ length: to - from }, (_, k) => value[from + k] as number),
    ]),
  );
}

function joined(
  problem: OdeProblem,
  count: number,
  results: readonly EnsembleResult[],
  startOf: (part: number) => number,
): EnsembleResult {
  const column = (pick: (result: EnsembleResult) => Float64Array | undefined): Float64Array => {
    const all = new Float64Array(count);
    results.forEach((result, part) => {
      all.set(pick(result) ?? [], startOf(part) - startOf(0));
    });
    return all;
  };
  const total = (pick: (result: EnsembleResult) => number) => results.reduce((sum, result) => sum + pick(result), 0);
  return {
    count,
    final: Object.fromEntries(problem.stateNames.map((name) => [name, column(({ final }) => final[name])])),
    eventTimes: Object.fromEntries(
      problem.events.map(({ name }) => [name, column(({ eventTimes }) => eventTimes[name])]),
    ),
    failures: results.flatMap(({ failures }, part) =>
      failures.map(({ member, status }) => ({ member: member + startOf(part), status })),
    ),
    acceptedSteps: total(({ acceptedSteps }) => acceptedSteps),
    evaluations: total(({ evaluations }) => evaluations),
    mode: results[0]?.mode ?? "each",
  };
}
