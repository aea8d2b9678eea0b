/**
 * What a Hamiltonian chain learns during warm-up: its step by dual averaging, its metric from windows that double.
 *
 * Sources: M. D. Hoffman, A. Gelman, JMLR 15 (2014) 1593–1623, section 3.2; Stan Reference Manual, section "HMC algorithm
 * parameters", for the windows and the regularisation of variances.
 */
import { exp, log, pow } from "@simloom/numerics";
import type { MetricKind } from "./metric.ts";

/** The learning part of a chain. */
export interface Adaptation {
  warmup: number;
  iteration: number;
  /** Dual averaging: shrinkage point, average of errors, average of log steps, count. */
  centre: number;
  errorMean: number;
  logStepMean: number;
  count: number;
  /** Welford's mean of this window, and sums of squares (n), or of products (n × n) for a dense metric. */
  seen: number;
  mean: Float64Array;
  products: Float64Array;
  windowEnd: number;
  windowLength: number;
}

/** Learning from the start; `step` is the first guess. */
export function freshAdaptation(n: number, warmup: number, step: number, kind: MetricKind): Adaptation {
  const { first, length } = windowsOf(warmup);
  const products = new Float64Array(kind === "dense" ? n * n : n);
  return {
    ...{ warmup, iteration: 0, ...restarted(step), seen: 0, mean: new Float64Array(n), products },
    ...{ windowEnd: first + length, windowLength: length },
  };
}

/** The step after an iteration with this mean acceptance. */
export function learnedStep(adaptation: Adaptation, acceptance: number, target: number): number {
  adaptation.count++;
  const weight = 1 / (adaptation.count + 10);
  adaptation.errorMean = (1 - weight) * adaptation.errorMean + weight * (target - acceptance);
  const logStep = adaptation.centre - (Math.sqrt(adaptation.count) / 0.05) * adaptation.errorMean;
  const forgetting = pow(adaptation.count, -0.75);
  adaptation.logStepMean = forgetting * logStep + (1 - forgetting) * adaptation.logStepMean;
  return exp(logStep);
}

/** The step to keep. */
export function settledStep(adaptation: Adaptation): number {
  return exp(adaptation.logStepMean);
}

/** Takes a draw into the window; gives the variances, or the covariance by rows, when the window ends. */
export function learnedCovariance(adaptation: Adaptation, draw: Float64Array): Float64Array | undefined {
  const { warmup, iteration } = adaptation;
  const { first, last } = windowsOf(warmup);
  adaptation.iteration++;
  if (iteration < first || iteration >= warmup - last) return undefined;
  adaptation.seen++;
  addProducts(adaptation, draw);
  if (iteration + 1 !== adaptation.windowEnd) return undefined;
  const { seen, products, mean } = adaptation;
  const n = mean.length;
  const learned = products.map((product) => (seen / (seen + 5)) * (product / (seen - 1)));
  const stride = products.length === n ? 1 : n + 1;
  for (let i = 0; i < n; i++) learned[i * stride] = (learned[i * stride] as number) + 1e-3 * (5 / (seen + 5));
  adaptation.seen = 0;
  mean.fill(0);
  products.fill(0);
  adaptation.windowLength *= 2;
  const end = adaptation.windowEnd + adaptation.windowLength;
  // a window that would leave no room for its successor takes the rest
  adaptation.windowEnd = end + 2 * adaptation.windowLength > warmup - last ? warmup - last : end;
  return learned;
}

/** Welford's update: products of what the draw is away from the mean before and after. */
function addProducts({ mean, products, seen }: Adaptation, draw: Float64Array): void {
  const n = mean.length;
  const before = draw.map((x, i) => x - (mean[i] as number));
  for (let i = 0; i < n; i++) mean[i] = (mean[i] as number) + (before[i] as number) / seen;
  if (products.length === n) {
    for (let i = 0; i < n; i++)
      products[i] = (products[i] as number) + (before[i] as number) * ((draw[i] as number) - (mean[i] as number));
    return;
  }
  // (x_i − old mean) (x_j − new mean) is symmetric: the latter is (x_j − old mean) (1 − 1 / seen)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      products[i * n + j] =
        (products[i * n + j] as number) + (before[i] as number) * ((before[j] as number) * (1 - 1 / seen));
}

/** Dual averaging from a new first guess. */
export function restarted(step: number): Pick<Adaptation, "centre" | "errorMean" | "logStepMean" | "count"> {
  return { centre: log(10 * step), errorMean: 0, logStepMean: 0, count: 0 };
}

function windowsOf(warmup: number): { readonly first: number; readonly length: number; readonly last: number } {
  if (warmup >= 150) return { first: 75, length: 25, last: 50 };
  const first = Math.floor(0.15 * warmup);
  const last = Math.floor(0.1 * warmup);
  return { first, length: warmup - first - last, last };
}
