/**
 * Bootstrap: fits to replicas of the data, in which each event counts as often as Poisson's law with mean 1 says.
 *
 * Source: B. Efron, Ann. Statist. 7 (1979) 1–26; multiplicities by Poisson's law make replicas independent of how events are
 * split up, and the number of events varies as it does in nature.
 */
import { exp, randomStream } from "@simloom/numerics";
import { solveError } from "../errors.ts";

/** Which replica. */
export interface ReplicaOptions {
  readonly seed: number | bigint | string;
  readonly replica: number;
  /** Name of the events: those of one name get the same multiplicities wherever they appear. Default `data`. */
  readonly source?: string;
  /** Number of the first event, for data that come in parts. Default 0. */
  readonly from?: number;
}

/** P(k) of Poisson's law with mean 1, summed up to k: 1/e Σ 1/j!. */
const CUMULATED = (() => {
  const sums: number[] = [];
  let [term, sum] = [exp(-1), 0];
  for (let k = 0; k < 19; k++) {
    sum += term;
    sums.push(sum);
    term /= k + 1;
  }
  return sums;
})();

/**
 * How often each of `count` events appears in a replica. A multiplicity depends on seed, source, replica and the number of the
 * event only: any part of the data can be computed anywhere. Replicas are independent, and totals vary by √count. Throws
 * `SOLV-062` for numbers of events that cannot be.
 */
export function bootstrapMultiplicities(count: number, options: ReplicaOptions): Float64Array {
  const { seed, replica, source = FIRST_SOURCE, from = 0 } = options;
  if (!(Number.isSafeInteger(count) && count >= 0 && Number.isSafeInteger(from) && from >= 0))
    throw solveError("SOLV-062", `${count} events from number ${from} on are none`, "Give whole numbers from 0.", {
      count,
      from,
    });
  const uniform = randomStream({ seed, name: ["bootstrap", source, `${replica}`] })
    .skip(from)
    .fillUniform(new Float64Array(count));
  return uniform.map((u) => {
    let k = 0;
    while (k < CUMULATED.length && u >= (CUMULATED[k] as number)) k++;
    return k;
  });
}

/** Name of events that have none. */
const FIRST_SOURCE = "data";

/** What replicas say of some numbers. */
export interface BootstrapResult {
  /** One row of numbers per replica whose fit gave finite ones. */
  readonly samples: readonly Float64Array[];
  /** Replicas left out, since their numbers were not finite. */
  readonly failures: number;
  readonly mean: Float64Array;
  /** With r − 1 in the denominator. */
  readonly standardErrors: Float64Array;
  /** n × n by rows. */
  readonly covariance: Float64Array;
  /** The number of a column below which a part of the samples lies, with linear interpolation. */
  quantile(column: number, part: number): number;
}

/**
 * Does `fit` on each replica: it gets a function that gives the multiplicities of a source (for a fit to data and Monte Carlo,
 * one call each) and the number of the replica. Calls without a name are different sources, by their order; calls of one name get the
 * same multiplicities. Throws `SOLV-062` for fewer than two replicas, `SOLV-072` where fewer than two
 * fits gave numbers.
 */
export function bootstrap(
  fit: (multiplicities: Multiplicities, replica: number) => ArrayLike<number>,
  options: { readonly replicas: number; readonly seed: number | bigint | string },
): BootstrapResult {
  const { replicas, seed } = options;
  checkReplicas(replicas);
  return resultOf(
    Array.from({ length: replicas }, (_, replica) => Float64Array.from(fit(multiplicitiesOf(seed, replica), replica))),
  );
}

/**
 * `bootstrap` for fits that promise their numbers, of which `concurrency` (default: all) are under way at the same time. The same
 * result, in whatever order they end. A fit that fails ends it; so does `signal`, with its reason. Throws as `bootstrap`.
 */
export async function bootstrapAsync(
  fit: (multiplicities: Multiplicities, replica: number) => Promise<ArrayLike<number>>,
  options: {
    readonly replicas: number;
    readonly seed: number | bigint | string;
    readonly concurrency?: number;
    readonly signal?: AbortSignal;
  },
): Promise<BootstrapResult> {
  const { replicas, seed, concurrency = replicas, signal } = options;
  checkReplicas(replicas);
  if (!(Number.isInteger(concurrency) && concurrency >= 1))
    throw solveError("SOLV-062", `${concurrency} fits at the same time are none`, "Give a whole number from 1.", {
      concurrency,
    });
  const all: Float64Array[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let replica = next++; replica < replicas; replica = next++) {
      signal?.throwIfAborted();
      all[replica] = Float64Array.from(await fit(multiplicitiesOf(seed, replica), replica));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, replicas) }, worker));
  return resultOf(all);
}

/** Gives how often each of `count` events of a source appears. */
type Multiplicities = (count: number, source?: string) => Float64Array;

function multiplicitiesOf(seed: number | bigint | string, replica: number): Multiplicities {
  let unnamed = 0;
  const sourceOf = (given: string | undefined): string => {
    if (given !== undefined) return given;
    unnamed++;
    return unnamed === 1 ? FIRST_SOURCE : `${FIRST_SOURCE} ${unnamed}`;
  };
  return (count, source) => bootstrapMultiplicities(count, { seed, replica, source: sourceOf(source) });
}

function checkReplicas(replicas: number): void {
  if (Number.isInteger(replicas) && replicas >= 2) return;
  throw solveError("SOLV-062", `${replicas} replicas have no variance`, "Ask for two replicas or more.", { replicas });
}

function resultOf(all: readonly Float64Array[]): BootstrapResult {
  const samples = all.filter((row) => row.every(Number.isFinite));
  if (samples.length < 2)
    throw solveError(
      "SOLV-072",
      `Only ${samples.length} of ${all.length} replicas gave finite numbers`,
      "Check the fit.",
    );
  return { ...momentsOf(samples), samples, failures: all.length - samples.length };
}

function momentsOf(samples: readonly Float64Array[]) {
  const n = (samples[0] as Float64Array).length;
  const mean = Float64Array.from(
    { length: n },
    (_, i) => samples.reduce((sum, row) => sum + (row[i] as number), 0) / samples.length,
  );
  const covariance = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    const sum = samples.reduce(
      (total, row) => total + ((row[i] as number) - (mean[i] as number)) * ((row[j] as number) - (mean[j] as number)),
      0,
    );
    return sum / (samples.length - 1);
  });
  return {
    mean,
    covariance,
    standardErrors: Float64Array.from({ length: n }, (_, i) => Math.sqrt(covariance[i * n + i] as number)),
    quantile: (column: number, part: number): number => {
      const sorted = Float64Array.from(samples, (row) => row[column] as number).sort();
      const at = Math.min(Math.max(part, 0), 1) * (sorted.length - 1);
      const below = Math.floor(at);
      const above = Math.min(below + 1, sorted.length - 1);
      return (sorted[below] as number) + (at - below) * ((sorted[above] as number) - (sorted[below] as number));
    },
  };
}
