import { randomStream } from "@simloom/numerics";
import { nearestName } from "@simloom/units";
import { kernelError } from "../errors.ts";
import {
  optionsOf,
  type ParameterOptions,
  type ParameterSpec,
  parameterSpec,
  rangeName,
  valueWithin,
  wrapped,
} from "./parameter-spec.ts";

/** Parameters in order, each name once. Immutable: changes make a new set. Vectors of a fit run over `free` in this order. */
export interface ParameterSet {
  readonly specs: readonly ParameterSpec[];
  readonly free: readonly ParameterSpec[];
  readonly fixed: readonly ParameterSpec[];
  readonly freeNames: readonly string[];
  readonly fixedNames: readonly string[];
}

/**
 * A set in the order of first appearance. Parameters of one name and one definition are one parameter: this is how terms of a
 * likelihood share it. Texts (`latex`, `description`) do not count as definition: the first one given stays. Throws
 * `KERN-047` for one name with two definitions.
 */
export function parameterSet(specs: Iterable<ParameterSpec>): ParameterSet {
  const byName = new Map<string, ParameterSpec>();
  for (const spec of specs) {
    const known = byName.get(spec.name);
    byName.set(spec.name, known === undefined ? spec : merged(known, spec));
  }
  return setOf([...byName.values()]);
}

/** The parameters of several sets as one, merged as by `parameterSet`; throws as it does. */
export function mergedParameters(...sets: readonly ParameterSet[]): ParameterSet {
  return parameterSet(sets.flatMap(({ specs }) => specs));
}

/** The parameter of a name. Throws `KERN-049`, with a suggestion, where there is none. */
export function parameterOf({ specs }: ParameterSet, name: string): ParameterSpec {
  const found = specs.find((spec) => spec.name === name);
  if (found !== undefined) return found;
  const nearest = nearestName(
    name,
    specs.map((spec) => spec.name),
  );
  throw kernelError(
    "KERN-049",
    `There is no parameter \`${name}\``,
    nearest === undefined ? "Take one of the names of the set." : `Did you mean ${nearest}?`,
    { name },
  );
}

/**
 * The set with something else said of one parameter; what is not named stays, `undefined` takes it back. Throws `KERN-049`
 * for an unknown name, and as `parameterSpec`.
 */
export function updateParameter(
  set: ParameterSet,
  name: string,
  changes: Partial<Omit<ParameterOptions, "name">>,
): ParameterSet {
  const changed = parameterSpec({ ...optionsOf(parameterOf(set, name)), ...changes, name });
  return setOf(set.specs.map((spec) => (spec.name === name ? changed : spec)));
}

/** The set with a parameter held at a value, its initial one by default. Throws `KERN-044` outside the bounds, `KERN-049`. */
export function fixParameter(set: ParameterSet, name: string, value?: number): ParameterSet {
  const { initial } = parameterOf(set, name);
  return updateParameter(set, name, { fixed: value ?? initial, ...(value === undefined ? {} : { initial: value }) });
}

/** The set with a parameter let go; it starts where it was held. Throws `KERN-049`. */
export function freeParameter(set: ParameterSet, name: string): ParameterSet {
  const { fixed, initialRange } = parameterOf(set, name);
  const start = fixed === undefined || initialRange !== undefined ? {} : { initial: fixed };
  return updateParameter(set, name, { fixed: undefined, ...start });
}

/**
 * The set under new names, all changed at once, so that two may swap. Throws `KERN-049` for an unknown name, `KERN-040` for an
 * empty one, `KERN-041` where two parameters would have one name.
 */
export function renameParameters(set: ParameterSet, newNames: Readonly<Record<string, string>>): ParameterSet {
  for (const name of Object.keys(newNames)) parameterOf(set, name);
  const renamed = set.specs.map((spec) => {
    const name = Object.hasOwn(newNames, spec.name) ? (newNames[spec.name] as string) : spec.name;
    return name === spec.name ? spec : parameterSpec({ ...optionsOf(spec), name });
  });
  const repeated = renamed.find(({ name }, index) => renamed.findIndex((other) => other.name === name) !== index);
  if (repeated !== undefined)
    throw kernelError(
      "KERN-041",
      `Two parameters would be called \`${repeated.name}\``,
      "Give each its own name; parameters of one definition are merged by parameterSet.",
      { name: repeated.name },
    );
  return setOf(renamed);
}

/** Where a fit starts: one number per free parameter. */
export function initialValues({ free }: ParameterSet): Float64Array {
  return Float64Array.from(free, ({ initial }) => initial);
}

/** Lower and upper bounds of the free parameters, infinite where there is none. */
export function freeBounds({ free }: ParameterSet): { readonly lower: Float64Array; readonly upper: Float64Array } {
  return {
    lower: Float64Array.from(free, ({ bounds }) => bounds[0]),
    upper: Float64Array.from(free, ({ bounds }) => bounds[1]),
  };
}

