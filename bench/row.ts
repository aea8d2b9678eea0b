/** One line of the benchmark table; `value` within `budget` is good, `ratio` is value over peerValue. */
export interface Row {
  readonly name: string;
  /** The least of the repetitions: the one that the rest of the machine disturbed least. */
  readonly value: number;
  readonly unit: string;
  /** Median of the repetitions, where there were several. */
  readonly median?: number;
  readonly budget?: number;
  /** True where more is better, such as a speed-up: the budget is then a least value. */
  readonly isMoreBetter?: boolean;
  readonly peer?: string;
  readonly peerValue?: number;
  readonly ratio?: number;
}

/** What a suite is told. */
export interface SuiteOptions {
  /** Fewer repetitions and smaller sizes: to see that everything works, not to quote. */
  readonly isQuick: boolean;
  /** Python of the environment with the peers; nothing when peers are left out. */
  readonly python: string | undefined;
  /** Python of the environment with numbalsoda; nothing when that is left out. */
  readonly numbalsoda: string | undefined;
  /** Folder with CVODE and CVODES at -O3 (include/, lib/); nothing when they are left out. */
  readonly cvode: string | undefined;
}

/** A suite measures and answers its rows. It runs in a process of its own. */
export type Suite = (options: SuiteOptions) => Promise<readonly Row[]>;

/** The peer of a row with the least of its repetitions; nothing when it was left out. */
export interface PeerSamples {
  readonly name: string;
  readonly samples: readonly number[];
}

/** A row of repetitions, beside those of a peer. */
export function rowOf(
  name: string,
  unit: string,
  samples: readonly number[],
  {
    budget,
    peer,
    isMoreBetter = false,
  }: { budget?: number; peer?: PeerSamples | undefined; isMoreBetter?: boolean } = {},
): Row {
  const best = (list: readonly number[]): number => (isMoreBetter ? Math.max(...list) : Math.min(...list));
  const value = best(samples);
  const peerValue = peer === undefined || peer.samples.length === 0 ? undefined : best(peer.samples);
  return {
    name,
    value,
    unit,
    ...(samples.length > 1 && { median: medianOf(samples) }),
    ...(budget !== undefined && { budget }),
    ...(isMoreBetter && { isMoreBetter }),
    ...(peer !== undefined && peerValue !== undefined && { peer: peer.name, peerValue }),
    ...(peerValue !== undefined && peerValue !== 0 && { ratio: value / peerValue }),
  };
}

/** The middle of a list, the lower one of two. */
export function medianOf(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] as number;
}

/** True, false, or nothing when there is no budget to keep. */
export function isWithinBudget({ value, budget, isMoreBetter }: Row): boolean | undefined {
  if (budget === undefined) return undefined;
  return isMoreBetter ? value >= budget : value <= budget;
}
