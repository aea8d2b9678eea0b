import type { Dataset } from "@simloom/columns";
import type { ExecutionContext, Plan, PlanColumns, Program } from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { type AmplitudeError, amplitudeError } from "../errors.ts";
import { type Basis, basisColumns, isBasisColumn } from "./basis.ts";
import { dataSet, type LikelihoodTerm, monteCarloSet } from "./term.ts";

/** The columns of the events of a likelihood, and the basis values that were made of them. */
export interface EventColumns {
  /** What a plan reads, by its names. Throws `AMPL-047` for a column that is not there. */
  of(plan: Plan): PlanColumns;
}

/**
 * The columns of terms. Basis values are computed when they are first needed, once for each data set; they are held weakly, because
 * plans copy them to where they compute: under memory pressure they go, and come again if another plan asks.
 */
export function eventColumns(
  terms: readonly LikelihoodTerm[],
  bases: readonly Basis[],
  context: ExecutionContext,
): EventColumns {
  const sets = new Map<string, EventSet>();
  const made = new Map<Dataset, Map<Program, WeakRef<BasisValues>>>();
  for (const [index, { name, data, monteCarlo }] of terms.entries()) {
    const program = bases[index]?.program;
    sets.set(dataSet(name), { events: data, program, what: `The data of ${name}` });
    sets.set(monteCarloSet(name), { events: monteCarlo, program, what: `The Monte Carlo events of ${name}` });
  }
  const basis = ({ events, program, what }: EventSet): BasisValues => {
    if (program === undefined) return {};
    const ofEvents = made.get(events) ?? new Map<Program, WeakRef<BasisValues>>();
    made.set(events, ofEvents);
    const known = ofEvents.get(program)?.deref();
    if (known !== undefined) return known;
    for (const name of program.columns) checkColumn(name, what, events);
    const values = basisColumns(program, events, context);
    ofEvents.set(program, new WeakRef(values));
    return values;
  };
  return {
    of(plan) {
      const columns: Record<string, Float64Array | Float32Array> = {};
      for (const planned of plan.sets) {
        const set = sets.get(planned.name);
        if (set === undefined) continue;
        for (const prefixed of planned.columns) {
          const name = prefixed.slice(planned.name.length + 1);
          if (isBasisColumn(name)) columns[prefixed] = basis(set)[name] as Float64Array;
          else {
            checkColumn(name, set.what, set.events);
            columns[prefixed] = set.events.column(name);
          }
        }
      }
      return columns;
    },
  };
}

type BasisValues = Readonly<Record<string, Float64Array>>;

interface EventSet {
  readonly events: Dataset;
  readonly program: Program | undefined;
  /** What an error calls them. */
  readonly what: string;
}

function checkColumn(name: string, what: string, events: Dataset): void {
  if (!events.has(name)) throw missingColumn(name, `${what} have`, events.names);
}

/** `AMPL-047`, with the nearest of the columns that are there. */
export function missingColumn(name: string, whoHas: string, names: readonly string[], path?: string): AmplitudeError {
  const near = nearestName(name, names);
  return amplitudeError({
    code: "AMPL-047",
    message: `${whoHas} no column ${name}`,
    remedy: near === undefined ? `The columns are ${names.join(", ")}.` : `Did you mean ${near}?`,
    context: { column: name, columns: names },
    ...(path === undefined ? {} : { path }),
  });
}
