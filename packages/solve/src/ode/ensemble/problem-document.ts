import { type Expression, type ExpressionJson, expressionFromJson, expressionToJson } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import { odeProblem, readOperand } from "../problem/define.ts";
import type { EventDirection, OdeEvent } from "../problem/event.ts";
import type { OdeProblem } from "../problem/problem.ts";

/** A problem as data: expressions as one document, named by where they belong. */
interface ProblemDocument {
  readonly name: string;
  readonly expressions: ExpressionJson;
  readonly initial: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, number>>;
  readonly timeSpan: readonly [number, number];
  readonly massMatrix: readonly (readonly number[])[] | undefined;
  readonly breakpoints: readonly number[];
  readonly events: readonly {
    readonly name: string;
    readonly direction: EventDirection | undefined;
    /** What it does, or the states that it sets. */
    readonly action: "record" | "stop" | readonly string[];
  }[];
}

const texts = new WeakMap<OdeProblem, string>();
const problems = new Map<string, OdeProblem>();
/** Problems that a thread keeps compiled. */
const MOST_KEPT = 16;

/**
 * A problem as a text that `problemFromText` makes the same problem of, on any thread. Throws `SOLV-030` for a problem with
 * functions: in place of its equations, as an event or its action, or as inputs.
 */
export function problemText(problem: OdeProblem): string {
  const known = texts.get(problem);
  if (known !== undefined) return known;
  const { name, system, inputs, events } = problem;
  if (system.kind === "function") throw unsendable(problem, "Its right-hand side");
  if (inputs !== undefined) throw unsendable(problem, "What gives its inputs");
  const named = (names: readonly string[], values: readonly number[]) =>
    Object.fromEntries(names.map((key, index) => [key, values[index] as number]));
  const expressions: Record<string, Expression> = {};
  problem.stateNames.forEach((state, index) => {
    expressions[`equation ${state}`] = system.derivatives[index] as Expression;
  });
  const sent = events.map(({ name: event, when, direction, action = "record" }, index) => {
    if (typeof when === "function") throw unsendable(problem, `The event ${event}`);
    if (typeof action === "function") throw unsendable(problem, `The action of the event ${event}`);
    expressions[`event ${index}`] = readOperand(problem, when, `events.${event}`);
    if (typeof action === "string") return { name: event, direction, action };
    for (const [target, value] of Object.entries(action.set))
      expressions[`event ${index} ${target}`] = readOperand(problem, value, `events.${event}.${target}`);
    return { name: event, direction, action: Object.keys(action.set) };
  });
  const document: ProblemDocument = {
    name,
    expressions: expressionToJson(expressions),
    initial: named(problem.stateNames, problem.initial),
    parameters: named(problem.parameterNames, problem.parameters),
    timeSpan: problem.timeSpan,
    massMatrix: problem.massMatrix,
    breakpoints: problem.breakpoints,
    events: sent,
  };
  const text = JSON.stringify(document);
  texts.set(problem, text);
  return text;
}

/** The problem of a text; the same one, compiled already, while it is one of the last that were asked for. */
export function problemFromText(text: string): OdeProblem {
  const known = problems.get(text) ?? readProblem(JSON.parse(text) as ProblemDocument);
  problems.delete(text);
  problems.set(text, known);
  if (problems.size > MOST_KEPT) problems.delete(problems.keys().next().value as string);
  return known;
}

function readProblem({ expressions, events, massMatrix, ...settings }: ProblemDocument): OdeProblem {
  const known = expressionFromJson(expressions);
  const at = (place: string) => known[place] as Expression;
  return odeProblem({
    ...settings,
    ...(massMatrix !== undefined && { massMatrix }),
    equations: Object.fromEntries(Object.keys(settings.initial).map((state) => [state, at(`equation ${state}`)])),
    events: events.map(
      ({ name, direction, action }, index): OdeEvent => ({
        name,
        when: at(`event ${index}`),
        ...(direction !== undefined && { direction }),
        action:
          typeof action === "string"
            ? action
            : { set: Object.fromEntries(action.map((target) => [target, at(`event ${index} ${target}`)])) },
      }),
    ),
  });
}

function unsendable({ name }: OdeProblem, what: string): Error {
  return solveError(
    "SOLV-030",
    `${what} is a function of ${name}, and functions stay on the thread that made them`,
    "Write it as a formula, or use `ensemble`, which runs on this thread.",
    { problem: name },
  );
}
