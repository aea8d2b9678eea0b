import { fixParameter, type ParameterSet, parameterOf, updateParameter } from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import { at } from "./parameters.ts";

/**
 * The parameters with other values. A document of values is a record of numbers by name, or what commands print: an object with
 * `parameters`, a list of names and values. Fixed ones may be given too and stay fixed. Throws `AMPL-043` for what is no such
 * document, `KERN-049` for a name that the model does not have, `KERN-044` for a value out of bounds.
 */
export function withValues(parameters: ParameterSet, document: unknown, source = "the file of values"): ParameterSet {
  return entriesOf(document, source).reduce((set, [name, value]) => {
    if (typeof value !== "number" || !Number.isFinite(value)) throw unusable(`${source}: ${name} has no number`, name);
    return at(source, () =>
      parameterOf(set, name).fixed === undefined
        ? updateParameter(set, name, { initial: value })
        : fixParameter(set, name, value),
    );
  }, parameters);
}

function entriesOf(document: unknown, source: string): readonly (readonly [string, unknown])[] {
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw unusable(`${source} holds no values by name`, source);
  const listed = (document as { readonly parameters?: unknown }).parameters;
  if (!Array.isArray(listed)) return Object.entries(document);
  return listed.map((entry: unknown) => {
    const { name, value } = (entry ?? {}) as { readonly name?: unknown; readonly value?: unknown };
    if (typeof name === "string") return [name, value] as const;
    throw unusable(`${source}: an entry of parameters has no name`, source);
  });
}

function unusable(message: string, path: string): Error {
  return amplitudeError({
    code: "AMPL-043",
    message,
    remedy: "Write name: value, or give the document that simloom amplitude evaluate --json prints.",
    path,
  });
}
