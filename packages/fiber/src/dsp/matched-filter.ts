/** Root-raised-cosine matched filter, exact in frequency: no truncation and no delay. */
import { type PulseShape, rootRaisedCosineBins } from "../transmitter/root-raised-cosine.ts";
import { type DspSignal, filterReal, inFrequency, mapPair, recordLength } from "./signal.ts";

/** The signal behind the matched filter. @throws FIBR-014 when its rate is below (1 + roll-off) samples per symbol. */
export function matchedFilter(signal: DspSignal, pulse: PulseShape): DspSignal {
  const response = rootRaisedCosineBins(recordLength(signal), signal.sampleRateHz, pulse);
  return mapPair(inFrequency(signal), (spectrum) => filterReal(spectrum, response));
}
