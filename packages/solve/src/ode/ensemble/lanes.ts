import {
  add,
  column,
  compileWasm,
  constant,
  type Expression,
  type Kernel,
  kernelProgram,
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
const compiled = new WeakMap<OdeProblem, Map<OdeMethod, Kernel>>();

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
  const kernel = kernelFor(problem, method, method.explicit, system.derivatives);

  const columns = problem.parameterNames.map((name, index) =>
    members(parameters, name, setup.parameters[index] as number, from, count),
  );
  const states = problem.stateNames.map((name, index) =>
    members(initial, name, setup.initial[index] as number, from, count),
  );
  const step = (setup.step as number) * Math.sign(setup.end - setup.start);
  const stepLength = new Float64Array(1);
  let current: Float64Array[] = [...states];
  let other: Float64Array[] = states.map(() => new Float64Array(count));
  let now = setup.start;
  let steps = 0;
  while (now !== setup.end) {
    steps += 1;
    let then = setup.start + steps * step;
    if ((then - setup.end) * Math.sign(step) > -1e-9 * Math.abs(step)) then = setup.end;
    stepLength[0] = then - now;
    kernel.run({ count, parameters: stepLength, time: now, columns, states: current, outputs: other });
    [current, other] = [other, current];
    now = then;
  }
  const failures = notFinite(problem, current, from);
  return {
    count,
    final: Object.fromEntries(problem.stateNames.map((name, index) => [name, current[index] as Float64Array])),
    eventTimes: {},
    failures,
    acceptedSteps: steps * count,
    evaluations: steps * count * method.explicit.nodes.length,
    mode: "lanes",
  };
}

/** A whole step of the method as one kernel: states to states, with the parameters as columns. */
function kernelFor(
  problem: OdeProblem,
  method: OdeMethod,
  coefficients: ExplicitCoefficients,
  derivatives: readonly Expression[],
): Kernel {
  const kernels = compiled.get(problem) ?? new Map<OdeMethod, Kernel>();
  compiled.set(problem, kernels);
  const known = kernels.get(method);
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
  const outputs = Object.fromEntries(moved(weights).map((value, index) => [`${index}`, value]));
  const kernel = compileWasm(
    kernelProgram(outputs, { parameters: [STEP], columns: problem.parameterNames, states: problem.stateNames }),
  );
  kernels.set(method, kernel);
  return kernel;
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
