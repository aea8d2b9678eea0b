/** Link specifications (schema v0.2 and v0.3) on the command line. */
import {
  type LatencyBudget,
  type LinkSpecification,
  latencyGraph,
  latencyResult,
  linkGraph,
  linkSummary,
  parseSpecification,
  type RunFacts,
  specificationHash,
  specificationWarnings,
  successResult,
  timeoutError,
} from "@simloom/fiber";
import {
  type Manifest,
  type ManifestArtifact,
  type MetricValue,
  type Point,
  type RunResult,
  sha256,
  type Value,
} from "@simloom/pipeline";
import { format } from "@simloom/units";
import { table } from "../output/table.ts";
import { version } from "../output/version.ts";
import { withChanges } from "./changes.ts";
import type { Domain, Subject } from "./subject.ts";

/** What is asked: the whole link, or its latency alone. */
export type FiberTask = "link" | "latency";

export const fiberDomain: Domain = {
  name: "fiber",
  recognises: (document) =>
    typeof document === "object" &&
    document !== null &&
    ["path", "fiber", "spans", "signal"].every((key) => key in document),
  subject: (document, source, changes, task) =>
    fiberSubject(document, source, changes, task === "latency" ? "latency" : "link"),
};

/** Reads a link specification with the changes of `--set`. Errors: `FIBR-…` with all problems. */
export function fiberSubject(document: unknown, source: string, changes: Point, task: FiberTask): Subject {
  const changed = withChanges(document as Value, changes);
  const specification = parseSpecification(changed, { source });
  const title = titleOf(specification, source);
  const build = (one: LinkSpecification) => (task === "link" ? linkGraph(one, title) : latencyGraph(one, title));
  const limitS = specification.runtime.max_runtime_s;
  return {
    title,
    source,
    task,
    graph: build(specification),
    seed: specification.runtime.seed,
    timeoutMs: limitS * 1000,
    late: (elapsedMs) => timeoutError(limitS, Math.round(elapsedMs) / 1000),
    swept: {
      document: changed,
      place(point, base) {
        const swept = parseSpecification(withChanges(changed, point), { source });
        return { ...base, graph: build(swept), seed: "runtime.seed" in point ? swept.runtime.seed : base.seed };
      },
    },
    ...(task === "link" ? linkReport(specification) : latencyReport(specification)),
    sweepColumns: task === "link" ? LINK_COLUMNS : ["latency.total", "latency.propagation"],
  };
}

const LINK_COLUMNS = [
  "optical-snr.osnr",
  "signal-quality.snr",
  "signal-quality.evm_rms",
  "signal-quality.pre_fec_ber",
  "latency.total",
];

/** A specification with the seed that a run really had. */
export function withSeed(specification: LinkSpecification, seed: number): LinkSpecification {
  return { ...specification, runtime: { ...specification.runtime, seed } };
}

/** What a result document says of its run, as far as the specification knows it. */
export function runFacts(
  specification: LinkSpecification,
  durationMs: number,
): RunFacts & { readonly warnings: readonly string[] } {
  return {
    simulatorVersion: version(),
    specificationHash: specificationHash(specification, sha256),
    runtimeS: durationMs / 1000,
    warnings: specificationWarnings(specification),
  };
}

type Report = Required<Pick<Subject, "result" | "summary">>;

/** The result document of a link and its figures for people. */
function linkReport(specification: LinkSpecification): Report {
  return {
    async result(run, durationMs, manifest) {
      const budget = (await run.output("budget")) as unknown as LatencyBudget;
      const done = withSeed(specification, manifest.seed);
      return successResult(
        done,
        finishedFacts(done, run, durationMs, manifest),
        linkSummary(done, run.metrics, budget),
      );
    },
    summary: (metrics) => [...describeLink(metrics), ...warningLines(specification)],
  };
}

/** The same for the latency alone. */
function latencyReport(specification: LinkSpecification): Report {
  return {
    async result(run, durationMs, manifest) {
      const budget = (await run.output("budget")) as unknown as LatencyBudget;
      const done = withSeed(specification, manifest.seed);
      return latencyResult(done, finishedFacts(done, run, durationMs, manifest), budget);
    },
    summary: (metrics) => [...describeLatency(metrics), ...warningLines(specification)],
  };
}

function finishedFacts(
  specification: LinkSpecification,
  run: RunResult,
  durationMs: number,
  { runId, artifacts }: Manifest,
): RunFacts {
  const facts = runFacts(specification, durationMs);
  return {
    ...facts,
    warnings: [...new Set([...facts.warnings, ...run.nodes.flatMap((node) => node.warnings)])],
    artifacts: artifacts.flatMap((artifact) => artifactEntry(runId, artifact)),
  };
}

