/** Turns what the schema refuses into problems that a user can act on: where, what and what to do. */
import { nearestName, type Problem } from "@simloom/units";
import type { z } from "@simloom/units/zod";
import type { AmplitudeErrorCode } from "../errors.ts";
import { analysisJsonSchema } from "./schema.ts";

/** A problem of an analysis file. */
export interface AnalysisProblem extends Problem {
  readonly code: AmplitudeErrorCode;
  readonly path: string;
}

/** All problems of one schema issue; an issue about unknown keys is one problem per key. */
export function problemsOfIssue(issue: z.core.$ZodIssue, document: unknown): readonly AnalysisProblem[] {
  const path = formatPath(issue.path);
  const subject = path === "" ? "the analysis file" : path;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(subject, issue.path, key));
  if (issue.code === "invalid_union") {
    const closest = closestBranch(issue.errors, valueAt(document, issue.path));
    if (closest !== undefined)
      return closest.flatMap((inner) => problemsOfIssue({ ...inner, path: [...issue.path, ...inner.path] }, document));
  }
  const value = valueAt(document, issue.path);
  const what = descriptionAt(issue.path);
  const meaning = what === undefined ? "" : ` (${what})`;
  if (value === undefined)
    return [{ code: "AMPL-042", path, message: `${subject} is missing`, remedy: `Add it${meaning}.` }];
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    const near = typeof value === "string" ? nearestName(value, allowed) : undefined;
    return [
      {
        code: "AMPL-043",
        path,
        message: `${subject} is ${JSON.stringify(value)}, which is not one of ${allowed.join(", ")}`,
        remedy: near === undefined ? `Use one of ${allowed.join(", ")}.` : `Did you mean ${near}?`,
      },
    ];
  }
  return [
    {
      code: "AMPL-043",
      path,
      message: `${subject} is ${shown(value)}: ${issue.message.replace(/^Invalid input: /, "")}`,
      remedy: `Give a value that fits${meaning}.`,
    },
  ];
}

/** Writes a path of keys as people do. */
export function formatPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
}

function unknownKey(subject: string, path: readonly PropertyKey[], key: string): AnalysisProblem {
  const known = Object.keys(factsAt(path)?.properties ?? {});
  const near = nearestName(key, known);
  return {
    code: "AMPL-041",
    path: formatPath([...path, key]),
    message: `${subject} has no key "${key}"`,
    remedy: near === undefined ? `The keys are ${known.join(", ")}.` : `Did you mean "${near}"?`,
  };
}

/** Of the branches of a choice, the one for the kind of value that was given. */
function closestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
  value: unknown,
): readonly z.core.$ZodIssue[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return branches.find((issues) => !issues.some(({ code, path }) => code === "invalid_type" && path.length === 0));
}

interface SchemaFacts {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaFacts>>;
  readonly additionalProperties?: SchemaFacts | boolean;
  readonly items?: SchemaFacts;
  readonly prefixItems?: readonly SchemaFacts[];
  readonly anyOf?: readonly SchemaFacts[];
}

let schema: SchemaFacts | undefined;

function factsAt(path: readonly PropertyKey[]): SchemaFacts | undefined {
  schema ??= analysisJsonSchema() as SchemaFacts;
  let facts: SchemaFacts | undefined = schema;
  for (const key of path) {
    facts = facts?.anyOf?.find(({ properties }) => properties !== undefined) ?? facts;
    const more: SchemaFacts | boolean | undefined = facts?.additionalProperties;
    facts =
      typeof key === "number"
        ? (facts?.prefixItems?.[key] ?? facts?.items)
        : (facts?.properties?.[String(key)] ?? (typeof more === "object" ? more : undefined));
  }
  return facts?.properties === undefined
    ? (facts?.anyOf?.find(({ properties }) => properties !== undefined) ?? facts)
    : facts;
}

function descriptionAt(path: readonly PropertyKey[]): string | undefined {
  return factsAt(path)?.description?.replace(/\.$/, "");
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Readonly<Record<PropertyKey, unknown>>)[key] : undefined,
    document,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
