import { kernelError } from "../errors.ts";
import type { Program } from "../program/program.ts";
import type { ColumnFormat } from "../wasm/layout.ts";
import type { DataColumns } from "./prepared-kernel.ts";

/** A column of the data in the order of the program, columns before states. */
export interface NamedColumn {
  readonly name: string;
  readonly values: Float64Array | Float32Array;
}

/** The columns and states that a program reads, in its order. Throws `KERN-050` where one is missing or short. */
export function dataColumnsOf(program: Program, columns: DataColumns, count: number): readonly NamedColumn[] {
  if (!Number.isInteger(count) || count < 0)
    throw kernelError("KERN-050", `The count ${count} is not a number of elements`, "Give a whole number from 0 on.");
  return [...program.columns, ...program.states].map((name) => {
    const values = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (values === undefined)
      throw kernelError(
        "KERN-050",
        `The program reads a column \`${name}\` that was not given`,
        `Give ${name} as Float64Array or Float32Array.`,
        { name },
      );
    checkColumn("KERN-050", name, values);
    if (values.length < count)
      throw kernelError(
        "KERN-050",
        `The column \`${name}\` has ${values.length} elements, but ${count} are to be prepared`,
        "Give columns of at least `count` elements.",
        { name },
      );
    return { name, values };
  });
}

/** Throws an error of that code unless a column is an array of float64 or float32. */
export function checkColumn(code: "KERN-050" | "KERN-074", name: string, values: unknown): void {
  if (values instanceof Float64Array || values instanceof Float32Array) return;
  const found = Object.prototype.toString.call(values).slice("[object ".length, -1);
  throw kernelError(
    code,
    `The column \`${name}\` is neither a Float64Array nor a Float32Array, but of the kind ${found}`,
    "Make one of it with Float64Array.from.",
    { name },
  );
}

/** Width of the numbers of an array. */
export function formatOf(values: Float64Array | Float32Array): ColumnFormat {
  return values instanceof Float64Array ? "float64" : "float32";
}

/** The place of a column that is updated. Throws `KERN-050` for an unknown name, another width or too few elements. */
export function columnToUpdate(
  program: Program,
  name: string,
  values: Float64Array | Float32Array,
  formats: readonly ColumnFormat[],
  count: number,
): number {
  const index = [...program.columns, ...program.states].indexOf(name);
  if (index < 0)
    throw kernelError("KERN-050", `The program reads no column \`${name}\``, "Name a column of the program.", { name });
  if (formatOf(values) !== formats[index] || values.length < count)
    throw kernelError(
      "KERN-050",
      `\`${name}\` was prepared with ${count} numbers of ${formats[index]}, not ${values.length} of ${formatOf(values)}`,
      "Give values of the width and number that were prepared.",
      { name },
    );
  return index;
}
