/**
 * Scratch vectors that are given out again after `reset`: making small Float64Arrays costs more than most steps of a sampler do.
 * What is taken holds old numbers and is only valid until the next `reset`.
 */
export class VectorPool {
  readonly #vectors: Float64Array[] = [];
  #next = 0;

  take(length: number): Float64Array {
    const vector = this.#vectors[this.#next];
    if (vector !== undefined && vector.length === length) {
      this.#next++;
      return vector;
    }
    const fresh = new Float64Array(length);
    this.#vectors[this.#next++] = fresh;
    return fresh;
  }

  reset(): void {
    this.#next = 0;
  }
}
