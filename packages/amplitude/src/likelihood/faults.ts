import { type AmplitudeError, amplitudeError } from "../errors.ts";

/** Events for which the intensity is not a positive number, so that its logarithm says nothing. */
export interface IntensityFaults {
  readonly term: string;
  readonly events: "data" | "monteCarlo";
  /** NaN or infinite. */
  readonly nonFiniteCount: number;
  /** Below zero; in data zero as well. */
  readonly negativeCount: number;
  /** The first events at fault, counted from 0, with their intensities. */
  readonly first: readonly { readonly row: number; readonly intensity: number }[];
}

const LISTED = 5;

/** The events at fault among some intensities, or undefined if there are none. In Monte Carlo an intensity of 0 is right. */
export function intensityFaults(
  term: string,
  events: "data" | "monteCarlo",
  intensities: Float64Array,
): IntensityFaults | undefined {
  let nonFiniteCount = 0;
  let negativeCount = 0;
  const first: { row: number; intensity: number }[] = [];
  for (let row = 0; row < intensities.length; row++) {
    const intensity = intensities[row] as number;
    const isNumber = Number.isFinite(intensity);
    if (isNumber && (intensity > 0 || (intensity === 0 && events === "monteCarlo"))) continue;
    if (isNumber) negativeCount++;
    else nonFiniteCount++;
    if (first.length < LISTED) first.push({ row, intensity });
  }
  return first.length === 0 ? undefined : { term, events, nonFiniteCount, negativeCount, first };
}

/** `AMPL-030`: says which events are at fault, and what makes intensities wrong. */
export function intensityError(faults: readonly IntensityFaults[]): AmplitudeError {
  const problems = faults.map(({ term, events, nonFiniteCount, negativeCount, first }) => {
    const counts = [
      ...(nonFiniteCount > 0 ? [`${nonFiniteCount} not finite`] : []),
      ...(negativeCount > 0 ? [`${negativeCount} not positive`] : []),
    ].join(", ");
    return {
      code: "AMPL-030" as const,
      message: `${events === "data" ? "data" : "Monte Carlo"} of ${term}: ${counts}; first in ${first.map(({ row, intensity }) => `row ${row} (${intensity})`).join(", ")}`,
      remedy: REMEDY,
      path: term,
    };
  });
  return amplitudeError({
    code: "AMPL-030",
    message: `The intensity is not a positive number for some events: ${problems.map(({ message }) => message).join("; ")}`,
    remedy: REMEDY,
    problems,
    context: { faults },
  });
}

const REMEDY =
  "Look at these rows: a momentum that is no four-vector, a mass below threshold in a shape that is open only, a polarisation above 1, or couplings that are all 0.";
