/**
 * The structure of a Parquet file, checked before any page is decoded. The decoder trusts the counts and lengths of page headers:
 * a wrong one would make it allocate without bound or never end.
 */
import { type FileMetaData, parquetSchema, type RowGroup } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { damaged } from "../read/bytes.ts";

const WHAT = "Parquet file";

type PageHeader = ReturnType<typeof parquetHeader>;

/** @throws ColumnsError COLS-020 when rows, columns and row groups of the footer contradict each other. */
export function requireSoundFooter(metadata: FileMetaData, byteLength: number): void {
  const position = byteLength - 8 - metadata.metadata_length;
  const rows = metadata.row_groups.reduce((total, group) => total + Number(group.num_rows), 0);
  if (Number(metadata.num_rows) !== rows || metadata.row_groups.some((group) => Number(group.num_rows) < 0)) {
    throw damaged(WHAT, `its footer says ${metadata.num_rows} rows, its row groups have ${rows}`, position);
  }
  const { count, children, element } = parquetSchema(metadata);
  const isTree = count === metadata.schema.length && element.num_children === children.length;
  if (!isTree || children.some(({ element: { name } }) => typeof name !== "string")) {
    throw damaged(WHAT, "its schema is not well formed", position);
  }
}

/**
 * Checks the page headers of a flat column in every row group. Cost: one header per page.
 *
 * @throws ColumnsError COLS-020 with the byte of the first header that cannot be right.
 */
export function requireSoundPages(file: ArrayBuffer, metadata: FileMetaData, name: string): void {
  for (const group of metadata.row_groups) {
    const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema?.[0] === name)?.meta_data;
    if (chunk === undefined) throw damaged(WHAT, `a row group has no column ${name}`, file.byteLength);
    const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
    const end = start + Number(chunk.total_compressed_size);
    if (!(start >= 4 && end >= start && end <= file.byteLength)) {
      throw damaged(WHAT, `the column ${name} would take the bytes ${start} to ${end} of ${file.byteLength}`, start);
    }
    const longest = Number(chunk.total_uncompressed_size);
    walkPages(new DataView(file, start, end - start), group, name, start, longest);
  }
}

function walkPages(view: DataView, group: RowGroup, name: string, start: number, longest: number): void {
  const rows = Number(group.num_rows);
  const reader = { view, offset: 0 };
  let values = 0;
  while (values < rows) {
    const position = reader.offset;
    const wrong = (what: string): Error => damaged(WHAT, `${what} in a page of the column ${name}`, start + position);
    let header: PageHeader;
    try {
      header = parquetHeader(reader);
    } catch (cause) {
      throw damaged(WHAT, `no page of the column ${name} begins here`, start + position, cause);
    }
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    // fields of a damaged header may be of any type: whole numbers of 64 bits among them
    if (!(Number.isInteger(packed) && packed >= 0 && reader.offset + packed <= view.byteLength))
      throw wrong(`${packed} bytes`);
    if (!(Number.isInteger(unpacked) && unpacked >= 0 && unpacked <= longest))
      throw wrong(`${unpacked} bytes once unpacked`);
    const count = valuesIn(header);
    const isDictionary = header.type === "DICTIONARY_PAGE";
    if (!(Number.isInteger(count) && count >= 0 && count <= (isDictionary ? unpacked : rows - values)))
      throw wrong(`${count} values`);
    if (!areLevelsInside(header)) throw wrong("levels longer than the page");
    if (!isDictionary) values += count;
    reader.offset += packed;
  }
}

/** Values of a page: in a flat column as many as rows. */
function valuesIn({ type, data_page_header, data_page_header_v2, dictionary_page_header }: PageHeader): number {
  if (type === "DICTIONARY_PAGE") return dictionary_page_header?.num_values ?? Number.NaN;
  if (type === "DATA_PAGE") return data_page_header?.num_values ?? Number.NaN;
  if (type !== "DATA_PAGE_V2" || data_page_header_v2 === undefined) return Number.NaN;
  const { num_values, num_rows } = data_page_header_v2;
  return num_values === num_rows ? num_values : Number.NaN;
}

function areLevelsInside({ data_page_header_v2, compressed_page_size }: PageHeader): boolean {
  if (data_page_header_v2 === undefined) return true;
  const { definition_levels_byte_length: definition, repetition_levels_byte_length: repetition } = data_page_header_v2;
  if (!(Number.isInteger(definition) && Number.isInteger(repetition))) return false;
  return definition >= 0 && repetition >= 0 && definition + repetition <= compressed_page_size;
}
