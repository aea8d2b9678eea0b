/** All numbers that programs hand to each other, by name; the parameters come first. */
export class Numbers {
  values: Float64Array;
  readonly #places = new Map<string, number>();

  constructor(parameters: readonly string[]) {
    this.values = new Float64Array(Math.max(64, 2 * parameters.length));
    for (const name of parameters) this.add(name);
  }

  add(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(name, place);
    if (place >= this.values.length) {
      const grown = new Float64Array(2 * this.values.length);
      grown.set(this.values);
      this.values = grown;
    }
    return place;
  }

  set(name: string, value: number): void {
    const place = this.add(name);
    this.values[place] = value;
  }

  /** A function that collects the present values of some names, always in the same array. */
  gather(names: readonly string[]): () => Float64Array {
    const places = Int32Array.from(names, (name) => this.#places.get(name) as number);
    const collected = new Float64Array(names.length);
    return () => {
      for (let index = 0; index < places.length; index++)
        collected[index] = this.values[places[index] as number] as number;
      return collected;
    };
  }
}
