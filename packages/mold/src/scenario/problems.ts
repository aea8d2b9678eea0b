/** Checks a document against a schema and says what is wrong with it: where, what, and what to do. All problems at once. */
import { nearestName, type Problem } from "@simloom/units";
import { z } from "@simloom/units/zod";
import { type MoldError, type MoldErrorCode, moldError } from "../errors.ts";

/** A problem whose code the table of this package knows. */
export interface DocumentProblem extends Problem {
  readonly code: MoldErrorCode;
  readonly path: string;
}

/** A document that was read, or all that is wrong with it. */
export type Checked<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: undefined; readonly problems: readonly DocumentProblem[] };

/** Checks a document. `prefix` is put before paths, for parts of a larger one. Never throws. */
export function check<S extends z.ZodType>(schema: S, document: unknown, prefix = ""): Checked<z.output<S>> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return { value: parsed.data, problems: [] };
  return {
    value: undefined,
    problems: parsed.error.issues.flatMap((issue) => problemsOf(schema, document, issue, prefix)),
  };
}

/** One error for all problems of a document. A single problem gives it its own code and path; several are `MOLD-001`. */
export function documentError(problems: readonly DocumentProblem[], source: string): MoldError {
  const [first] = problems;
  const context = { source };
  if (first !== undefined && problems.length === 1) return moldError({ ...first, context, problems });
  return moldError({
    code: "MOLD-001",
    message: `${source} has ${problems.length} problems: ${problems.map(({ path }) => path || "(root)").join(", ")}`,
    remedy: "Fix each of the listed problems; every one names its field and what it needs.",
    context,
    problems,
  });
}

/** Writes a path of keys as people do: `mold.vent.count`. */
export function formatPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
}

/** The part of a JSON Schema node that messages read. */
interface Facts {
  readonly description?: string;
  readonly unit?: string;
  readonly properties?: Readonly<Record<string, Facts>>;
  readonly anyOf?: readonly Facts[];
}

const factsBySchema = new WeakMap<z.ZodType, Facts>();

function factsAt(schema: z.ZodType, path: readonly PropertyKey[]): Facts {
  const root = factsBySchema.get(schema) ?? (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Facts);
  factsBySchema.set(schema, root);
  return path.reduce<Facts>((facts, key) => within(within(facts).properties?.[String(key)] ?? {}), root);
}

/** A nullable section is a choice between the section and null. */
function within(facts: Facts): Facts {
  const inner = facts.anyOf?.find(({ properties, unit }) => properties !== undefined || unit !== undefined);
  return inner === undefined ? facts : { ...inner, ...(facts.description === undefined ? {} : facts) };
}

function problemsOf(
  schema: z.ZodType,
  document: unknown,
  issue: z.core.$ZodIssue,
  prefix: string,
): readonly DocumentProblem[] {
  const facts = factsAt(schema, issue.path);
  const path = [prefix, formatPath(issue.path)].filter((part) => part !== "").join(".");
  const subject = path === "" ? "the document" : path;
  const value = issue.path.reduce<unknown>(memberOf, document);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey(subject, path, key, Object.keys(facts.properties ?? {})));
  if (value === undefined)
    return [{ code: "MOLD-003", path, message: `${subject} is missing`, remedy: `Add it${meaning(facts)}.` }];
  switch (issue.code) {
    case "invalid_value":
      return [notAllowed(subject, path, value, issue.values)];
    case "too_small":
      return [outOfRange(subject, path, value, facts, issue.inclusive === false ? "above" : "at least", issue.minimum)];
    case "too_big":
      return [outOfRange(subject, path, value, facts, issue.inclusive === false ? "below" : "at most", issue.maximum)];
    case "custom":
      return [
        {
          code: "MOLD-008",
          path,
          message: `${subject}: ${firstLine(issue.message)}`,
          remedy: unitRemedy(issue, facts),
        },
      ];
    default:
      return [wrongType(subject, path, value, facts, issue)];
  }
}

function unknownKey(subject: string, path: string, key: string, known: readonly string[]): DocumentProblem {
  const near = nearestName(key, known);
  return {
    code: "MOLD-002",
    path: path === "" ? key : `${path}.${key}`,
    message: `${subject} has no key "${key}"`,
    remedy: near === undefined ? `Remove "${key}": the keys are ${known.join(", ")}.` : `Did you mean "${near}"?`,
  };
}

function notAllowed(subject: string, path: string, value: unknown, allowed: readonly unknown[]): DocumentProblem {
  const names = allowed.map(String);
  const near = typeof value === "string" ? nearestName(value, names) : undefined;
  const list = names.join(", ");
  return {
    code: "MOLD-006",
    path,
    message: `${subject} is ${shown(value)}, which is not one of ${list}`,
    remedy: near === undefined ? `Use one of ${list}.` : `Did you mean "${near}"? Allowed are ${list}.`,
  };
}

function outOfRange(
  subject: string,
  path: string,
  value: unknown,
  facts: Facts,
  relation: string,
  bound: number | bigint,
): DocumentProblem {
  const unit = facts.unit === undefined || facts.unit === "1" ? "" : ` ${facts.unit}`;
  if (typeof value === "string" && value === "")
    return { code: "MOLD-005", path, message: `${subject} is empty`, remedy: "Give a text of one character or more." };
  return {
    code: "MOLD-005",
    path,
    message: `${subject} is ${shown(value)}${typeof value === "number" ? unit : ""}, but must be ${relation} ${bound}${unit}`,
    remedy: `Set it ${relation.startsWith("at") ? "to " : ""}${relation} ${bound}${unit}${meaning(facts)}.`,
  };
}

function wrongType(
  subject: string,
  path: string,
  value: unknown,
  facts: Facts,
  issue: z.core.$ZodIssue,
): DocumentProblem {
  const wanted = issue.code === "invalid_type" ? (TYPE_NAMES[issue.expected] ?? issue.expected) : "another value";
  return {
    code: "MOLD-004",
    path,
    message: `${subject} is ${shown(value)}, but must be ${wanted}`,
    remedy: `Give ${wanted}${meaning(facts)}.`,
  };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  number: "a finite number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};

function unitRemedy(issue: z.core.$ZodIssue, facts: Facts): string {
  const remedy = (issue as { readonly params?: { readonly remedy?: unknown } }).params?.remedy;
  return typeof remedy === "string" ? firstLine(remedy) : `Give a number${meaning(facts)}.`;
}

/** ` (Mass of the mould, in kg)`, as far as the schema says so. */
function meaning({ description, unit }: Facts): string {
  const parts = [description, unit === undefined || unit === "1" ? undefined : `in ${unit}`].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<PropertyKey, unknown>>)[key];
}
