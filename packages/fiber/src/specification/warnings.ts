import { resolveDspChain } from "./dsp-chain.ts";
import type { LinkSpecification } from "./schema.ts";

/**
 * What a user should know about a specification that is valid and can be simulated: fields that have no effect, and
 * values that are allowed but seldom meant. One sentence each, beginning with the field.
 */
export function specificationWarnings(specification: LinkSpecification): readonly string[] {
  const { v, path, spans, fiber, propagation, processing, transceiver } = specification;
  const warnings: string[] = [];
  if (!KNOWN_VERSIONS.includes(v)) warnings.push(`v: "${v}" is read as version 0.3`);
  if (propagation.effects.env_effects && path.segments.some(({ temp_c: temperature }) => temperature === null)) {
    warnings.push("path.segments[].temp_c: segments without a temperature are taken at 20 °C");
  }
  if (transceiver.tx.launch_power_dbm > 30) {
    warnings.push(`transceiver.tx.launch_power_dbm: ${transceiver.tx.launch_power_dbm} dBm is more than a watt`);
  }
  const chain = resolveDspChain(specification).map(({ name }) => name);
  if (specification.signal.format === "coherent_qpsk" && propagation.effects.dispersion && !chain.includes("cd_comp")) {
    warnings.push("processing.dsp_chain: dispersion is on, but the chain has no cd_comp block");
  }
  if (processing.fec.params.prec === "float32")
    warnings.push("processing.fec.params.prec: messages are float64 all the same");
  if (processing.fec.params.max_iters !== undefined) {
    warnings.push("processing.fec.params.max_iters: legacy name of max_iter");
  }
  return [...warnings, ...amplifierWarnings(spans, path, fiber)];
}

const KNOWN_VERSIONS: readonly string[] = ["0.1", "0.2", "0.3", "v0.1", "v0.2", "v0.3"];

function amplifierWarnings(
  { mode, span_length_m: spanLengthM, amplifier }: LinkSpecification["spans"],
  { segments }: LinkSpecification["path"],
  { alpha_db_per_km: attenuationDbPerKm }: LinkSpecification["fiber"],
): readonly string[] {
  if (amplifier.type === "none") return [];
  const warnings: string[] = [];
  const longestM =
    mode === "fixed_span_length" ? spanLengthM : Math.max(0, ...segments.map(({ length_m: lengthM }) => lengthM));
  const lossDb = (attenuationDbPerKm * longestM) / 1000;
  if (amplifier.mode === "auto_gain" && amplifier.max_gain_db !== null && amplifier.max_gain_db < lossDb) {
    warnings.push(
      `spans.amplifier.max_gain_db: ${amplifier.max_gain_db} dB cannot make up the ${rounded(lossDb)} dB loss of the longest span; the power falls from span to span`,
    );
  }
  if (amplifier.mode === "none") warnings.push('spans.amplifier.mode: an EDFA with the mode "none" has no gain');
  const noiseFigureDb = amplifier.noise_figure_db ?? 0;
  if (noiseFigureDb < 3 && lossDb > 10) {
    warnings.push(
      `spans.amplifier.noise_figure_db: ${noiseFigureDb} dB is below the quantum limit of 3 dB at high gain`,
    );
  }
  return warnings;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
