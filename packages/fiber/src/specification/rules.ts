/**
 * The rules between fields of a specification. Each rule reads a document from which unusable fields may be missing, and
 * is silent when a field it needs is.
 */
import type { z } from "@simloom/units/zod";
import type { Partially } from "./partial.ts";
import type { SpecificationProblem } from "./problems.ts";
import type { specificationSchema } from "./schema.ts";

/** A specification from which fields that did not parse are missing. */
export type SpecificationDraft = Partially<z.output<typeof specificationSchema>>;

type Rule = (draft: SpecificationDraft) => readonly SpecificationProblem[];

/** All rules between fields that the draft breaks, in the order of the document. */
export function brokenRules(draft: SpecificationDraft): readonly SpecificationProblem[] {
  return RULES.flatMap((rule) => rule(draft));
}

const amplifierRule: Rule = ({ spans }) => {
  const { type, mode, ...fields } = spans?.amplifier ?? {};
  const problem = (field: string, message: string, remedy: string) =>
    ({ code: "FIBR-009", path: `spans.amplifier.${field}`, message, remedy }) as const;
  if (type === "none") {
    const given = (["noise_figure_db", "max_gain_db", "fixed_gain_db"] as const).filter(
      (key) => typeof fields[key] === "number",
    );
    return [
      ...(mode === undefined || mode === "none"
        ? []
        : [
            problem(
              "mode",
              `an amplifier of type "none" cannot have the mode "${mode}"`,
              'Set mode to "none", or type to "edfa".',
            ),
          ]),
      ...given.map((key) =>
        problem(key, `${key} is given, but there is no amplifier`, `Remove ${key}, or set type to "edfa".`),
      ),
    ];
  }
  if (type !== "edfa") return [];
  const needed = [
    ["noise_figure_db", true, "an EDFA"],
    ["max_gain_db", mode === "auto_gain", 'the mode "auto_gain"'],
    ["fixed_gain_db", mode === "fixed_gain", 'the mode "fixed_gain"'],
  ] as const;
  return needed
    .filter(([key, isNeeded]) => isNeeded && fields[key] === null)
    .map(([key, , owner]) => problem(key, `${owner} needs ${key}`, `Set spans.amplifier.${key} in dB.`));
};

const formatRule: Rule = ({ signal, transceiver, propagation }) => {
  const { format, n_pol: polarisations } = signal ?? {};
  if (format === undefined) return [];
  const isCoherent = format === "coherent_qpsk";
  const wantedPolarisations = isCoherent ? 2 : 1;
  const receiver = transceiver?.rx?.coherent;
  const problems: SpecificationProblem[] = [];
  if (polarisations !== undefined && polarisations !== wantedPolarisations) {
    problems.push({
      code: "FIBR-007",
      path: "signal.n_pol",
      message: `${format} has ${wantedPolarisations} polarisation${isCoherent ? "s" : ""}, but n_pol is ${polarisations}`,
      remedy: `Set signal.n_pol to ${wantedPolarisations}.`,
    });
  }
  if (receiver !== undefined && receiver !== isCoherent) {
    problems.push({
      code: "FIBR-007",
      path: "transceiver.rx.coherent",
      message: `${format} needs a ${isCoherent ? "coherent" : "direct-detection"} receiver, but rx.coherent is ${receiver}`,
      remedy: `Set transceiver.rx.coherent to ${isCoherent}.`,
    });
  }
  const model = propagation?.model;
  if (!isCoherent && model === "manakov") {
    problems.push({
      code: "FIBR-008",
      path: "propagation.model",
      message: `${format} has one polarisation, but the Manakov model needs two`,
      remedy: 'Set propagation.model to "scalar_glnse".',
    });
  } else if (isCoherent && model === "manakov" && polarisations === 1) {
    problems.push({
      code: "FIBR-008",
      path: "propagation.model",
      message: "the Manakov model needs two polarisations, but n_pol is 1",
      remedy: "Set signal.n_pol to 2.",
    });
  }
  return problems;
};

const fecRule: Rule = ({ processing }) => {
  const { enabled, scheme, code_rate: rate, params } = processing?.fec ?? {};
  const problem = (field: string, message: string, remedy: string) =>
    ({ code: "FIBR-010", path: `processing.fec.${field}`, message, remedy }) as const;
  const problems: SpecificationProblem[] = [];
  if (enabled === false && scheme !== undefined && scheme !== "none") {
    problems.push(
      problem("scheme", `FEC is disabled, but its scheme is "${scheme}"`, 'Set scheme to "none", or enable FEC.'),
    );
  }
  if (enabled === false && rate !== undefined && rate !== 1) {
    problems.push(
      problem("code_rate", `FEC is disabled, but its code rate is ${rate}`, "Set code_rate to 1, or enable FEC."),
    );
  }
  const rows = params?.H;
  const length = rows?.[0]?.length;
  const odd = rows?.findIndex((row) => row.length !== length) ?? -1;
  if (odd > 0) {
    problems.push({
      code: "FIBR-040",
      path: `processing.fec.params.H[${odd}]`,
      message: `row ${odd} of H has ${rows?.[odd]?.length} entries, but row 0 has ${length}`,
      remedy: "Give every row of H one entry per coded bit.",
    });
  }
  if (params?.max_iter !== undefined && params.max_iters !== undefined && params.max_iter !== params.max_iters) {
    problems.push(
      problem(
        "params.max_iters",
        `max_iter is ${params.max_iter}, but its legacy name max_iters is ${params.max_iters}`,
        "Keep max_iter alone.",
      ),
    );
  }
  if (params?.normalization !== undefined && params.alg !== "MSA") {
    problems.push(
      problem(
        "params.normalization",
        'normalization scales min-sum messages, but alg is not "MSA"',
        'Set alg to "MSA", or remove normalization.',
      ),
    );
  }
  return problems;
};

const framingRule: Rule = ({ latency_model: model }) => {
  const { fec_overhead_mode: mode, fec_overhead_ratio: ratio } = model?.framing ?? {};
  const path = "latency_model.framing.fec_overhead_ratio";
  if (mode === "fixed_ratio" && ratio === null) {
    return [
      {
        code: "FIBR-011",
        path,
        message: 'the mode "fixed_ratio" needs fec_overhead_ratio',
        remedy: "Set it, for example to 0.25.",
      },
    ];
  }
  if (mode !== undefined && mode !== "fixed_ratio" && typeof ratio === "number") {
    return [
      {
        code: "FIBR-011",
        path,
        message: `fec_overhead_ratio is ${ratio}, but the mode "${mode}" does not read it`,
        remedy: 'Set fec_overhead_mode to "fixed_ratio", or remove the ratio.',
      },
    ];
  }
  return [];
};

const RULES: readonly Rule[] = [amplifierRule, formatRule, fecRule, framingRule];
