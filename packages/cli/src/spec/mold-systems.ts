/** Catalogues of material systems on the command line: a YAML or JSON file of several documents, or a folder of such files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { builtInSystems, type Catalogue, mergeCatalogues, parseCatalogue } from "@simloom/mold";
import { UsageError } from "../output/error.ts";

const EXTENSIONS: readonly string[] = [".yaml", ".yml", ".json"];

/** Largest catalogue file that is read, in bytes. */
const LARGEST_FILE = 16 * 2 ** 20;

/**
 * The systems of a file, of a folder (its files by name; where two hold one id, the first wins), or those that come with the
 * package. Errors: CLI-001 for what cannot be read, `MOLD-…` with all problems.
 */
export async function loadSystems(path: string | undefined): Promise<Catalogue> {
  if (path === undefined) return builtInSystems();
  if (!existsSync(path)) throw new UsageError(`there is no catalogue ${path}`, "Check the path.", path);
  const found = statSync(path);
  if (found.isFile()) return readCatalogue(path);
  if (!found.isDirectory()) throw new UsageError(`${path} is neither a file nor a folder`, "Name one of them.", path);
  const files = readdirSync(path)
    .filter((name) => EXTENSIONS.includes(extname(name).toLowerCase()))
    .sort();
  if (files.length === 0)
    throw new UsageError(`there is no catalogue in ${path}`, "Put .yaml or .json files of systems there.", path);
  return mergeCatalogues(await Promise.all(files.map((name) => readCatalogue(join(path, name)))));
}

async function readCatalogue(file: string): Promise<Catalogue> {
  const bytes = statSync(file).size;
  if (bytes > LARGEST_FILE)
    throw new UsageError(`${file} has ${bytes} bytes`, `A catalogue has at most ${LARGEST_FILE}.`, file);
  return parseCatalogue(await documentsOf(readFileSync(file, "utf8"), file), file);
}

/** JSON is YAML, so one reader does for both. */
async function documentsOf(text: string, file: string): Promise<readonly unknown[]> {
  const { parseAllDocuments } = await import("yaml");
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.map((document, index) => {
    const [first] = document.errors;
    if (first !== undefined)
      throw new UsageError(
        `${file} is not YAML in document ${index + 1}: ${first.message.split("\n")[0] ?? ""}`,
        "Check the file at that place.",
        file,
      );
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  });
}
