import {
  add,
  column,
  compileMarch,
  constant,
  type Expression,
  kernelProgram,
  type March,
  multiply,
  parameter,
  rewrite,
  state,
  time,
} from "@simloom/kernel";
import { runSetup } from "../engine/options.ts";
import { saveEnd } from "../engine/save.ts";
import type { ExplicitCoefficients, OdeMethod } from "../method/method.ts";
import type { OdeProblem } from "../problem/problem.ts";
import type { EnsembleOptions, EnsembleResult } from "./ensemble.ts";
import type { MemberValues } from "./members.ts";

const STEP = "ensemble step";
const compiled = new WeakMap<OdeProblem, Map<OdeMethod, March>>();

/** All members of a range at once; undefined where the problem or the method does not allow it. */
export function runInLanes(
  problem: OdeProblem,
  options: EnsembleOptions,
  from: number,
  count: number,
): EnsembleResult | undefined {
  const { method } = options;
  const { system, events, breakpoints, inputs } = problem;
  if (method.explicit === undefined || !method.hasFixedSteps || system.kind !== "expressions") return undefined;
  if (events.length > 0 || breakpoints.length > 0 || inputs !== undefined) return undefined;
  const { parameters = {}, initial = {}, onMember: _, from: _from, to: _to, ...common } = options;
  const setup = runSetup(problem, { ...common, save: saveEnd() });
  const march = marchFor(problem, method, method.explicit, system.derivatives);

  const { times, lengths } = stepsOf(setup.start, setup.end, setup.step as number);
  const result = march.run({
    count,
    steps: times.length,
    parameters: [lengths],
    times,
    columns: problem.parameterNames.map((name, index) =>
      members(parameters, name, setup.parameters[index] as number, from, count),
    ),
    states: problem.stateNames.map((name, index) =>
      members(initial, name, setup.initial[index] as number, from, count),
    ),
  });
  const final = problem.stateNames.map((_, index) =>
    Float64Array.from({ length: count }, (_, element) => result.state(index, element)),
  );
  return {
    count,
    final: Object.fromEntries(problem.stateNames.map((name, index) => [name, final[index] as Float64Array])),
    eventTimes: {},
    failures: notFinite(problem, final, from),
    acceptedSteps: times.length * count,
    evaluations: times.length * count * method.explicit.nodes.length,
    mode: "lanes",
  };
}

/** Where steps of one length begin, and their lengths: the last one ends where the span does. */
function stepsOf(start: number, end: number, size: number): { readonly times: number[]; readonly lengths: number[] } {
  const step = size * Math.sign(end - start);
  const times: number[] = [];
  const lengths: number[] = [];
  let now = start;
  while (now !== end) {
    let then = start + (times.length + 1) * step;
    if ((then - end) * Math.sign(step) > -1e-9 * Math.abs(step)) then = end;
    times.push(now);
    lengths.push(then - now);
    now = then;
  }
  return { times, lengths };
}

/** Whole steps of the method as a march: states to states, with the parameters as columns. */
function marchFor(
  problem: OdeProblem,
  method: OdeMethod,
  coefficients: ExplicitCoefficients,
  derivatives: readonly Expression[],
): March {
  const marches = compiled.get(problem) ?? new Map<OdeMethod, March>();
  compiled.set(problem, marches);
  const known = marches.get(method);
  if (known !== undefined) return known;
  const { nodes, stages, weights } = coefficients;
  const h = parameter(STEP);
  const slopes: (readonly Expression[])[] = [];
  const moved = (row: readonly number[]): readonly Expression[] =>
    problem.stateNames.map((name, index) => {
      const terms = row.flatMap((value, j) =>
        value === 0
          ? []
          : [value === 1 ? (slopes[j]?.[index] as Expression) : multiply(value, slopes[j]?.[index] as Expression)],
      );
      const [head, ...rest] = terms;
      return head === undefined ? state(name) : add(state(name), multiply(h, rest.reduce(add, head)));
    });
  for (const [i, node] of nodes.entries())
    slopes.push(substituted(problem, derivatives, moved(stages[i] as readonly number[]), node, h));
  const outputs = Object.fromEntries(
    moved(weights).map((value, index) => [problem.stateNames[index] as string, value]),
  );
  const march = compileMarch(
    kernelProgram(outputs, { parameters: [STEP], columns: problem.parameterNames, states: problem.stateNames }),
  );
  marches.set(method, march);
  return march;
}

/** f at other states and a later time, parameters taken from columns. */
function substituted(
  { stateNames }: OdeProblem,
  derivatives: readonly Expression[],
  states: readonly Expression[],
  node: number,
  h: Expression,
): readonly Expression[] {
  const index = new Map(stateNames.map((name, place) => [name, place]));
  const later = node === 0 ? time : add(time, multiply(constant(node), h));
  const pass = rewrite("substitute", {
    state: (_args, leaf) => states[index.get(`${leaf.payload}`) as number],
    parameter: (_args, leaf) => column(`${leaf.payload}`),
    time: () => later,
  });
  return pass(derivatives);
}

function members(values: MemberValues, name: string, otherwise: number, from: number, count: number): Float64Array {
  const value = values[name] ?? otherwise;
  return typeof value === "number"
    ? new Float64Array(count).fill(value)
    : Float64Array.from({ length: count }, (_, index) => value[from + index] as number);
}

function notFinite(problem: OdeProblem, states: readonly Float64Array[], from: number): EnsembleResult["failures"] {
  const failures: EnsembleResult["failures"][number][] = [];
  const count = states[0]?.length ?? 0;
  for (let index = 0; index < count; index++) {
    const odd = states.findIndex((values) => !Number.isFinite(values[index]));
    if (odd < 0) continue;
    const member = from + index;
    failures.push({
      member,
      status: {
        kind: "failed",
        reason: "not-finite",
        time: Number.NaN,
        message: `${problem.name}: ${problem.stateNames[odd]} is not finite at the end`,
        remedy: "Solve that member alone, which names the step and the operation; or take smaller steps.",
      },
    });
  }
  return failures;
}
