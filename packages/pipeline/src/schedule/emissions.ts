import { PipelineError } from "../errors.ts";
import type { Artifact, ArtifactContent } from "../stage/artifact.ts";
import type { Metric } from "../stage/context.ts";
import { illFormed, isWellFormed } from "../value/encode.ts";
import { NdArray } from "../value/ndarray.ts";
import { freeze } from "../value/value.ts";

const NO_METRICS: Readonly<Record<string, Metric>> = Object.freeze({});
const NONE: readonly never[] = Object.freeze([]);

/** Collects what a stage says beside its outputs. Nothing is allocated until it says something. */
export class Emissions {
  metrics: Readonly<Record<string, Metric>> = NO_METRICS;
  artifacts: readonly Artifact[] = NONE;
  warnings: readonly string[] = NONE;

  /** Takes a finite number or a series of them. Errors: PIPE-001 for a name or unit that UTF-8 cannot write, PIPE-014, PIPE-015. */
  metric(stage: string, name: string, value: unknown, unit: string): void {
    checkText(stage, "metric", name);
    checkText(stage, "unit", unit);
    if (name === "__proto__") throw reserved(stage);
    if (Object.hasOwn(this.metrics, name)) throw emittedTwice(stage, "metric", name);
    const isScalar = typeof value === "number" && Number.isFinite(value);
    if (!isScalar && !isSeries(value)) {
      throw new PipelineError({
        code: "PIPE-014",
        message: `metric ${name} of stage ${stage} must be a scalar, finite number (or a list of them), but is ${describe(value)}`,
        remedy: "Emit a finite number; leave the metric out when there is none, and say why with warn().",
        path: name,
      });
    }
    if (this.metrics === NO_METRICS) this.metrics = {};
    (this.metrics as Record<string, Metric>)[name] = isScalar
      ? { unit, value }
      : { unit, values: [...(value as readonly number[])] };
  }

  /** Takes the series that the items of a map make together; NaN where an item emitted none. Errors: PIPE-015. */
  series(stage: string, name: string, values: readonly number[], unit: string): void {
    if (Object.hasOwn(this.metrics, name)) throw emittedTwice(stage, "metric", name);
    if (this.metrics === NO_METRICS) this.metrics = {};
    (this.metrics as Record<string, Metric>)[name] = { unit, values };
  }

  /** Takes an artifact. Errors: PIPE-001 for content that is no value or a name that UTF-8 cannot write, PIPE-015. */
  artifact(stage: string, name: string, content: ArtifactContent): void {
    checkText(stage, "artifact", name);
    if (this.artifacts.some((artifact) => artifact.name === name)) throw emittedTwice(stage, "artifact", name);
    this.artifacts = [...this.artifacts, freeze({ name, content }, `artifact ${name}`)];
  }

  /** Takes a remark. Errors: PIPE-001 for text that UTF-8 cannot write. */
  warning(stage: string, message: string): void {
    checkText(stage, "warning", message);
    this.warnings = [...this.warnings, message];
  }
}

function isSeries(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "number" && Number.isFinite(one));
}

/** What a store could not give back as it was is refused with a store and without. */
function checkText(stage: string, what: string, text: string): void {
  if (!isWellFormed(text)) throw illFormed(`${what} ${JSON.stringify(text)} of stage ${stage}`);
}

function reserved(stage: string): PipelineError {
  return new PipelineError({
    code: "PIPE-014",
    message: `stage ${stage} emitted a metric by the name __proto__, which records of JavaScript cannot hold`,
    remedy: "Give the metric another name.",
    path: "__proto__",
  });
}

function emittedTwice(stage: string, what: string, name: string): PipelineError {
  return new PipelineError({
    code: "PIPE-015",
    message: `stage ${stage} emitted the ${what} ${name} twice`,
    remedy: "Give each its own name.",
    path: name,
  });
}

function describe(value: unknown): string {
  if (typeof value === "bigint") return `the bigint ${value}: convert it with Number()`;
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof NdArray) return "an array";
  return typeof value === "object" && value !== null ? "a record" : String(value);
}