/** `artifact://<run id>/<path below the run folder>`. */
function artifactEntry(runId: string, { name, file, mediaType, bytes }: ManifestArtifact) {
  if (file === undefined) return [];
  return [{ name, type: typeOf(file), ref: `artifact://${runId}/${file}`, mime: mediaType, bytes: bytes ?? null }];
}

function typeOf(file: string): "json" | "npz" | "png" | "svg" | "txt" | "bin" {
  const extension = file.slice(file.lastIndexOf(".") + 1);
  return extension === "json" ||
    extension === "npz" ||
    extension === "png" ||
    extension === "svg" ||
    extension === "txt"
    ? extension
    : "bin";
}

/** What the specification itself warns of; warnings of stages are printed with the run. */
function warningLines(specification: LinkSpecification): readonly string[] {
  return specificationWarnings(specification).map((warning) => `warning  ${warning}`);
}

function describeLink(metrics: Readonly<Record<string, MetricValue>>): readonly string[] {
  const of = (name: string): number | undefined => metrics[name]?.value;
  const level = (label: string, name: string): string[] => {
    const value = of(name);
    return value === undefined ? [] : [`${label}  ${format(value, "dB", { significantDigits: 3 })}`];
  };
  const evm = of("signal-quality.evm_rms");
  const figures = [
    ...level("OSNR", "optical-snr.osnr"),
    ...level("SNR", "signal-quality.snr"),
    ...(evm === undefined ? [] : [`EVM  ${Number((evm * 100).toPrecision(2))} %`]),
    ...describeErrors(
      of("signal-quality.bit_errors"),
      of("signal-quality.bits_counted"),
      of("signal-quality.pre_fec_ber_upper"),
    ),
  ];
  const frames = of("fec-decoder.frames");
  const decoded =
    frames === undefined
      ? []
      : [
          `after FEC  ${grouped(of("fec-decoder.post_fec_bit_errors") ?? 0)} wrong of ${grouped(of("fec-decoder.information_bits") ?? 0)} bits, ` +
            `${grouped(of("fec-decoder.frame_errors") ?? 0)} wrong of ${grouped(frames)} codewords (rate ${Number((of("fec-decoder.code_rate") ?? 1).toPrecision(3))})`,
        ];
  const total = of("latency.total");
  const propagation = of("latency.propagation");
  const latency =
    total === undefined || propagation === undefined
      ? []
      : [`latency  ${milliseconds(total)}  (propagation ${milliseconds(propagation)})`];
  return [...(figures.length === 0 ? [] : [figures.join("     ")]), ...decoded, ...latency];
}

/** `BER  0 of 29,744 bits (< 1.0e-4 at 95 %)`. */
function describeErrors(
  errors: number | undefined,
  bits: number | undefined,
  upper: number | undefined,
): readonly string[] {
  if (errors === undefined || bits === undefined || upper === undefined) return [];
  if (errors === 0) return [`BER  0 of ${grouped(bits)} bits (< ${upper.toExponential(1)} at 95 %)`];
  return [`BER  ${(errors / bits).toExponential(2)} (${grouped(errors)} of ${grouped(bits)} bits)`];
}

function describeLatency(metrics: Readonly<Record<string, MetricValue>>): readonly string[] {
  const terms = Object.entries(metrics).flatMap(([name, { value }]) => {
    const term = /^latency\.(.+)$/.exec(name)?.[1];
    return term === undefined || value === undefined || value === 0
      ? []
      : [[term.replaceAll("_", " "), shortTime(value)]];
  });
  return table(["term", "time"], terms);
}

/** A time with seven digits: microseconds of a transatlantic route are a nanosecond apart. */
function shortTime(seconds: number): string {
  const [, factor, unit] = TIME_UNITS.find(([least]) => seconds >= least) ?? TIME_UNITS[0];
  return format(seconds * factor, unit, { significantDigits: 7 });
}

/** Smallest time in s that is said in a unit, the unit's factor, its name. */
const TIME_UNITS = [
  [1e-3, 1e3, "ms"],
  [1e-6, 1e6, "µs"],
  [1e-9, 1e9, "ns"],
  [0, 1e12, "ps"],
] as const;

function titleOf({ scenario }: LinkSpecification, source: string): string {
  return scenario?.name ?? source.slice(source.lastIndexOf("/") + 1).replace(/\.[a-z]+$/, "");
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function milliseconds(seconds: number): string {
  return `${Number((seconds * 1000).toPrecision(5))} ms`;
}
