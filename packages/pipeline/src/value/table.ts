import { PipelineError } from "../errors.ts";
import { NdArray } from "./ndarray.ts";

/** Named one-dimensional columns of equal length, in a fixed order. */
export class Table {
  readonly columns: Readonly<Record<string, NdArray>>;
  readonly rowCount: number;

  constructor(columns: Readonly<Record<string, NdArray>>) {
    const rowCount = Object.values(columns)[0]?.shape[0] ?? 0;
    for (const [name, column] of Object.entries(columns)) {
      if (!(column instanceof NdArray) || column.shape.length !== 1 || column.shape[0] !== rowCount) {
        throw new PipelineError({
          code: "PIPE-003",
          message: `column ${name} is not a one-dimensional array of ${rowCount} rows`,
          remedy: "Give every column of a table the same length.",
          path: name,
        });
      }
    }
    this.columns = Object.freeze({ ...columns });
    this.rowCount = rowCount;
    Object.freeze(this);
  }
}
