import { type Point, setPath, type Value } from "@simloom/pipeline";

/**
 * A document with the values of `--set` put in. Fields that the document leaves to their defaults are added: whether a
 * name is one of the specification's is for the parser to say, which knows the nearest one.
 */
export function withChanges(document: Value, changes: Point): Value {
  return Object.entries(changes).reduce(
    (changed, [path, value]) => placed(changed, path.split("."), value, path),
    document,
  );
}

function placed(tree: Value, keys: readonly string[], value: Value, path: string): Value {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(tree)) {
    const at = Number(key);
    if (tree[at] === undefined) return setPath(tree, keys, value, path);
    return tree.map((item: Value, index) => (index === at ? placed(item, rest, value, path) : item));
  }
  if (typeof tree !== "object" || tree === null) return setPath(tree, keys, value, path);
  const record = tree as Readonly<Record<string, Value>>;
  return { ...record, [key]: placed(record[key] ?? {}, rest, value, path) };
}
