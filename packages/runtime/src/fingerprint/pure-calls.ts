/**
 * Marks calls that only make a value, so that a stage which is not asked for falls out of the bundle together with its
 * schema and ports, and an edit of it does not touch its neighbours.
 *
 * Works on what esbuild prints: one statement per line, imports spelt in one way. A mark matters only where a top-level
 * value is not used; calls that stand as statements of their own are left alone.
 */

/** Globals that make a value from their arguments and do nothing else. */
const GLOBALS =
  "Object\\.(?:freeze|fromEntries|entries|keys|values|create)|Array\\.(?:from|of)|Math\\.\\w+|Symbol\\.for|Number|String|BigInt|Symbol" +
  "|(?:Map|Set|WeakMap|WeakSet|RegExp|(?:Big)?(?:Int|Uint|Float)\\d+(?:Clamped)?Array(?:\\.(?:from|of))?)";

/** What zod keeps for itself between calls. */
const ZOD_STATE = "(?!(?:config|setErrorMap|globalRegistry|registry)\\b)";

const IMPORT = /^import\s+(?:([\w$]+)\s*,?\s*)?(?:\{([^}]*)\}|\*\s*as\s+([\w$]+))?\s*from\s*"([^"]+)"/gm;

/** Puts the mark before every pure call of a module that esbuild has printed. */
export function markPureCalls(code: string): string {
  const callables: string[] = [];
  const namespaces: string[] = [];
  for (const [, whole, named, namespace, source = ""] of code.matchAll(IMPORT)) {
    const isZod = /^(?:zod(?:\/|$)|@simloom\/units\/zod$)/.test(source);
    if (!isZod && !/^(?:@simloom\/|simloom(?:\/|$))/.test(source)) continue;
    for (const name of [whole, namespace]) if (name !== undefined) namespaces.push(name);
    for (const clause of named?.split(",") ?? []) {
      const local = clause
        .trim()
        .split(/\s+as\s+/)
        .at(-1);
      if (local === undefined || local === "") continue;
      if (isZod && local === "z") namespaces.push(local);
      else callables.push(local);
    }
  }
  const heads = [
    `(?:${GLOBALS})\\(`,
    ...callables.map((name) => `${quoted(name)}\\(`),
    ...namespaces.map((name) => `${quoted(name)}\\.${ZOD_STATE}[\\w$]`),
  ];
  // Not at the start of a line: there a statement of the module begins.
  return code.replace(
    new RegExp(`(?<!^)(?<![\\w$.]|\\bfunction |\\bnew )(?=(?:new )?(?:${heads.join("|")}))`, "gm"),
    MARK,
  );
}

/** The code without any mark, for the second pass: inside functions a marked call must stay. */
export function dropMarks(code: string): string {
  return code.replace(/\/\* @__(?:PURE|NO_SIDE_EFFECTS)__ \*\/\s?/g, "");
}

const MARK = "/* @__PURE__ */ ";

function quoted(name: string): string {
  return name.replaceAll("$", "\\$");
}
