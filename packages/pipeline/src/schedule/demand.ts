/**
 * Resources as vectors: one number per kind of slot, so that "does it fit" is a comparison and a graph can be checked
 * against a scheduler before anything runs.
 */
import type { Problem } from "@simloom/units";
import type { Resources } from "../stage/context.ts";

/** What a scheduler has to give. */
export interface SlotCapacity {
  /** Processor slots; `Infinity` does not limit. */
  readonly cpu: number;
  /** MiB for all running jobs together; absent: no limit. */
  readonly memoryMb?: number | undefined;
  /** Names of devices, such as "0" or "GPU-5f2c"; each serves one job at a time. */
  readonly gpus?: readonly string[];
  /** Named counters such as licences. */
  readonly counters?: Readonly<Record<string, number>>;
  /** Jobs at a time, whatever they ask for; absent: no limit. */
  readonly jobs?: number;
}

/** A request as a vector over {@link Dimensions}; `key` is equal for equal requests. */
export interface Demand {
  readonly amounts: Float64Array;
  readonly key: string;
}

/** The kinds of slots of one scheduler: cpu, memory, GPUs, jobs, then counters by name. */
export interface Dimensions {
  readonly capacity: Float64Array;
  readonly counters: readonly string[];
  readonly gpus: readonly string[];
  /** One processor and nothing else: what most jobs ask for. */
  readonly plain: Demand;
  readonly known: WeakMap<Resources, Demand>;
  check(resources: Resources): Problem | undefined;
}

const CPU = 0;
const MEMORY = 1;
const GPU = 2;
const JOBS = 3;
const FIRST_COUNTER = 4;

export function dimensionsOf(capacity: SlotCapacity): Dimensions {
  const counters = Object.keys(capacity.counters ?? {}).sort();
  const gpus = capacity.gpus ?? [];
  return {
    capacity: Float64Array.of(
      capacity.cpu,
      capacity.memoryMb ?? Infinity,
      gpus.length,
      capacity.jobs ?? Infinity,
      ...counters.map((name) => capacity.counters?.[name] ?? 0),
    ),
    counters,
    gpus,
    plain: demandFrom(Float64Array.of(1, 0, 0, 1, ...counters.map(() => 0))),
    known: new WeakMap(),
    check: (resources) => overCapacity(capacity, resources),
  };
}

/** The vector of a request. Remembered per resources object, so equal nodes that share one cost a look-up. */
export function demandOf(dimensions: Dimensions, resources: Resources): Demand {
  const { counters, plain } = dimensions;
  if (isPlain(resources)) return plain;
  const known = dimensions.known.get(resources);
  if (known !== undefined) return known;
  const amounts = new Float64Array(FIRST_COUNTER + counters.length);
  amounts[CPU] = resources.cpu ?? 1;
  amounts[MEMORY] = resources.memoryMb ?? 0;
  amounts[GPU] = resources.gpu ?? 0;
  amounts[JOBS] = 1;
  for (let i = 0; i < counters.length; i++)
    amounts[FIRST_COUNTER + i] = resources.counters?.[counters[i] as string] ?? 0;
  // What can never be granted fits nowhere; `check` says why.
  if (dimensions.check(resources) !== undefined) amounts.fill(Number.NaN);
  const demand = demandFrom(amounts);
  dimensions.known.set(resources, demand);
  return demand;
}

function demandFrom(amounts: Float64Array): Demand {
  return { amounts, key: amounts.join(" ") };
}

function isPlain({ cpu, memoryMb, gpu, counters }: Resources): boolean {
  return (cpu === undefined || cpu === 1) && !memoryMb && !gpu && counters === undefined;
}

/** Room for rounding where fractions of a processor were granted and given back. */
const SLACK = 1e-9;

/** True when `demand` fits into `free` without touching what is `kept` for a job that has waited long enough. */
export function fits(demand: Demand, free: Float64Array, kept?: Float64Array): boolean {
  const { amounts } = demand;
  for (let i = 0; i < amounts.length; i++) {
    const amount = amounts[i] as number;
    if (amount === 0) continue;
    const available = kept === undefined ? (free[i] as number) : (free[i] as number) - (kept[i] as number);
    if (!(amount <= available + SLACK)) return false;
  }
  return true;
}

/** Why `resources` can never be granted by a scheduler with this capacity, or nothing. */
export function overCapacity(capacity: SlotCapacity, resources: Resources): Problem | undefined {
  const { cpu = 1, memoryMb = 0, gpu = 0, counters = {} } = resources;
  const asked: [what: string, amount: number, available: number, isWhole: boolean][] = [
    ["cpu slots", cpu, capacity.cpu, false],
    ["MiB of memory", memoryMb, capacity.memoryMb ?? Infinity, false],
    ["GPU devices", gpu, capacity.gpus?.length ?? 0, true],
  ];
  for (const name of Object.keys(counters).sort()) {
    asked.push([`of counter ${name}`, counters[name] as number, capacity.counters?.[name] ?? 0, false]);
  }
  for (const [what, amount, available, isWhole] of asked) {
    if (!(amount >= 0) || (isWhole && !Number.isInteger(amount))) {
      return {
        code: "PIPE-028",
        message: `${amount} ${what} cannot be granted`,
        remedy: "Ask for a number that is 0 or more, and for whole GPU devices.",
      };
    }
    if (amount > available + SLACK) {
      return {
        code: "PIPE-028",
        message: `${amount} ${what} are asked for, but this scheduler has ${available}`,
        remedy: "Lower the stage's resources, or run with a scheduler that has more.",
      };
    }
  }
  return undefined;
}
