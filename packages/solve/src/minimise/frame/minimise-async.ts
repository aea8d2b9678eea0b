import { solveError } from "../../errors.ts";
import { type Constraints, subjectTo } from "../constrained/constraints.ts";
import type { MinimiseOptions, Minimum } from "./minimise.ts";
import type { Objective } from "./objective.ts";
import type { RunParameters } from "./parameters.ts";
import { openRun } from "./run.ts";

/**
 * What is minimised, where a value takes long: a whole simulation, in a worker or on a cluster. As `Objective`, but answers are
 * promised. Points belong to whoever is asked.
 */
export interface AsyncObjective {
  /** A promise that is refused ends the run and reaches its caller. */
  value(x: Float64Array, signal?: AbortSignal): Promise<number>;
  /** Without it: differences, whose values are all asked for at once. */
  gradient?(
    x: Float64Array,
    signal?: AbortSignal,
  ): Promise<{ readonly value: number; readonly slopes: ArrayLike<number> }>;
  /** Computed on the spot. */
  readonly constraints?: Constraints;
}

/** How an objective that promises its values is minimised. */
export interface MinimiseAsyncOptions extends MinimiseOptions {
  /** Most values that are asked for at the same time. Default: as many as are independent. */
  readonly concurrency?: number;
}

/**
 * `minimise` for an objective that promises its values, with the same methods and the same bits. What is independent is asked for at
 * once: populations, simplices, differences. An aborted run does not wait for what is under way; it gives the best point of the
 * iterations that are done. Memory: the answers of one iteration.
 *
 * The iteration is begun again each time an answer comes in: a method must ask the same questions for the same answers (else
 * `SOLV-067`), and its own arithmetic is done once per answer. Throws as `minimise`, `SOLV-062` for a concurrency that is no
 * whole number from 1, and the signal's reason when it is aborted before the start is done.
 */
export async function minimiseAsync(
  objective: AsyncObjective,
  parameters: RunParameters,
  options: MinimiseAsyncOptions = {},
): Promise<Minimum> {
  const { concurrency, signal, ...rest } = options;
  const questions = openQuestions(objective, concurrency, signal);
  const run = openRun(questions.objective, parameters, { ...rest, ...(signal === undefined ? {} : { signal }) });
  for (;;) {
    const goBack = run.mark();
    try {
      const found = await questions.answered(run.advance, goBack);
      if (found !== undefined) return found;
    } catch (thrown) {
      if (signal?.aborted !== true) throw thrown;
      goBack();
      const found = run.abandoned();
      if (found === undefined) throw signal.reason;
      return found;
    }
  }
}

/**
 * Does work that asks an objective on the spot, such as `profileInterval`, `contour` or `covarianceOf`, with one that promises its
 * values. The work is begun again each time an answer comes in, so it must have no effects and ask the same questions for the
 * same answers (else `SOLV-067`); all answers are kept until it is done.
 */
export function withAsyncObjective<T>(
  objective: AsyncObjective,
  work: (objective: Objective) => T,
  options: { readonly concurrency?: number; readonly signal?: AbortSignal } = {},
): Promise<T> {
  const questions = openQuestions(objective, options.concurrency, options.signal);
  return questions.answered(
    () => work(questions.objective),
    () => {},
  );
}

/** Points of which something is asked at once, and what came back. */
interface Question {
  readonly kind: "value" | "gradient";
  readonly points: readonly Float64Array[];
}

interface Answer extends Question {
  readonly values: Float64Array;
  readonly slopes: readonly ArrayLike<number>[];
}

/** Thrown through the work that asks what is not answered yet. */
class Unanswered {
  readonly question: Question;

  constructor(question: Question) {
    this.question = question;
  }
}

interface Questions {
  /** The objective as work sees it: throws what is not answered yet. */
  readonly objective: Objective;
  /** The result of work, once all that it asks is answered. */
  answered<T>(work: () => T, goBack: () => void): Promise<T>;
}

function openQuestions(
  objective: AsyncObjective,
  concurrency = Number.MAX_SAFE_INTEGER,
  signal?: AbortSignal,
): Questions {
  if (!(Number.isInteger(concurrency) && concurrency >= 1))
    throw solveError("SOLV-062", `${concurrency} values at the same time are none`, "Give a whole number from 1.", {
      concurrency,
    });
  let answers: Answer[] = [];
  let next = 0;
  const ask = (kind: Question["kind"], points: readonly Float64Array[]): Answer => {
    const answer = answers[next++];
    if (answer === undefined) throw new Unanswered({ kind, points: points.map((point) => Float64Array.from(point)) });
    if (!isSame(answer, kind, points))
      throw solveError(
        "SOLV-067",
        "The method asked something else when it was begun again with the same answers",
        "Let it depend on nothing but its state and the answers: no clock, no random numbers but those of streams.",
      );
    return answer;
  };
  const bare: Objective = {
    value: (x) => ask("value", [x]).values[0] as number,
    values: (points, values) => values.set(ask("value", points).values),
    ...(objective.gradient === undefined
      ? {}
      : {
          gradient: (x: Float64Array, slopes: Float64Array) => {
            const answer = ask("gradient", [x]);
            slopes.set(answer.slopes[0] as ArrayLike<number>);
            return answer.values[0] as number;
          },
          gradients: (points: readonly Float64Array[], slopes: readonly Float64Array[], values: Float64Array) => {
            const answer = ask("gradient", points);
            values.set(answer.values);
            slopes.forEach((target, k) => {
              target.set(answer.slopes[k] as ArrayLike<number>);
            });
          },
        }),
  };
  return {
    objective: objective.constraints === undefined ? bare : subjectTo(bare, objective.constraints),
    async answered(work, goBack) {
      answers = [];
      for (;;) {
        next = 0;
        let question: Question;
        try {
          return work();
        } catch (thrown) {
          if (!(thrown instanceof Unanswered)) throw thrown;
          question = thrown.question;
        }
        goBack();
        answers.push(await answerTo(objective, question, concurrency, signal));
      }
    },
  };
}

function isSame(answer: Question, kind: Question["kind"], points: readonly Float64Array[]): boolean {
  return (
    answer.kind === kind &&
    answer.points.length === points.length &&
    answer.points.every((point, k) => point.every((value, i) => Object.is(value, points[k]?.[i])))
  );
}

/** Asks for all points, so many at a time, in order. */
async function answerTo(
  objective: AsyncObjective,
  { kind, points }: Question,
  concurrency: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const values = new Float64Array(points.length);
  const slopes: ArrayLike<number>[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let k = next++; k < points.length; k = next++) {
      const point = Float64Array.from(points[k] as Float64Array);
      if (kind === "value") values[k] = await objective.value(point, signal);
      else {
        const found = await objective.gradient?.(point, signal);
        values[k] = found?.value ?? Number.NaN;
        slopes[k] = found?.slopes ?? [];
      }
      signal?.throwIfAborted();
    }
  };
  await untilAborted(Promise.all(Array.from({ length: Math.min(concurrency, points.length) }, worker)), signal);
  return { kind, points, values, slopes };
}

/** What is promised, or the signal's reason if that comes first. */
function untilAborted<T>(promised: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promised;
  return new Promise((resolve, refuse) => {
    const abort = () => refuse(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promised.then(resolve, refuse).finally(() => signal.removeEventListener("abort", abort));
  });
}
