/** A stream of independent standard normal draws. The named random streams of the pipeline are such sources. */
export interface NormalSource {
  /** Overwrites every element of `into` with the next draws of the stream. */
  fillNormal(into: Float64Array): void;
}
