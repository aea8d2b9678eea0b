/** The link of a specification: path, fibre and spans with their amplifiers. Field names are those of the JSON document. */
import { z } from "@simloom/units/zod";
import { quantity } from "./quantity.ts";

const segment = z.strictObject({
  length_m: quantity("m", "Length of the segment", { above: 0 }),
  temp_c: quantity("°C", "Mean temperature; used by the latency model when propagation.effects.env_effects is on")
    .nullable()
    .default(null),
  notes: z.string().nullable().default(null),
});

/** Segments in order of travel, and a drawing of the route that the physics never reads. */
export const pathSchema = z.strictObject({
  segments: z.array(segment).meta({ description: "Segments in order of travel" }),
  geo: z
    .strictObject({
      enabled: z.boolean().default(false),
      polyline_wgs84: z
        .array(z.tuple([z.number(), z.number()]).meta({ unit: "°", description: "[lon, lat]" }))
        .default([]),
    })
    .prefault({})
    .meta({ description: "Route on a map; no influence on the physics" }),
});

/** One fibre type for the whole path. */
export const fiberSchema = z.strictObject({
  alpha_db_per_km: quantity("dB/km", "Power attenuation", { min: 0 }),
  beta2_s2_per_m: quantity("s²/m", "Group-velocity dispersion; −2.17e-26 is standard single-mode fibre"),
  beta3_s3_per_m: quantity("s³/m", "Third-order dispersion").nullable().default(null),
  gamma_w_inv_m: quantity("1/(W·m)", "Kerr coefficient; 0.0013 is standard single-mode fibre", { min: 0 }),
  pmd_ps_sqrt_km: quantity("ps/√km", "Polarisation-mode dispersion", { min: 0 }).default(0),
  n_group: quantity("1", "Group index", { above: 1 }),
});

/** How the path is cut into spans, and what amplifies each of them. */
export const spansSchema = z.strictObject({
  mode: z.enum(["from_path_segments", "fixed_span_length"]),
  span_length_m: quantity("m", "Span length; ignored in from_path_segments", { above: 0 }),
  amplifier: z.strictObject({
    type: z.enum(["none", "edfa"]),
    mode: z.enum(["none", "auto_gain", "fixed_gain"]),
    noise_figure_db: quantity("dB", "Noise figure; required for edfa", { min: 0 }).nullable().default(null),
    max_gain_db: quantity("dB", "Largest gain; required for auto_gain", { min: 0 }).nullable().default(null),
    fixed_gain_db: quantity("dB", "Gain; required for fixed_gain").nullable().default(null),
  }),
});
