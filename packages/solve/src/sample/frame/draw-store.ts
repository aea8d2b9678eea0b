/** Bytes of draws that are gathered before they are written out: a part of the cache next to the processor. */
const GATHERED_BYTES = 131_072;

/**
 * Draws in walkers × steps × parameters, written step by step. Steps are gathered first: writing to as many places as there
 * are walkers in every step costs as much as moving them.
 */
export class DrawStore {
  readonly #draws: Float64Array;
  readonly #logs: Float64Array;
  readonly #walkerCount: number;
  readonly #steps: number;
  readonly #count: number;
  readonly #room: number;
  readonly #gathered: Float64Array;
  readonly #gatheredLogs: Float64Array;
  #first: number;
  #held = 0;

  /** Room for `steps` of each walker; the first `done` of them are there already. */
  constructor(walkerCount: number, steps: number, count: number, done: number) {
    this.#walkerCount = walkerCount;
    this.#steps = steps;
    this.#count = count;
    this.#first = done;
    this.#draws = new Float64Array(walkerCount * steps * count);
    this.#logs = new Float64Array(walkerCount * steps);
    this.#room = Math.max(1, Math.min(64, Math.floor(GATHERED_BYTES / (8 * walkerCount * count))));
    this.#gathered = new Float64Array(walkerCount * this.#room * count);
    this.#gatheredLogs = new Float64Array(walkerCount * this.#room);
  }

  /** Takes over what an earlier run drew: `done` steps of each walker. */
  restore(draws: Float64Array, logs: Float64Array, done: number): void {
    for (let k = 0; k < this.#walkerCount && done > 0; k++) {
      const size = done * this.#count;
      this.#draws.set(draws.subarray(k * size, (k + 1) * size), k * this.#steps * this.#count);
      this.#logs.set(logs.subarray(k * done, (k + 1) * done), k * this.#steps);
    }
  }

  /** Puts a draw of a walker into the step that is under way. */
  put(walker: number, x: Float64Array, logDensity: number): void {
    const place = walker * this.#room + this.#held;
    const at = place * this.#count;
    for (let i = 0; i < this.#count; i++) this.#gathered[at + i] = x[i] as number;
    this.#gatheredLogs[place] = logDensity;
  }

  /** Ends the step: all walkers have been put. */
  endStep(): void {
    this.#held++;
    if (this.#held === this.#room) this.#write();
  }

  /** All draws of the steps that ended, and their log densities; the arrays themselves where no step is left to come. */
  kept(): { readonly draws: Float64Array; readonly logs: Float64Array; readonly steps: number } {
    this.#write();
    const steps = this.#first;
    return {
      draws: firstOfEach(this.#draws, this.#walkerCount, this.#steps * this.#count, steps * this.#count),
      logs: firstOfEach(this.#logs, this.#walkerCount, this.#steps, steps),
      steps,
    };
  }

  #write(): void {
    const held = this.#held;
    if (held === 0) return;
    const size = held * this.#count;
    for (let k = 0; k < this.#walkerCount; k++) {
      const from = k * this.#room;
      const to = k * this.#steps + this.#first;
      this.#draws.set(this.#gathered.subarray(from * this.#count, from * this.#count + size), to * this.#count);
      this.#logs.set(this.#gatheredLogs.subarray(from, from + held), to);
    }
    this.#first += held;
    this.#held = 0;
  }
}

/** The first `kept` of every `stride` numbers of each walker; all of them as they are. */
function firstOfEach(all: Float64Array, walkerCount: number, stride: number, kept: number): Float64Array {
  if (kept === stride) return all;
  const target = new Float64Array(walkerCount * kept);
  for (let k = 0; k < walkerCount; k++) target.set(all.subarray(k * stride, k * stride + kept), k * kept);
  return target;
}
