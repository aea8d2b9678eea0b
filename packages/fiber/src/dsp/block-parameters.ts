/** Parameters of DSP blocks as specifications give them: free objects, checked here, with the defaults of each block. */
import { nearestName } from "@simloom/units";
import { fiberError } from "../errors.ts";

/** One entry of `processing.dsp_chain`. */
export interface DspBlockSpec {
  readonly name: string;
  /** Default true. */
  readonly enabled?: boolean;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Reads the parameters of one block; every refusal names the block and the parameter. */
export interface ParameterReader {
  /** A finite number above 0. */
  positive(name: string, fallback: number): number;
  /** A whole number of at least 1. */
  count(name: string, fallback: number): number;
  flag(name: string, fallback: boolean): boolean;
  choice<const Name extends string>(name: string, allowed: readonly Name[], fallback: Name): Name;
  /** One sentence per parameter that no block of this name reads; call it last. */
  unreadWarnings(): readonly string[];
}

/** A reader of the parameters of the block at `index` of the chain. */
export function readParameters(block: DspBlockSpec, index: number): ParameterReader {
  const params = block.params ?? {};
  const known: string[] = [];
  const pathOf = (name: string) => `processing.dsp_chain[${index}].params.${name}`;
  const given = (name: string): unknown => {
    known.push(name);
    return Object.hasOwn(params, name) ? params[name] : undefined;
  };
  const refuse = (code: "FIBR-004" | "FIBR-005" | "FIBR-006", name: string, value: unknown, rule: string) =>
    fiberError({
      code,
      message: `${block.name}.${name} is ${JSON.stringify(value)}, but it must be ${rule}`,
      remedy: `Set ${name} to ${rule}, or leave it out for the default.`,
      path: pathOf(name),
      context: { block: block.name, value },
    });
  return {
    positive(name, fallback) {
      const value = given(name) ?? fallback;
      if (typeof value !== "number") throw refuse("FIBR-004", name, value, "a number above 0");
      if (!(value > 0 && Number.isFinite(value))) throw refuse("FIBR-005", name, value, "a number above 0");
      return value;
    },
    count(name, fallback) {
      const value = given(name) ?? fallback;
      if (typeof value !== "number") throw refuse("FIBR-004", name, value, "a whole number of at least 1");
      if (!(value >= 1 && Number.isInteger(value)))
        throw refuse("FIBR-005", name, value, "a whole number of at least 1");
      return value;
    },
    flag(name, fallback) {
      const value = given(name) ?? fallback;
      if (typeof value !== "boolean") throw refuse("FIBR-004", name, value, "true or false");
      return value;
    },
    choice(name, allowed, fallback) {
      const value = given(name) ?? fallback;
      const found = allowed.find((candidate) => candidate === value);
      if (found === undefined) throw refuse("FIBR-006", name, value, allowed.map((text) => `"${text}"`).join(" or "));
      return found;
    },
    unreadWarnings() {
      return Object.keys(params)
        .filter((name) => !known.includes(name))
        .map((name) => {
          const near = nearestName(name, known);
          return `${block.name} ignores the parameter ${name}${near === undefined ? "" : ` (did you mean ${near}?)`}.`;
        });
    },
  };
}
