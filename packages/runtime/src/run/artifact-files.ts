import type { ManifestArtifact, NodeArtifact, Value } from "@simloom/pipeline";
import { NdArray, summarise, Table } from "@simloom/pipeline";
import { isArrayRecord, npy, npz } from "./npz.ts";
import type { RunFolder } from "./run-folder.ts";

/** Writes the artifacts of a run below `artifacts/`, one folder per node, and lists them for the manifest. */
export async function writeArtifacts(
  folder: RunFolder,
  artifacts: readonly NodeArtifact[],
): Promise<readonly ManifestArtifact[]> {
  const listed: ManifestArtifact[] = [];
  const used = new Set<string>();
  for (const artifact of artifacts) {
    const { content } = await artifact.load();
    const { suffix, mediaType, body } = fileOf(content);
    const file = freshName(`artifacts/${safe(artifact.nodeId)}/${safe(artifact.name)}`, suffix, used);
    folder.write(file, body);
    const bytes = Buffer.byteLength(body);
    listed.push({
      nodeId: artifact.nodeId,
      name: artifact.name,
      kind: content.kind,
      title: content.title,
      mediaType,
      file,
      bytes,
      ...(content.kind === "data" ? layoutOf(content.data) : {}),
    });
  }
  return listed;
}

/** What the data of an artifact is made of. */
function layoutOf(data: Value): Pick<ManifestArtifact, "dtype" | "shape" | "unit" | "members"> {
  const { kind: _kind, bytes: _bytes, ...layout } = summarise(data, undefined);
  return layout;
}

type Content = Awaited<ReturnType<NodeArtifact["load"]>>["content"];

function fileOf(content: Content): { suffix: string; mediaType: string; body: string | Uint8Array } {
  switch (content.kind) {
    case "plot":
      return {
        suffix: ".vl.json",
        mediaType: "application/vnd.vegalite+json",
        body: JSON.stringify(plain(content.plot)),
      };
    case "data":
      if (content.data instanceof NdArray)
        return { suffix: ".npy", mediaType: "application/x-npy", body: npy(content.data) };
      if (isArrayRecord(content.data))
        return { suffix: ".npz", mediaType: "application/x-npz", body: npz(content.data) };
      return { suffix: ".json", mediaType: "application/json", body: JSON.stringify(plain(content.data)) };
    case "text":
      return {
        suffix: content.mediaType === "text/markdown" ? ".md" : ".txt",
        mediaType: content.mediaType,
        body: content.text,
      };
    case "file":
      return { suffix: suffixes[content.mediaType] ?? ".bin", mediaType: content.mediaType, body: content.bytes };
    default:
      return content satisfies never;
  }
}

const suffixes: Readonly<Record<string, string>> = {
  "image/png": ".png",
  "image/svg+xml": ".svg",
  "application/json": ".json",
  "text/csv": ".csv",
};

/** A value as JSON can say it: arrays as `{dtype, shape, unit, data}`, bigints as text, bytes in base64. */
export function plain(value: Value): unknown {
  if (value instanceof NdArray)
    return {
      dtype: value.dtype,
      shape: value.shape,
      unit: value.unit,
      data: Array.from(value.data as Iterable<number | bigint>, (item) =>
        typeof item === "bigint" ? item.toString() : item,
      ),
    };
  if (value instanceof Table)
    return Object.fromEntries(Object.entries(value.columns).map(([name, column]) => [name, plain(column)]));
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}

/** Names are data, file names only follow them: unusual characters become hyphens, and a clash gets a number. */
function freshName(base: string, suffix: string, used: Set<string>): string {
  for (let count = 1; ; count++) {
    const name = `${base}${count === 1 ? "" : `~${count}`}${suffix}`;
    if (used.has(name.toLowerCase())) continue;
    used.add(name.toLowerCase());
    return name;
  }
}

function safe(name: string): string {
  return name.replace(/[^A-Za-z0-9_@.-]+/g, "-").replace(/^\.+/, "-");
}
