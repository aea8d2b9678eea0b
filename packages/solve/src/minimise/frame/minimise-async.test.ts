import { parameterSet, parameterSpec } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { bootstrap, bootstrapAsync } from "../../uncertainty/bootstrap.ts";
import { profileInterval } from "../../uncertainty/profile.ts";
import { subjectTo } from "../constrained/constraints.ts";
import { sqp } from "../constrained/sqp.ts";
import { cmaEs } from "../evolution/cma-es.ts";
import { differentialEvolution } from "../evolution/differential-evolution.ts";
import { particleSwarm } from "../evolution/particle-swarm.ts";
import { adam } from "../first-order/adam.ts";
import { conjugateGradient } from "../first-order/conjugate-gradient.ts";
import { rosenbrock, valueOnly } from "../fixtures/functions.ts";
import { lbfgsb } from "../lbfgsb/lbfgsb.ts";
import { bfgs } from "../newton/bfgs.ts";
import { trustRegion } from "../newton/trust-region.ts";
import { nelderMead } from "../simplex/nelder-mead.ts";
import type { Minimiser } from "./method.ts";
import { minimise } from "./minimise.ts";
import { type AsyncObjective, minimiseAsync, withAsyncObjective } from "./minimise-async.ts";

const set = parameterSet(
  [-1.2, 1, 0.5].map((initial, i) => parameterSpec({ name: `p${i}`, initial, bounds: [-5, 5] })),
);

/** Values that come later, and how many were under way at most. */
function slow(withSlopes: boolean): AsyncObjective & { readonly most: number } {
  let [now, most] = [0, 0];
  const later = async <T>(answer: T): Promise<T> => {
    now++;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return answer;
  };
  return {
    get most() {
      return most;
    },
    value: (x) => later(rosenbrock.value(x)),
    ...(withSlopes
      ? {
          gradient: (x: Float64Array) => {
            const slopes = new Float64Array(x.length);
            return later({ value: rosenbrock.gradient(x, slopes), slopes });
          },
        }
      : {}),
  };
}

const methods: readonly Minimiser[] = [
  ...[lbfgsb(), bfgs(), trustRegion(), conjugateGradient(), adam(), nelderMead(), sqp()],
  ...[cmaEs({ restarts: 1 }), differentialEvolution(), particleSwarm()],
];

describe("minimiseAsync", () => {
  it.each(methods)("gives the bits of minimise, by $name", async (method) => {
    const options = { method, seed: 3, iterationLimit: 25, covariance: true };
    const objective = { value: rosenbrock.value, gradient: rosenbrock.gradient };
    expect(await minimiseAsync(slow(true), set, options)).toEqual(minimise(objective, set, options));
    expect(await minimiseAsync(slow(false), set, options)).toEqual(minimise(valueOnly(rosenbrock), set, options));
  });

  it("asks for what is independent at once, and for no more at a time than it may", async () => {
    const [population, differences, held] = [slow(false), slow(false), slow(false)];
    await minimiseAsync(population, set, { method: cmaEs({ population: 12 }), iterationLimit: 2 });
    await minimiseAsync(differences, set, { iterationLimit: 1 });
    await minimiseAsync(held, set, { method: cmaEs({ population: 12 }), iterationLimit: 2, concurrency: 3 });
    expect([population.most, differences.most, held.most]).toEqual([12, 4, 3]);
  });

  it("keeps to constraints", async () => {
    const constraints = {
      count: 1,
      values: (x: Float64Array, target: Float64Array) => {
        target[0] = 2 - (x[0] as number) - (x[1] as number);
      },
    };
    const found = await minimiseAsync({ ...slow(true), constraints }, set, { method: sqp() });
    expect(found).toEqual(minimise(subjectTo(rosenbrock, constraints), set, { method: sqp() }));
  });

  it("goes on from a checkpoint, and ends without waiting when it is aborted", async () => {
    const whole = minimise(valueOnly(rosenbrock), set, { method: nelderMead() });
    const stop = new AbortController();
    let calls = 0;
    const objective: AsyncObjective = {
      value: (x) => (++calls > 60 ? new Promise<number>(() => stop.abort()) : Promise.resolve(rosenbrock.value(x))),
    };
    const found = await minimiseAsync(objective, set, { method: nelderMead(), signal: stop.signal });
    expect(found.status.reason).toBe("aborted");
    expect(found.iterations).toBeGreaterThan(10); // one or two values each
    const resume = JSON.parse(JSON.stringify(found.checkpoint));
    expect(await minimiseAsync(slow(false), set, { method: nelderMead(), resume })).toEqual(whole);
  });

  it("hands on what an objective refuses with, and the reason of a signal before the start", async () => {
    const refused = minimiseAsync({ value: () => Promise.reject(new Error("no licence")) }, set, {});
    await expect(refused).rejects.toThrow("no licence");
    const signal = AbortSignal.abort(new Error("not now"));
    await expect(minimiseAsync(slow(false), set, { signal })).rejects.toThrow("not now");
  });

  it("refuses a method that does not repeat itself, and a concurrency of none", async () => {
    let draw = 0;
    const forgetful: Minimiser = {
      ...nelderMead(),
      step(problem, state) {
        state.value = problem.value(state.x.map((entry) => entry + ++draw)) + problem.value(state.x);
      },
    };
    await expect(minimiseAsync(slow(false), set, { method: forgetful })).rejects.toMatchObject({ code: "SOLV-067" });
    await expect(minimiseAsync(slow(false), set, { concurrency: 0 })).rejects.toMatchObject({ code: "SOLV-062" });
  });
});

describe("withAsyncObjective", () => {
  it("takes profiles of an objective that promises its values", async () => {
    const minimum = minimise(rosenbrock, set, { covariance: true });
    const interval = (objective: Parameters<typeof profileInterval>[0]) =>
      profileInterval(objective, set, minimum, "p0");
    const { value, gradient } = rosenbrock;
    expect(await withAsyncObjective(slow(true), interval)).toEqual(interval({ value, gradient }));
  });
});

describe("bootstrapAsync", () => {
  it("gives the result of bootstrap in whatever order fits end, so many at a time", async () => {
    const options = { replicas: 20, seed: 1 };
    const mean = (multiplicities: Float64Array) => [multiplicities.reduce((sum, entry) => sum + entry, 0)];
    let [now, most] = [0, 0];
    const found = await bootstrapAsync(
      async (multiplicities, replica) => {
        const drawn = mean(multiplicities(50));
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, (replica * 7) % 5));
        now--;
        return drawn;
      },
      { ...options, concurrency: 4 },
    );
    const wanted = bootstrap((multiplicities) => mean(multiplicities(50)), options);
    expect({ ...found, quantile: found.quantile(0, 0.3) }).toEqual({ ...wanted, quantile: wanted.quantile(0, 0.3) });
    expect(most).toBe(4);
  });
});
