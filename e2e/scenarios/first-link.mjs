/** The first useful job: a coherent fibre link from its public specification, its latency, sweeps that share work. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../harness/installation.mjs";
import { coherentLink, intensityLink } from "../harness/link.mjs";
import { countOf, statusesOf } from "../harness/project.mjs";

export const name = "first-link";

const LATENCIES = [
  "propagation",
  "serialization",
  "framing_overhead",
  "dsp_group_delay",
  "fec_block",
  "hardware_pipeline",
  "queueing",
  "processing",
  "total",
];
/** Specifications of others, where they have been put beside the repository; the suite does not need them. */
const THIRD_PARTY = join(repository, "..", "shared", "data", "fiber");

export async function prove({ claim, project }) {
  const place = project().write("link.json", coherentLink()).write("ook.json", intensityLink());
  let first;

  await claim("validate says that a specification is valid and can be simulated", async () => {
    const document = await place.json(0, "fiber", "validate", "link.json");
    deepEqual([document.valid, document.simulable], [true, true]);
    match(document.specHash, /^[0-9a-f]{64}$/);
  });
  await claim("simulate answers the public result document, every field of it", async () => {
    first = await place.json(0, "fiber", "simulate", "link.json");
    checkResult(first, "0.2");
  });
  await claim("its physics is sane: 3 × 80 km, 0 dBm, noise figure 5 dB", () => {
    const {
      osnr_db: osnr,
      snr_db: snr,
      evm_rms: evm,
      errors,
      latency_s: latency,
      throughput_bps: rate,
    } = first.summary;
    // 58 + 0 − 5 − 16 − 10 log10(3) = 32.23 dB; the exact form gives 32.22.
    ok(Math.abs(osnr - 32.2) <= 0.2, `OSNR ${osnr} dB`);
    // Noise alone gives 28.1 dB; converters, lasers and the Kerr effect take some of it, none of them half.
    ok(snr > 18 && snr < 28.6, `SNR ${snr} dB`);
    ok(evm > 0 && evm < 0.15, `EVM ${evm}`);
    deepEqual([errors.pre_fec_ber, errors.post_fec_ber], [0, 0]);
    // 240 km × 1.468 / c.
    ok(
      Math.abs(latency.propagation_s - (240e3 * 1.468) / 299_792_458) < 1e-9,
      `propagation ${latency.propagation_s} s`,
    );
    const sum = LATENCIES.slice(0, -1).reduce((total, term) => total + latency[`${term}_s`], 0);
    ok(Math.abs(sum - latency.total_s) < 1e-12, `total ${latency.total_s} s, terms ${sum} s`);
    equal(rate.raw_line_rate, 128e9);
    return `OSNR ${osnr.toFixed(2)} dB, SNR ${snr.toFixed(2)} dB, latency ${(latency.total_s * 1e3).toFixed(4)} ms`;
  });
  await claim("a second run reuses everything and answers the same document but for run time and run", async () => {
    deepEqual(runtimeless(await place.json(0, "fiber", "simulate", "link.json")), runtimeless(first));
    const document = await place.json(0, "run", "link.json");
    equal(countOf(document, "hit"), document.nodes.length);
    equal(document.cache.misses, 0);
    deepEqual(runtimeless(document.result), runtimeless(first));
    return `${document.nodes.length} nodes`;
  });
  await claim("latency answers the same budget without simulating", async () => {
    const budget = await place.json(0, "fiber", "latency", "link.json");
    deepEqual(budget.latency_s ?? budget.summary?.latency_s, first.summary.latency_s);
  });
  await claim("a sweep of the launch power makes payload and transmitter once", async () => {
    const document = await place.json(0, "sweep", "link.json", "--axis", "transceiver.tx.launch_power_dbm=-2,0,2");
    equal(document.cases.length, 3);
    for (const one of document.cases) {
      const { payload, transmitter } = statusesOf(one);
      deepEqual([payload, transmitter], ["hit", "hit"]);
      ok(
        Math.abs(figure(one, "osnr") - (32.22 + one.point["transceiver.tx.launch_power_dbm"])) < 0.2,
        "a dB of power is a dB of OSNR",
      );
    }
    equal(new Set(document.cases.map((one) => keyOf(one, "span-1"))).size, 3);
    return `${document.cache.misses} computed, ${document.cache.hits} reused`;
  });
  await claim("a sweep of the noise figure makes the first span once", async () => {
    const document = await place.json(0, "sweep", "link.json", "--axis", "spans.amplifier.noise_figure_db=4,5,6");
    for (const one of document.cases) equal(statusesOf(one)["span-1"], "hit");
    const osnr = document.cases.map((one) => figure(one, "osnr"));
    ok(osnr[0] > osnr[1] && osnr[1] > osnr[2], osnr.join(", "));
  });
  await claim("an intensity-modulated link is refused as not implemented, and its latency is answered", async () => {
    const result = await place.json(2, "fiber", "simulate", "ook.json");
    deepEqual([result.status, result.summary ?? null, result.error.code], ["error", null, "not_implemented"]);
    const validity = await place.json(0, "fiber", "validate", "ook.json");
    deepEqual([validity.valid, validity.simulable], [true, false]);
    const budget = await place.json(0, "fiber", "latency", "ook.json");
    const total = (budget.latency_s ?? budget.summary.latency_s).total_s;
    ok(total > (2e3 * 1.468) / 299_792_458 && total < 2e-5, `${total} s`);
  });
  await claim("for people, the figures they came for", async () => {
    const text = await place.text(0, "fiber", "simulate", "link.json");
    for (const word of [/OSNR\s+32\.\d dB/, /BER\s+0 of/, /latency\s+1\.17\d* ms/]) match(text, word);
  });

  if (existsSync(THIRD_PARTY)) {
    for (const file of readdirSync(THIRD_PARTY).filter((one) => one.endsWith(".json"))) {
      await claim(`a specification of others runs unchanged: ${file}`, () => thirdParty(place, file));
    }
  }
}

