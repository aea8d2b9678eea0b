/**
 * What a specification must fulfil before its signal can be simulated, beyond being valid: sampling rates that carry the
 * signal, a chain that can work, values that are not in another unit. The latency budget needs none of it.
 */
import type { FiberError } from "../errors.ts";
import { type DspBlockName, resolveDspChain } from "./dsp-chain.ts";
import { notImplemented } from "./not-implemented.ts";
import { type ParseOptions, specificationError } from "./parse.ts";
import type { SpecificationProblem } from "./problems.ts";
import type { LinkSpecification } from "./schema.ts";

/** Every reason why the signal of a valid specification cannot be simulated; empty when it can. */
export function simulationProblems(specification: LinkSpecification): readonly SpecificationProblem[] {
  return CHECKS.flatMap((check) => check(specification));
}

/**
 * Lets a specification pass whose signal this release can simulate.
 *
 * @throws FiberError with all reasons in `problems`. What is not implemented comes first and gives the error its kind.
 */
export function requireSimulable(specification: LinkSpecification, options: ParseOptions = {}): void {
  const error = simulationError(specification, options);
  if (error !== undefined) throw error;
}

function simulationError(specification: LinkSpecification, options: ParseOptions): FiberError | undefined {
  const missing = notImplemented(specification);
  const infeasible = simulationProblems(specification);
  const [first] = missing;
  if (first !== undefined) return specificationError([...missing, ...infeasible], options, first);
  return infeasible.length === 0 ? undefined : specificationError(infeasible, options);
}

type Check = (specification: LinkSpecification) => readonly SpecificationProblem[];

const pathCheck: Check = ({ path }) =>
  path.segments.length > 0
    ? []
    : [
        {
          code: "FIBR-013",
          path: "path.segments",
          message: "the path has no segments",
          remedy: "Add at least one segment with length_m.",
        },
      ];

const samplingCheck: Check = ({ signal, runtime, transceiver }) => {
  if (signal.format !== "coherent_qpsk") return [];
  const bandwidthHz = signal.symbol_rate_baud * (1 + signal.rolloff);
  const needed = 1 + signal.rolloff;
  const reach = `${gigabaud(signal.symbol_rate_baud)} GBd with roll-off ${signal.rolloff} reaches ±${gigahertz(bandwidthHz / 2)} GHz`;
  const problems: SpecificationProblem[] = [];
  if (runtime.samples_per_symbol < needed) {
    problems.push({
      code: "FIBR-014",
      path: "runtime.samples_per_symbol",
      message:
        `samples_per_symbol is ${runtime.samples_per_symbol}, but the signal needs at least ${needed} to stay below Nyquist: ${reach}; ` +
        `${runtime.samples_per_symbol} sample per symbol carries ±${gigahertz((signal.symbol_rate_baud * runtime.samples_per_symbol) / 2)} GHz`,
      remedy: `Set runtime.samples_per_symbol to ${Math.max(2, Math.ceil(needed))} or more.`,
    });
  }
  const adcRateHz = transceiver.rx.adc.sample_rate_hz;
  if (adcRateHz < bandwidthHz) {
    problems.push({
      code: "FIBR-015",
      path: "transceiver.rx.adc.sample_rate_hz",
      message: `the ADC samples at ${gigahertz(adcRateHz)} GHz and carries ±${gigahertz(adcRateHz / 2)} GHz, but ${reach}`,
      remedy: `Set it to ${gigahertz(2 * signal.symbol_rate_baud)}e9 (two samples per symbol) or more.`,
    });
  }
  return problems;
};

/** What has to run before what, and why. Blocks that are absent impose nothing. */
const ORDER: readonly (readonly [before: DspBlockName, after: DspBlockName, reason: string])[] = [
  ["resample", "mimo_eq", "the equaliser leaves one sample per symbol"],
  ["matched_filter", "mimo_eq", "the equaliser leaves one sample per symbol"],
  ["cd_comp", "mimo_eq", "the equaliser cannot adapt to a signal that dispersion has spread over many symbols"],
  ["matched_filter", "cpr", "the carrier phase is estimated from filtered symbols"],
  ["cd_comp", "cpr", "the carrier phase is estimated from equalised symbols"],
  ["mimo_eq", "cpr", "the carrier phase is estimated from equalised symbols"],
];

