/** Turns what the schema refuses into problems a user can act on: where, what and what to do. */
import { nearestName, type Problem } from "@simloom/units";
import type { z } from "@simloom/units/zod";
import type { FiberErrorCode } from "../errors.ts";
import { formatPath, type Place, placeAt, type SchemaFacts } from "./place.ts";

/** A problem whose code the table of this package knows. */
export interface SpecificationProblem extends Problem {
  readonly code: FiberErrorCode;
  readonly path: string;
  /** Facts behind the refusal, where a result document wants them. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** All problems of one schema issue; an issue about unknown keys is one problem per key. */
export function problemsOfIssue(issue: z.core.$ZodIssue, document: unknown): readonly SpecificationProblem[] {
  const place = placeAt(document, issue.path);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(place, [...issue.path, key], key));
  if (place.value === undefined) return [missing(place)];
  switch (issue.code) {
    case "invalid_union":
      return [notAllowed(place, "options" in issue ? issue.options : [])];
    case "invalid_value":
      return [notAllowed(place, issue.values)];
    case "too_small":
    case "too_big":
      return [outOfRange(place, issue)];
    default:
      return [wrongType(place, issue)];
  }
}

function unknownKey({ subject, facts }: Place, keys: readonly PropertyKey[], key: string): SpecificationProblem {
  const known = Object.keys(facts.properties ?? {});
  const nearest = nearestName(key, known);
  const instead = known.length === 0 ? "it takes no keys" : `the keys are ${known.join(", ")}`;
  return {
    code: "FIBR-002",
    path: formatPath(keys),
    message: `${subject} has no key "${key}"`,
    remedy: nearest === undefined ? `Remove "${key}": ${instead}.` : `Did you mean "${nearest}"?`,
  };
}

function missing({ path, subject, facts }: Place): SpecificationProblem {
  return { code: "FIBR-003", path, message: `${subject} is missing`, remedy: `Add it${meaning(facts)}.` };
}

function notAllowed({ path, subject, value }: Place, allowed: readonly unknown[]): SpecificationProblem {
  const nearest = typeof value === "string" ? nearestName(value, allowed.filter(isString)) : undefined;
  const list = allowed.map(shown).join(", ");
  return {
    code: "FIBR-006",
    path,
    message: `${subject} is ${shown(value)}, which is not one of ${list}`,
    remedy: nearest === undefined ? `Use one of ${list}.` : `Did you mean "${nearest}"? Allowed are ${list}.`,
  };
}

function outOfRange({ path, subject, value, facts }: Place, issue: SizeIssue): SpecificationProblem {
  const limit = limitOf(issue);
  if (issue.origin === "array" || issue.origin === "string") {
    const noun = issue.origin === "array" ? "entries" : "characters";
    const message = `${subject} must have ${limit.relation} ${limit.bound} ${noun}`;
    return { code: "FIBR-005", path, message, remedy: `Give ${limit.relation} ${limit.bound} ${noun}.` };
  }
  const unit = unitSuffix(facts);
  return {
    code: "FIBR-005",
    path,
    message: `${subject} is ${shown(value)}${unit}, but must be ${limit.relation} ${limit.bound}${unit}`,
    remedy: `Set it ${limit.relation.startsWith("at") ? "to " : ""}${limit.relation} ${limit.bound}${unit}${meaning(facts)}.`,
  };
}

function wrongType({ path, subject, value, facts }: Place, issue: z.core.$ZodIssue): SpecificationProblem {
  const expected = issue.code === "invalid_type" ? (TYPE_NAMES[issue.expected] ?? issue.expected) : "another value";
  return {
    code: "FIBR-004",
    path,
    message: `${subject} is ${shown(value)}, but must be ${expected}`,
    remedy: `Give ${expected}${meaning(facts)}.`,
  };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  number: "a finite number",
  int: "a whole number",
  string: "a string",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "an array",
  tuple: "an array",
};

type SizeIssue = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig;

function limitOf(issue: SizeIssue): { readonly relation: string; readonly bound: string } {
  if (issue.code === "too_small") {
    return { relation: issue.inclusive === false ? "above" : "at least", bound: String(issue.minimum) };
  }
  return { relation: issue.inclusive === false ? "below" : "at most", bound: String(issue.maximum) };
}

/** ` (Symbols per second, in Bd)`, as far as the schema says so. */
function meaning(facts: SchemaFacts): string {
  const unit = unitSuffix(facts);
  const parts = [facts.description, unit === "" ? undefined : `in${unit}`].filter(isString);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** ` km`; nothing for what is counted. */
function unitSuffix({ unit }: SchemaFacts): string {
  return unit === undefined || COUNTED.includes(unit) ? "" : ` ${unit}`;
}

const COUNTED: readonly string[] = ["1", "bit", "symbol"];

/** The value as JSON, cut to a length that fits into a sentence. */
function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}