async function thirdParty(place, file) {
  const specification = JSON.parse(readFileSync(join(THIRD_PARTY, file), "utf8"));
  place.write(file, specification);
  const budget = await place.json(0, "fiber", "latency", file);
  ok((budget.latency_s ?? budget.summary.latency_s).total_s > 0);
  const { simulable } = await place.json(0, "fiber", "validate", file);
  const result = await place.json(simulable ? 0 : 2, "fiber", "simulate", file);
  if (!simulable) return equal(result.error.code, "not_implemented") ?? "its latency; the signal is not simulated yet";
  checkResult(result, specification.v);
  return `SNR ${result.summary.snr_db.toFixed(2)} dB`;
}

/** Every field of the public result schema, with its type. */
function checkResult(result, version) {
  equal(result.v, version);
  equal(result.status, "success");
  equal(result.error ?? null, null);
  const { latency_s: latency, latency_metadata: metadata, throughput_bps: rates, errors } = result.summary;
  deepEqual(Object.keys(latency).sort(), LATENCIES.map((term) => `${term}_s`).sort());
  for (const [term, seconds] of Object.entries(latency)) ok(seconds >= 0, term);
  ok(
    Array.isArray(metadata.assumptions) &&
      typeof metadata.inputs_used === "object" &&
      typeof metadata.defaults_used === "object",
  );
  equal(typeof metadata.schema_version, "string");
  for (const rate of ["raw_line_rate", "net_after_fec", "goodput_est"]) ok(rates[rate] >= 0, rate);
  for (const ratio of ["pre_fec_ber", "post_fec_ber", "fer"]) ok(errors[ratio] >= 0 && errors[ratio] <= 1, ratio);
  for (const figure of ["osnr_db", "snr_db", "evm_rms", "q_factor_db"]) ok(figure in result.summary, figure);
  const { sim_version: simulator, spec_hash: hash, seed, runtime_s: runtime } = result.provenance;
  ok(typeof simulator === "string" && /^[0-9a-f]{64}$/.test(hash) && Number.isInteger(seed) && runtime >= 0);
  for (const field of ["backend", "model"]) ok(field in result.provenance, field);
  ok(Array.isArray(result.warnings) && Array.isArray(result.artifacts) && "best_found_spec_patch" in result);
  for (const artifact of result.artifacts)
    ok(["png", "npz", "json", "txt", "bin", "svg"].includes(artifact.type) && typeof artifact.ref === "string");
}

/** The document without its run time, and without the run in whose folder the artifacts stand. */
function runtimeless({ provenance, artifacts, ...rest }) {
  const { runtime_s: _, ...kept } = provenance;
  return {
    ...rest,
    provenance: kept,
    artifacts: artifacts.map((artifact) => ({ ...artifact, ref: artifact.ref.replace(/r-[0-9a-f]{6}/, "") })),
  };
}

function figure({ metrics }, name) {
  const [found] = Object.entries(metrics).filter(([full]) => full === name || full.endsWith(`.${name}`));
  return found[1].value;
}

function keyOf({ nodes }, wanted) {
  return nodes.find(({ id }) => id === wanted).key;
}
