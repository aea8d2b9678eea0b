/** What a likelihood asks of its terms, parameters and calls. */
import { type Expression, topologicalOrder } from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";
import type { LikelihoodTerm } from "./term.ts";

/** Names of the parameters that expressions depend on, sorted. */
export function parametersOf(expressions: readonly Expression[]): readonly string[] {
  return inputsOf(expressions, "parameter");
}

/** Names of the columns that expressions depend on, sorted. */
export function columnsOf(expressions: readonly Expression[]): readonly string[] {
  return inputsOf(expressions, "column");
}

function inputsOf(expressions: readonly Expression[], source: "parameter" | "column"): readonly string[] {
  const inputs = topologicalOrder(expressions).filter(({ operation }) => operation.source === source);
  return inputs.map(({ payload }) => payload as string).sort();
}

/** Throws `AMPL-033` for no terms or two of one name, `AMPL-031` for one without data, Monte Carlo events or weight. */
export function checkTerms(terms: readonly LikelihoodTerm[]): void {
  const names = terms.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (terms.length > 0 && repeated === undefined) {
    for (const term of terms) checkTerm(term);
    return;
  }
  throw amplitudeError({
    code: "AMPL-033",
    message:
      repeated === undefined
        ? "A likelihood without terms has no value"
        : `Two terms of the likelihood are called ${repeated}`,
    remedy: repeated === undefined ? "Give at least one term." : "Give each term its own name.",
    context: { terms: names },
  });
}

/** Throws `AMPL-032` unless each used parameter is free or fixed, and each fixed one used. */
export function checkNames(
  used: readonly string[],
  free: readonly string[],
  fixed: Readonly<Record<string, number>>,
): void {
  const fixedNames = Object.keys(fixed);
  const missing = used.find((name) => !free.includes(name) && !fixedNames.includes(name));
  if (missing !== undefined)
    throw amplitudeError({
      code: "AMPL-032",
      message: `The model depends on the parameter ${missing}, which is neither free nor fixed`,
      remedy: "Add it to the order of parameters, or fix it.",
      context: { used, free },
    });
  const unknown = fixedNames.find((name) => !used.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, used);
  throw amplitudeError({
    code: "AMPL-032",
    message: `The parameter ${unknown} is fixed, but the model does not depend on it`,
    remedy: near === undefined ? `The parameters are ${used.join(", ")}.` : `Did you mean ${near}?`,
    context: { used },
  });
}

/** Throws `AMPL-032` unless there is a number for each name. */
export function checkCount(names: readonly string[], given: Float64Array, what: string): void {
  if (given.length === names.length) return;
  throw amplitudeError({
    code: "AMPL-032",
    message: `The likelihood has ${names.length} free parameters, but got room for ${given.length}`,
    remedy: `Give one ${what} for each of ${names.join(", ")}.`,
    context: { parameters: names },
  });
}

/** `AMPL-033` for a term that is not there. */
export function unknownTerm(name: string, terms: readonly LikelihoodTerm[]): Error {
  const names = terms.map((term) => term.name);
  const near = nearestName(name, names);
  return amplitudeError({
    code: "AMPL-033",
    message: `The likelihood has no term ${name}`,
    remedy: near === undefined ? `Its terms are ${names.join(", ")}.` : `Did you mean ${near}?`,
    context: { terms: names },
  });
}

/** Throws `AMPL-031` for a term without data, Monte Carlo events or weight. */
function checkTerm({ name, kind, data, monteCarlo }: LikelihoodTerm): void {
  const refuse = (what: string, remedy: string): never => {
    throw amplitudeError({
      code: "AMPL-031",
      message: `The term ${name} has ${what}`,
      remedy,
      path: name,
    });
  };
  if (data.length === 0) refuse("no data", "Give at least one event, or leave the term out.");
  if (monteCarlo.length === 0) refuse("no Monte Carlo events", "Without them the model cannot be normalised.");
  if (kind === "shape" && !(data.sumOfWeights > 0))
    refuse(`data of weight ${data.sumOfWeights}`, "The weights of the data must sum to more than 0.");
  if (!(monteCarlo.sumOfWeights > 0))
    refuse(`Monte Carlo events of weight ${monteCarlo.sumOfWeights}`, "Their weights must sum to more than 0.");
}
