/** From one symbol, with or without a prefix, to what it measures. */
import type { Dimension } from "../dimension/dimension.ts";
import { nearestName } from "../error.ts";
import { PREFIX_TENS, UNIT_TABLE, type UnitEntry, type UnitScale } from "./table.ts";

/** What one symbol stands for, prefix included. */
export interface SymbolMeaning {
  readonly dimension: Dimension;
  readonly mantissa: number;
  readonly tens: number;
  readonly scale: UnitScale;
}

const BY_SYMBOL: ReadonlyMap<string, UnitEntry> = new Map(UNIT_TABLE.map((entry) => [entry.symbol, entry]));

/**
 * The meaning of a symbol such as `km`, `dBm` or `min`; `undefined` when it is unknown. The table comes before prefixes, so
 * `min` is a minute and `cd` a candela.
 */
export function lookUpSymbol(symbol: string): SymbolMeaning | undefined {
  const whole = BY_SYMBOL.get(symbol);
  if (whole !== undefined) return whole;
  for (const prefixLength of [1, 2]) {
    const tens = PREFIX_TENS.get(symbol.slice(0, prefixLength));
    const entry = BY_SYMBOL.get(symbol.slice(prefixLength));
    if (tens !== undefined && entry?.takesPrefix === true) return { ...entry, tens: entry.tens + tens };
  }
  return undefined;
}

/** The known symbol nearest to a misspelt one: `Ghz` gives `GHz`, `watt` and `meters` give `W` and `m`. */
export function suggestSymbol(symbol: string): string | undefined {
  const lower = symbol.toLowerCase();
  const names = [lower, lower.replace(/s$/, ""), `degree ${lower}`].map((name) =>
    name.replace(/(?<=met|lit)er$/, "re"),
  );
  const byName = UNIT_TABLE.find(({ name }) => names.includes(name.toLowerCase()));
  if (byName !== undefined) return byName.symbol;
  const sameLetters = ALL_SYMBOLS.find((known) => known.toLowerCase() === symbol.toLowerCase());
  return sameLetters ?? nearestName(symbol, ALL_SYMBOLS);
}

/** Every symbol the tables can spell; units without prefix first, then the prefixes people use most. */
const ALL_SYMBOLS: readonly string[] = [
  ...UNIT_TABLE.map((entry) => entry.symbol),
  ...["k", "M", "G", "T", "m", "u", "n", "p", "f", "c", "d", "h"].flatMap((prefix) =>
    UNIT_TABLE.filter((entry) => entry.takesPrefix).map((entry) => prefix + entry.symbol),
  ),
];
