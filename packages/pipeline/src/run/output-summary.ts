/** What manifests say of an output: what it is, without its content. */
import { decodeOutline } from "../value/decode.ts";
import type { Digest } from "../value/digest.ts";
import { tag } from "../value/encode.ts";
import { byteLengthOf, type Dtype, NdArray } from "../value/ndarray.ts";
import { Table } from "../value/table.ts";
import type { Value } from "../value/value.ts";

/** An output, or a member of one. */
export interface OutputSummary {
  readonly digest?: Digest;
  /** `array`, `table`, `bytes`, `list`, `record`, `number`, …; what the port takes where the value is gone. */
  readonly kind: string;
  readonly dtype?: string;
  /** Of arrays; rows and columns of tables; length of lists. */
  readonly shape?: readonly number[];
  readonly unit?: string;
  readonly bytes?: number;
  /** The arrays and tables in a record, by name, and records that hold any. */
  readonly members?: Readonly<Record<string, OutputSummary>>;
}

/** Describes a value without its content. Cost: one pass over its records. */
export function summarise(value: Value, digest: Digest | undefined): OutputSummary {
  return known(digest, describe(value, false));
}

/**
 * The same from a canonical encoding, so that a warm run says what the cold one did; content that stands outside is not
 * read. Errors: PIPE-002.
 */
export function summariseEncoded(encoding: Uint8Array, digest: Digest): OutputSummary {
  return known(digest, encoding[0] === tag.bytesByDigest ? { kind: "bytes" } : describe(decodeOutline(encoding), true));
}

function known(digest: Digest | undefined, summary: OutputSummary): OutputSummary {
  return digest === undefined ? summary : { digest, ...summary };
}

/** Describes a value, or what {@link decodeOutline} leaves of it: records in place of large arrays, and of tables with any. */
function describe(value: Value, isOutline: boolean): OutputSummary {
  if (value instanceof NdArray) return arraySummary(value.dtype, value);
  if (value instanceof Table) return tableSummary(value.columns);
  if (value instanceof Uint8Array) return { kind: "bytes", bytes: value.byteLength };
  if (Array.isArray(value)) return { kind: "list", shape: [value.length] };
  if (typeof value !== "object" || value === null) return { kind: value === null ? "null" : typeof value };
  if (isOutline && isArrayOutline(value)) return arraySummary(value.array, value);
  // The only records without a prototype in an outline are the columns of such tables.
  if (isOutline && Object.getPrototypeOf(value) === null) return tableSummary(value as unknown as Columns);
  const members = membersOf(value as Readonly<Record<string, Value>>, isOutline);
  return { kind: "record", ...(members === undefined ? {} : { members }) };
}

interface ArrayOutline {
  readonly array: Dtype;
  readonly shape: readonly number[];
  readonly unit: string;
  readonly sha256: Digest;
}

type Columns = Readonly<Record<string, Pick<NdArray, "shape">>>;

function isArrayOutline(value: object): value is ArrayOutline {
  return Object.keys(value).join() === "array,shape,unit,sha256";
}

function arraySummary(dtype: Dtype, { shape, unit }: Pick<NdArray, "shape" | "unit">): OutputSummary {
  return { kind: "array", dtype, shape, unit, bytes: byteLengthOf(dtype, shape) };
}

function tableSummary(columns: Columns): OutputSummary {
  const all = Object.values(columns);
  return { kind: "table", shape: [all[0]?.shape[0] ?? 0, all.length] };
}

function membersOf(
  record: Readonly<Record<string, Value>>,
  isOutline: boolean,
): Readonly<Record<string, OutputSummary>> | undefined {
  let members: Record<string, OutputSummary> | undefined;
  for (const name in record) {
    const value = record[name] as Value;
    if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) continue;
    const member = describe(value, isOutline);
    if (member.kind === "record" && member.members === undefined) continue;
    members ??= {};
    members[name] = member;
  }
  return members;
}
