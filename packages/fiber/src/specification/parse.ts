/** The door through which a specification comes in: all problems at once, or a frozen document with every default. */
import type { z } from "@simloom/units/zod";
import { type FiberError, fiberError } from "../errors.ts";
import { parsePartially } from "./partial.ts";
import { problemsOfIssue, type SpecificationProblem } from "./problems.ts";
import { brokenRules } from "./rules.ts";
import { type LinkSpecification, specificationSchema } from "./schema.ts";

/** Where a specification came from, for error messages. */
export interface ParseOptions {
  /** A name people recognise, for example the file name. */
  readonly source?: string;
}

/**
 * Checks a JSON document of version 0.2 or 0.3 and fills in its defaults.
 *
 * The result is deeply frozen. Whether this release can simulate it is another question: see `requireSimulable`.
 * Cost: linear in the size of the document.
 *
 * @throws FiberError with every problem in `problems`: unknown keys, missing fields, types, ranges, and the rules between
 * fields. A single problem gives the error its own code and path; several are `FIBR-001`.
 */
export function parseSpecification(json: unknown, options: ParseOptions = {}): LinkSpecification {
  const document = withFecDisabledDefaults(json);
  const parsed = specificationSchema.safeParse(document);
  const problems = [
    ...(parsed.error?.issues.flatMap((issue) => problemsOfIssue(issue, json)) ?? []),
    ...brokenRules(parsePartially(specificationSchema, document) ?? {}),
  ];
  if (parsed.data === undefined || problems.length > 0) throw specificationError(problems, options);
  const specification: LinkSpecification = deepFreeze(withOwnMetadata(parsed.data));
  defaultsBySpecification.set(specification, Object.freeze(defaultedLeaves(json, specification, "")));
  return specification;
}

/**
 * Every leaf of a parsed specification that the document did not give, by path, with the default that was used.
 *
 * The record belongs to the object that `parseSpecification` returned; a copy of it has none.
 *
 * @throws FiberError `FIBR-019` for an object that `parseSpecification` did not return.
 */
export function defaultsUsed(specification: object): Readonly<Record<string, unknown>> {
  const defaults = defaultsBySpecification.get(specification);
  if (defaults !== undefined) return defaults;
  throw fiberError({
    code: "FIBR-019",
    message: "what was given and what was defaulted is unknown for this specification",
    remedy: "Pass the object that parseSpecification returned, or hand the defaults over with it.",
  });
}

/**
 * One error for all problems of a specification. A single problem gives it its code; several are `FIBR-001`, unless
 * `leading` says which problem speaks for all.
 */
export function specificationError(
  problems: readonly SpecificationProblem[],
  { source }: ParseOptions = {},
  leading: SpecificationProblem | undefined = problems.length === 1 ? problems[0] : undefined,
): FiberError {
  const context = { ...leading?.context, ...(source === undefined ? {} : { source }) };
  if (leading !== undefined) return fiberError({ ...leading, context, problems });
  return fiberError({
    code: "FIBR-001",
    message: `${source ?? "the specification"} has ${problems.length} problems: ${problems.map(({ path }) => path || "(root)").join(", ")}`,
    remedy: "Fix each of the listed problems; every one names its field and what it needs.",
    context,
    problems,
  });
}

const defaultsBySpecification = new WeakMap<object, Readonly<Record<string, unknown>>>();

/** Without FEC there is no scheme and no redundancy, so these are the defaults when nothing else is said. */
function withFecDisabledDefaults(json: unknown): unknown {
  const processing = isRecord(json) ? json.processing : undefined;
  const fec = isRecord(processing) ? processing.fec : undefined;
  if (!isRecord(json) || !isRecord(processing) || !isRecord(fec) || fec.enabled !== false) return json;
  return { ...json, processing: { ...processing, fec: { scheme: "none", code_rate: 1, ...fec } } };
}

/** Free metadata is the one part that the schema hands through by reference; the caller's objects must not be frozen. */
function withOwnMetadata(document: z.output<typeof specificationSchema>): z.output<typeof specificationSchema> {
  if (document.scenario === null) return document;
  return { ...document, scenario: { ...document.scenario, metadata: structuredClone(document.scenario.metadata) } };
}

function defaultedLeaves(given: unknown, value: unknown, path: string): Record<string, unknown> {
  if (!isRecord(value)) return given === undefined ? { [path]: value } : {};
  const entries = Object.entries(value).map(([key, child]) =>
    defaultedLeaves(
      isRecord(given) && Object.hasOwn(given, key) ? given[key] : undefined,
      child,
      path === "" ? key : `${path}.${key}`,
    ),
  );
  return Object.assign({}, ...entries);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
