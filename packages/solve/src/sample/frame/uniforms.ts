import type { RandomStream } from "@simloom/numerics";

/** Numbers made at a time. */
const BLOCK = 256;

/** Uniform numbers of a stream, made in blocks and handed out one by one: a number depends on stream and position only. */
export class Uniforms {
  readonly #stream: RandomStream;
  readonly #block = new Float64Array(BLOCK);
  #next = BLOCK;

  constructor(stream: RandomStream) {
    this.#stream = stream;
  }

  /** Position in the stream of the number that comes next. */
  get position(): number {
    return this.#stream.position - (BLOCK - this.#next);
  }

  /** A number in [0, 1). */
  next(): number {
    if (this.#next === BLOCK) {
      this.#stream.fillUniform(this.#block);
      this.#next = 0;
    }
    return this.#block[this.#next++] as number;
  }
}
