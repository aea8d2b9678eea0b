/** What a method costs beside the objective: CPU time per evaluation of Rosenbrock's function of ten dimensions. */
import { type Minimiser, minimise } from "@simloom/solve";
import { rosenbrock } from "../../packages/solve/src/minimise/fixtures/functions.ts";

/** Best of several rounds of so many evaluations, in µs. */
export function microsecondsPerEvaluation(method: Minimiser, evaluations: number): readonly number[] {
  const start = Float64Array.from({ length: 10 }, (_, i) => -1 + (2 * i) / 9);
  return Array.from({ length: 5 }, () => {
    let done = 0;
    const began = process.cpuUsage();
    while (done < evaluations) {
      const { evaluations: counts } = minimise(rosenbrock, start, { method });
      done += counts.value + counts.gradient;
    }
    const { user, system } = process.cpuUsage(began);
    return (user + system) / done;
  });
}
