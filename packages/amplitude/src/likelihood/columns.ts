import type { Dataset } from "@simloom/columns";
import type { Plan, PlanColumns } from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";
import { dataSet, type LikelihoodTerm, monteCarloSet } from "./term.ts";

/** The columns that a plan reads, by its names, as the data sets hold them. Throws `AMPL-047` for one that is not there. */
export function columnsOfPlan(plan: Plan, terms: readonly LikelihoodTerm[]): PlanColumns {
  const events = new Map<string, { readonly events: Dataset; readonly what: string }>();
  for (const { name, data, monteCarlo } of terms) {
    events.set(dataSet(name), { events: data, what: `The data of ${name}` });
    events.set(monteCarloSet(name), { events: monteCarlo, what: `The Monte Carlo events of ${name}` });
  }
  const columns: Record<string, Float64Array | Float32Array> = {};
  for (const set of plan.sets) {
    const source = events.get(set.name);
    if (source === undefined) continue;
    for (const prefixed of set.columns) {
      const name = prefixed.slice(set.name.length + 1);
      if (!source.events.names.includes(name)) throw missing(name, source.what, source.events.names);
      columns[prefixed] = source.events.column(name);
    }
  }
  return columns;
}

function missing(name: string, what: string, names: readonly string[]): Error {
  const near = nearestName(name, names);
  return amplitudeError({
    code: "AMPL-047",
    message: `${what} have no column ${name}`,
    remedy: near === undefined ? `The columns are ${names.join(", ")}.` : `Did you mean ${near}?`,
    context: { column: name, columns: names },
  });
}