/** Typical changes of the free parameters; 1 where nothing is said. */
export function freeScales({ free }: ParameterSet): Float64Array {
  return Float64Array.from(free, ({ scale = 1 }) => scale);
}

/**
 * Random starts: uniform in the initial range where there is one, else the initial value. Each parameter draws from a stream
 * named after it, so that adding one changes no other.
 */
export function sampleInitial({ free }: ParameterSet, seed: number | bigint | string): Float64Array {
  return Float64Array.from(free, ({ name, initial, initialRange }) =>
    initialRange === undefined ? initial : randomStream({ seed, name: ["initial", name] }).uniform(...initialRange),
  );
}

/** Free values with those of periodic parameters taken into [low, high). Throws `KERN-048` for another length. */
export function canonicalValues(set: ParameterSet, values: ArrayLike<number>): Float64Array {
  checkLength(set, values);
  return Float64Array.from(set.free, ({ isPeriodic, bounds }, index) => {
    const value = values[index] as number;
    return isPeriodic && Number.isFinite(value) ? wrapped(value, ...bounds) : value;
  });
}

/** Throws `KERN-048` unless there is a value per free parameter, `KERN-044` unless each is in its bounds. */
export function checkValues(set: ParameterSet, values: ArrayLike<number>): void {
  checkLength(set, values);
  set.free.forEach((spec, index) => {
    valueWithin(spec, values[index] as number, "value");
  });
}

/**
 * Values of named parameters, fixed ones included, from those of the free: what a program takes, in its order. `names` default
 * to all of the set. Throws `KERN-048` for another length, `KERN-049` for a name that is not in the set. In loops give
 * `names` and `target`: nothing is allocated then, once the set was used.
 */
export function valuesByName(
  set: ParameterSet,
  values: ArrayLike<number>,
  names: readonly string[] = set.specs.map(({ name }) => name),
  target: Float64Array = new Float64Array(names.length),
): Float64Array {
  checkLength(set, values);
  const places = freePlaces(set);
  names.forEach((name, index) => {
    const place = places.get(name);
    target[index] = place === undefined ? (parameterOf(set, name).fixed as number) : (values[place] as number);
  });
  return target;
}

const placesOfSets = new WeakMap<ParameterSet, ReadonlyMap<string, number>>();

/** Places of the free parameters by name, made once per set. */
function freePlaces(set: ParameterSet): ReadonlyMap<string, number> {
  const known = placesOfSets.get(set);
  if (known !== undefined) return known;
  const made = new Map(set.freeNames.map((name, index) => [name, index]));
  placesOfSets.set(set, made);
  return made;
}

function setOf(specs: readonly ParameterSpec[]): ParameterSet {
  const free = specs.filter(({ fixed }) => fixed === undefined);
  const fixed = specs.filter((spec) => spec.fixed !== undefined);
  const namesOf = (list: readonly ParameterSpec[]) => Object.freeze(list.map(({ name }) => name));
  return Object.freeze({
    specs: Object.freeze([...specs]),
    free: Object.freeze(free),
    fixed: Object.freeze(fixed),
    freeNames: namesOf(free),
    fixedNames: namesOf(fixed),
  });
}

function merged(a: ParameterSpec, b: ParameterSpec): ParameterSpec {
  const [first, second] = [definitionOf(a), definitionOf(b)];
  const different = Object.keys(first).filter((key) => first[key] !== second[key]);
  if (different.length > 0)
    throw kernelError(
      "KERN-047",
      `The parameter \`${a.name}\` is defined twice, with different ${different.join(", ")}: ${text(first, different)} and ${text(second, different)}`,
      "Define it once and use it in both places, or give the two different names.",
      { name: a.name, definitions: [first, second] },
    );
  const { latex = b.latex, description = b.description } = a;
  return Object.freeze({
    ...a,
    ...(latex === undefined ? {} : { latex }),
    ...(description === undefined ? {} : { description }),
  });
}

/** What makes two parameters of one name the same. */
function definitionOf(spec: ParameterSpec): Readonly<Record<string, string>> {
  return {
    "initial value": spec.initialRange === undefined ? `${spec.initial}` : rangeName(spec.initialRange),
    "fixed value": `${spec.fixed ?? "free"}`,
    bounds: rangeName(spec.bounds),
    periodicity: spec.isPeriodic ? "periodic" : "not periodic",
    scale: `${spec.scale ?? "no scale"}`,
    unit: spec.unit ?? "no unit",
  };
}

function text(definition: Readonly<Record<string, string>>, keys: readonly string[]): string {
  return keys.map((key) => definition[key]).join(", ");
}

function checkLength({ freeNames }: ParameterSet, values: ArrayLike<number>): void {
  if (values.length === freeNames.length) return;
  throw kernelError(
    "KERN-048",
    `${values.length} values are given for ${freeNames.length} free parameters`,
    "Give one value per free parameter, in the order of freeNames.",
    { freeNames },
  );
}
