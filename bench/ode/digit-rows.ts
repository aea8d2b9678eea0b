/** Rows of the table: ours to a number of digits, beside each tool that reached them. */
import { type Row, rowOf } from "../row.ts";
import type { Family } from "./peer.ts";
import { type Curves, timeToDigits, type WorkPoint } from "./work-precision.ts";

interface Fastest {
  readonly name: string;
  readonly ms: number;
}

/** Rows to a number of digits: one per tool that reached them, or one alone. `goal` names the digits. */
export function digitRows(
  name: string,
  digits: number,
  ours: Curves,
  families: readonly Family[],
  goal = `${digits} digits`,
): readonly Row[] {
  const fastest = fastestOf(ours, digits);
  if (fastest === undefined) {
    if (families.some(({ curves = {} }) => fastestOf(curves, digits) !== undefined))
      process.stderr.write(`${name}: peers reach ${goal}, ours do not\n`);
    return [];
  }
  const label = `${name}, ${goal}, ${fastest.name}`;
  const rows = families.flatMap((family) => familyRow(label, digits, fastest, family));
  return rows.length > 0 ? rows : [rowOf(label, "ms", [fastest.ms])];
}

function familyRow(label: string, digits: number, fastest: Fastest, family: Family): readonly Row[] {
  const { name, curves, factor, fixedMs } = family;
  if (curves === undefined) {
    const fixed = fixedMs?.[digits];
    if (fixed === undefined || factor === undefined) return [];
    const note = `budget: fixed figure of ${name}`;
    return [rowOf(`${label} (${note})`, "ms", [fastest.ms], { budget: factor * fixed })];
  }
  const peer = fastestOf(curves, digits);
  if (peer === undefined) return [];
  return [
    rowOf(label, "ms", [fastest.ms], {
      ...(factor === undefined ? {} : { budget: factor * peer.ms }),
      peer: { name: peer.name, samples: [peer.ms] },
    }),
  ];
}

/** How exact the best method is at any tolerance, against the most exact of the peers. `budget` must be reached. */
export function mostDigitsRow(
  name: string,
  ours: Curves,
  families: readonly Family[],
  budget: number | undefined,
): readonly Row[] {
  const [own] = mostExactOf(ours);
  if (own === undefined) return [];
  const [peer] = mostExactOf(Object.assign({}, ...families.map(({ curves = {} }) => curves)) as Curves);
  return [
    rowOf(`${name}, most digits at any tolerance, ${own.name}`, "digits", [own.digits], {
      ...(budget === undefined ? {} : { budget }),
      isMoreBetter: true,
      ...(peer === undefined ? {} : { peer: { name: peer.name, samples: [peer.digits] } }),
    }),
  ];
}

function fastestOf(curves: Curves, digits: number): Fastest | undefined {
  const [fastest] = Object.entries(curves)
    .flatMap(([name, points]) => {
      const ms = timeToDigits(points, digits);
      return ms === undefined ? [] : [{ name: `${name}${compilationOf(points)}`, ms }];
    })
    .sort((a, b) => a.ms - b.ms);
  return fastest;
}

function compilationOf([first]: readonly WorkPoint[]): string {
  return first?.compileSeconds === undefined ? "" : `, compiled in ${first.compileSeconds.toPrecision(2)} s`;
}

function mostExactOf(curves: Curves): readonly { readonly name: string; readonly digits: number }[] {
  return Object.entries(curves)
    .flatMap(([name, points]) => points.map(({ digits }) => ({ name, digits })))
    .sort((a, b) => b.digits - a.digits);
}
