/** Phase in rad of every received symbol against the one sent, −π … π. Both interleaved and aligned. */
import { atan2 } from "@simloom/numerics";

/** See the file's header. A received symbol of 0 has phase error 0. */
export function phaseErrorRad(aligned: Float64Array, sent: Float64Array): Float64Array {
  const errors = new Float64Array(sent.length / 2);
  for (let k = 0; k < errors.length; k++) {
    const re = aligned[2 * k] as number;
    const im = aligned[2 * k + 1] as number;
    const sentRe = sent[2 * k] as number;
    const sentIm = sent[2 * k + 1] as number;
    errors[k] = atan2(im * sentRe - re * sentIm, re * sentRe + im * sentIm);
  }
  return errors;
}
