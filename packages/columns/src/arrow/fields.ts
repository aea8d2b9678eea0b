/** The fields of an Arrow schema: what a batch must hold for each. */
import { columnsError } from "../errors.ts";
import { type FlatTable, WrongStructure } from "./flat-table.ts";

/** A field of a schema, as `Schema.fbs` writes it. */
export interface ArrowField {
  readonly name: string;
  /** Number of the type in the union `Type`. */
  readonly type: number;
  /** What the type says more, for numbers and what has vectors. */
  readonly detail: readonly (number | string)[];
  readonly isNullable: boolean;
  readonly isDictionary: boolean;
  readonly children: readonly ArrowField[];
}

const INT = 2;
const FLOAT = 3;
const TIMESTAMP = 10;
const UNION = 14;
const LAST_TYPE = 26;
/** Buffers by type: those of one that is not here depend on more than its number (unions, views, runs). */
const BUFFERS: ReadonlyMap<number, number> = new Map([
  ...[1].map((type) => [type, 0] as const),
  ...[13, 16].map((type) => [type, 1] as const),
  ...[INT, FLOAT, 6, 7, 8, 9, TIMESTAMP, 11, 12, 15, 17, 18, 21].map((type) => [type, 2] as const),
  ...[4, 5, 19, 20].map((type) => [type, 3] as const),
]);

/** The fields of a table `Schema`. Throws `WrongStructure`; `COLS-021` for numbers in another byte order. */
export function fieldsOf(schema: FlatTable): readonly ArrowField[] {
  if (schema.int16(0) !== 0) {
    throw columnsError(
      "COLS-021",
      "The Arrow data are big-endian",
      "Write them on a little-endian machine, or as Parquet.",
    );
  }
  checkTexts(schema, 2);
  schema.vector(3, 8);
  return schema.tables(1).map(fieldOf);
}

function fieldOf(field: FlatTable): ArrowField {
  checkTexts(field, 6);
  const type = field.byte(2);
  const details = field.table(3);
  if (type === 0 || type > LAST_TYPE || details === undefined) {
    throw new WrongStructure(`a column of the unknown type ${type}`, field.position);
  }
  const dictionary = field.table(4);
  dictionary?.table(1)?.int32(0);
  return {
    name: field.text(0),
    type,
    detail: detailOf(type, details),
    isNullable: field.byte(1) !== 0,
    isDictionary: dictionary !== undefined,
    children: field.tables(5).map(fieldOf),
  };
}

function detailOf(type: number, table: FlatTable): readonly (number | string)[] {
  if (type === INT) return [table.int32(0), table.byte(1)];
  if (type === FLOAT) return [table.int16(0)];
  if (type === TIMESTAMP) return [table.int16(0), table.text(1)];
  if (type === UNION) return [table.int16(0), table.vector(1, 4).count];
  return [];
}

/** Follows the keys and values of a vector of texts beside a schema, a field or a message. */
export function checkTexts(table: FlatTable, field: number): void {
  for (const entry of table.tables(field)) {
    entry.vector(0, 1);
    entry.vector(1, 1);
  }
}

/** How many nodes a field has in a batch: itself and all below it. */
export function nodesOf({ isDictionary, children }: ArrowField): number {
  return isDictionary ? 1 : children.reduce((total, child) => total + nodesOf(child), 1);
}

/** How many buffers a field has in a batch, if its type says so. */
export function buffersOf({ type, isDictionary, children }: ArrowField): number | undefined {
  if (isDictionary) return 2;
  return children.reduce<number | undefined>((total, child) => {
    const own = buffersOf(child);
    return total === undefined || own === undefined ? undefined : total + own;
  }, BUFFERS.get(type));
}

/** Bytes of a value, of plain numbers. */
export function numberWidth({ type, detail, isDictionary }: ArrowField): number | undefined {
  if (isDictionary) return undefined;
  const [size] = detail;
  if (type === INT) return Number(size) / 8;
  return type === FLOAT ? 2 << Number(size) : undefined;
}