const chainCheck: Check = (specification) => {
  if (specification.signal.format !== "coherent_qpsk") return [];
  const names = resolveDspChain(specification).map(({ name }) => name);
  const problem = (message: string, remedy: string) =>
    ({ code: "FIBR-012", path: "processing.dsp_chain", message, remedy }) as const;
  const repeated = names.filter((name, index) => names.indexOf(name) !== index && name !== "resample");
  const demap = names.indexOf("demap");
  return [
    ...(names.includes("ffe")
      ? [
          problem(
            "ffe equalises a direct-detection signal, but the format is coherent",
            'Use "mimo_eq" instead of "ffe".',
          ),
        ]
      : []),
    ...repeated.map((name) => problem(`${name} stands in the chain more than once`, `Keep one ${name}.`)),
    ...(demap < 0
      ? [problem("the chain has no enabled demap block, so there are no bits", 'Add {"name": "demap"} at the end.')]
      : []),
    ...(demap >= 0 && names.lastIndexOf("demap") !== names.length - 1
      ? [problem(`${names.at(-1)} stands after demap, which turns samples into bits`, "Move demap to the end.")]
      : []),
    ...ORDER.filter(([before, after]) => names.includes(after) && names.lastIndexOf(before) > names.indexOf(after)).map(
      ([before, after, reason]) =>
        problem(`${before} stands after ${after}, but ${reason}`, `Move ${before} before ${after}.`),
    ),
  ];
};

const chainRateCheck: Check = ({ signal, processing }) => {
  if (signal.format !== "coherent_qpsk") return [];
  const bandwidthHz = signal.symbol_rate_baud * (1 + signal.rolloff);
  return processing.dsp_chain.flatMap((block, index): readonly SpecificationProblem[] => {
    const path = `processing.dsp_chain[${index}].params`;
    if (
      block.name === "resample" &&
      block.enabled &&
      block.params.out_fs_hz !== undefined &&
      block.params.out_fs_hz < bandwidthHz
    ) {
      return [
        {
          code: "FIBR-016",
          path: `${path}.out_fs_hz`,
          message: `resample leaves ${gigahertz(block.params.out_fs_hz)} GHz, but the signal is ${gigahertz(bandwidthHz)} GHz wide`,
          remedy: `Set out_fs_hz to ${gigahertz(2 * signal.symbol_rate_baud)}e9 (two samples per symbol).`,
        },
      ];
    }
    if (block.name === "mimo_eq" && block.enabled && block.params.mu !== undefined && block.params.mu >= 2) {
      return [
        {
          code: "FIBR-018",
          path: `${path}.mu`,
          message: `mu is ${block.params.mu}, but an update by 2 or more times the error diverges`,
          remedy: "Set mu between 0.0001 and 0.1.",
        },
      ];
    }
    return [];
  });
};

const fecCheck: Check = ({ processing: { fec } }) =>
  fec.enabled && fec.scheme === "none"
    ? [
        {
          code: "FIBR-010",
          path: "processing.fec.scheme",
          message: 'FEC is enabled, but its scheme is "none"',
          remedy: 'Set processing.fec.enabled to false, or scheme to "ldpc" with a matrix.',
        },
      ]
    : [];

/** Bounds a thousand times beyond any glass fibre: what lies outside was given per kilometre or in picoseconds. */
const unitCheck: Check = ({ fiber }) => {
  const problem = (path: string, message: string, remedy: string) =>
    ({ code: "FIBR-017", path, message, remedy }) as const;
  return [
    ...(Math.abs(fiber.beta2_s2_per_m) > 1e-21
      ? [
          problem(
            "fiber.beta2_s2_per_m",
            `beta2 is ${fiber.beta2_s2_per_m} s²/m, but fibres have about 1e-26; ps²/km looks likely`,
            `Multiply ps²/km by 1e-27: −21.7 ps²/km is −2.17e-26 s²/m.`,
          ),
        ]
      : []),
    ...(fiber.gamma_w_inv_m > 0.5
      ? [
          problem(
            "fiber.gamma_w_inv_m",
            `gamma is ${fiber.gamma_w_inv_m} 1/(W·m), but fibres have about 0.001; 1/(W·km) looks likely`,
            "Divide 1/(W·km) by 1000: 1.3 per watt and kilometre is 0.0013.",
          ),
        ]
      : []),
  ];
};

const CHECKS: readonly Check[] = [pathCheck, unitCheck, samplingCheck, chainCheck, chainRateCheck, fecCheck];

function gigahertz(frequencyHz: number): string {
  return String(Number((frequencyHz / 1e9).toPrecision(6)));
}

const gigabaud = gigahertz;
