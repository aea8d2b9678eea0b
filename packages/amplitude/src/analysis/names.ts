import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";

/** The entry of a name, or `AMPL-044` with the nearest one. */
export function lookUp<Entry>(
  entries: Readonly<Record<string, Entry>> | ReadonlyMap<string, Entry>,
  name: string,
  what: string,
  path: string,
): Entry {
  const map = entries instanceof Map ? (entries as ReadonlyMap<string, Entry>) : new Map(Object.entries(entries));
  const found = map.get(name);
  if (found !== undefined) return found;
  const names = [...map.keys()];
  const near = nearestName(name, names);
  const known = names.length === 0 ? "There are none." : `There are ${names.join(", ")}.`;
  throw amplitudeError({
    code: "AMPL-044",
    message: `${path}: there is no ${what} ${name}`,
    remedy: near === undefined ? known : `Did you mean ${near}?`,
    path,
    context: { name, known: names },
  });
}

/** The one entry that is given, by its key. Throws `AMPL-043` for none or several. */
export function onlyOne(given: Readonly<Record<string, unknown>>, what: string, path: string): string {
  const keys = Object.keys(given).filter((key) => given[key] !== undefined);
  const [key] = keys;
  if (key !== undefined && keys.length === 1) return key;
  throw amplitudeError({
    code: "AMPL-043",
    message: `${path}: ${keys.length === 0 ? `no ${what} is given` : `${keys.join(" and ")} are given together`}`,
    remedy: `Give exactly one of ${Object.keys(given).join(", ")}.`,
    path,
  });
}
