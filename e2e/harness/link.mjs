/** Link specifications of the public schema, written here: a coherent QPSK link, and an intensity-modulated one. */

/** Rows of a small parity-check matrix with eight columns: enough for a decoder to have something to do. */
const PARITY = [
  [1, 1, 0, 1, 0, 0, 0, 0],
  [0, 1, 1, 0, 1, 0, 0, 0],
  [1, 0, 1, 0, 0, 1, 0, 0],
  [0, 0, 1, 1, 0, 0, 1, 1],
];

/** `spanCount` spans of 80 km, 32 GBd, an EDFA after each that restores the loss. */
export function coherentLink({ spanCount = 3, symbolCount = 4096, noiseFigureDb = 5, launchPowerDbm = 0 } = {}) {
  return {
    v: "0.2",
    scenario: { name: `QPSK over ${spanCount} spans`, tags: [] },
    path: { segments: [{ length_m: 80_000 * spanCount, temp_c: 20 }], geo: { enabled: false, polyline_wgs84: [] } },
    fiber: {
      alpha_db_per_km: 0.2,
      beta2_s2_per_m: -2.17e-26,
      beta3_s3_per_m: 0,
      gamma_w_inv_m: 0.0013,
      pmd_ps_sqrt_km: 0,
      n_group: 1.468,
    },
    spans: {
      mode: "fixed_span_length",
      span_length_m: 80_000,
      amplifier: { type: "edfa", mode: "auto_gain", noise_figure_db: noiseFigureDb, max_gain_db: 30 },
    },
    signal: {
      format: "coherent_qpsk",
      symbol_rate_baud: 32e9,
      rolloff: 0.2,
      n_pol: 2,
      frame: { payload_bits: 15000, preamble_bits: 256, pilot_bits: 0 },
    },
    transceiver: {
      tx: { laser_linewidth_hz: 1e5, launch_power_dbm: launchPowerDbm },
      rx: {
        coherent: true,
        lo_linewidth_hz: 1e5,
        adc: { sample_rate_hz: 128e9, bits: 8 },
        noise: { thermal: true, shot: true },
      },
    },
    processing: {
      dsp_chain: [],
      fec: { enabled: true, scheme: "ldpc", code_rate: 0.5, params: { H: PARITY, max_iter: 25, alg: "SPA" } },
    },
    propagation: {
      model: "manakov",
      backend: "builtin_ssfm",
      effects: { dispersion: true, nonlinearity: true, ase: true, pmd: false, env_effects: false },
      ssfm: { dz_m: 1000, step_adapt: false },
    },
    latency_model: { serialization_weight: 1, processing_weight: 0.1, processing_floor_s: 1e-6 },
    runtime: { seed: 1, n_symbols: symbolCount, samples_per_symbol: 4, max_runtime_s: 240 },
    outputs: { artifact_level: "basic", return_waveforms: false },
  };
}

/** On-off keying with direct detection over 2 km: valid, its latency is answered, its signal is not simulated. */
export function intensityLink() {
  const link = coherentLink({ spanCount: 1 });
  return {
    ...link,
    scenario: { name: "OOK short reach", tags: [] },
    path: { ...link.path, segments: [{ length_m: 2000, temp_c: 20 }] },
    spans: { mode: "fixed_span_length", span_length_m: 2000, amplifier: { type: "none", mode: "none" } },
    signal: { ...link.signal, format: "imdd_ook", symbol_rate_baud: 25e9, n_pol: 1 },
    transceiver: {
      tx: { laser_linewidth_hz: 0, launch_power_dbm: 0 },
      rx: {
        coherent: false,
        lo_linewidth_hz: 0,
        adc: { sample_rate_hz: 100e9, bits: 8 },
        noise: { thermal: true, shot: true },
      },
    },
    processing: { dsp_chain: [], fec: { enabled: false, scheme: "none", code_rate: 1, params: {} } },
    propagation: {
      ...link.propagation,
      model: "scalar_glnse",
      effects: { ...link.propagation.effects, nonlinearity: false, ase: false },
    },
  };
}
