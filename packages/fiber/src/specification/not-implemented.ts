import type { SpecificationProblem } from "./problems.ts";
import type { LinkSpecification } from "./schema.ts";

/**
 * The fields that ask for something this release does not simulate: direct detection, autotune, FEC without a matrix,
 * polarisation-mode dispersion. Empty when the link can be simulated. The latency budget answers all of them.
 */
export function notImplemented({
  signal,
  processing,
  propagation,
}: LinkSpecification): readonly SpecificationProblem[] {
  const problems: SpecificationProblem[] = [];
  if (signal.format !== "coherent_qpsk") {
    problems.push({
      code: "FIBR-020",
      path: "signal.format",
      message: `${signal.format} is not simulated in this release, which has no direct-detection receiver`,
      remedy: 'Use "coherent_qpsk", or ask for the latency alone.',
    });
  }
  if (processing.autotune?.enabled === true) {
    const { budget_trials: trials, targets } = processing.autotune;
    problems.push({
      code: "FIBR-021",
      path: "processing.autotune.enabled",
      message: `autotune (${trials} trials for ${targets.join(", ")}) is not available in this release`,
      remedy: "Set processing.autotune.enabled to false and sweep the fields of interest.",
      context: { budget_trials: trials, targets },
    });
  }
  const { fec } = processing;
  if (fec.enabled && fec.scheme === "ldpc" && fec.params.H === undefined) {
    problems.push({
      code: "FIBR-022",
      path: "processing.fec.params.H",
      message: "FEC is on without a parity-check matrix, and this release has no built-in codes",
      remedy: "Give the matrix as processing.fec.params.H, or set processing.fec.enabled to false.",
    });
  }
  if (propagation.effects.pmd) {
    problems.push({
      code: "FIBR-023",
      path: "propagation.effects.pmd",
      message: "polarisation-mode dispersion is not simulated in this release",
      remedy: "Set propagation.effects.pmd to false.",
    });
  }
  return problems;
}
