import { nearestName } from "@simloom/units";
import { kernelError } from "../errors.ts";
import type { Expression } from "../expression/expression.ts";
import { tagsOf } from "../expression/marks.ts";
import { topologicalOrder } from "../expression/order.ts";

/** How patterns are matched. */
export interface MatchOptions {
  /** Whether a pattern that matches no tag is an error (default) or does nothing. */
  readonly isStrict?: boolean;
}

/**
 * Which tagged parts of a model count. Expressions with the same tags are switched together: a pattern switches all those
 * of which one tag matches. `*` stands for any characters, `?` for one. A value; the verbs give new ones.
 */
export interface Activation {
  /** All tags of the model, sorted. */
  readonly tags: readonly string[];
  /** Text that tells masks apart; "" when all is active. */
  readonly key: string;
  /** Whether expressions with these tags, sorted, count. */
  isActive(tags: readonly string[]): boolean;
  /** Switches on what matches. Throws `KERN-077` for a pattern without a match, where strict; so do the others. */
  activate(patterns: string | readonly string[], options?: MatchOptions): Activation;
  /** Switches off what matches: it counts as 0. */
  deactivate(patterns: string | readonly string[], options?: MatchOptions): Activation;
  /** Switches on what matches and off all other tagged parts; what has no tag always counts. */
  isolate(patterns: string | readonly string[], options?: MatchOptions): Activation;
  /** Switches everything on. */
  activateAll(): Activation;
}

/** The activation of expressions with everything active. Linear. */
export function activationOf(roots: readonly Expression[]): Activation {
  const groups = new Map<string, readonly string[]>();
  for (const node of topologicalOrder(roots)) {
    const tags = tagsOf(node);
    if (tags.length > 0) groups.set(groupKey(tags), tags);
  }
  return withInactive(new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1))), new Set());
}

function withInactive(groups: ReadonlyMap<string, readonly string[]>, inactive: ReadonlySet<string>): Activation {
  const tags = [...new Set([...groups.values()].flat())].sort();
  const matching = (patterns: string | readonly string[], { isStrict = true }: MatchOptions = {}): Set<string> => {
    const list = typeof patterns === "string" ? [patterns] : patterns;
    const matched = list.map((pattern) => {
      const isMatch = matcher(pattern);
      const found = [...groups].filter(([, own]) => own.some(isMatch)).map(([key]) => key);
      if (found.length === 0 && isStrict) throw unknownTag(pattern, tags);
      return found;
    });
    return new Set(matched.flat());
  };
  const others = (keys: ReadonlySet<string>) => new Set([...groups.keys()].filter((key) => !keys.has(key)));
  return {
    tags,
    key: [...groups.keys()].filter((key) => inactive.has(key)).join("\n"),
    isActive: (own) => !inactive.has(groupKey(own)),
    activate: (patterns, options) => {
      const on = matching(patterns, options);
      return withInactive(groups, new Set([...inactive].filter((key) => !on.has(key))));
    },
    deactivate: (patterns, options) => withInactive(groups, new Set([...inactive, ...matching(patterns, options)])),
    isolate: (patterns, options) => withInactive(groups, others(matching(patterns, options))),
    activateAll: () => withInactive(groups, new Set()),
  };
}

function groupKey(tags: readonly string[]): string {
  return JSON.stringify(tags);
}

/** A pattern as a test of a whole tag. */
function matcher(pattern: string): (tag: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  const expression = new RegExp(`^${source}$`);
  return (tag) => expression.test(tag);
}

function unknownTag(pattern: string, tags: readonly string[]): Error {
  const nearest = nearestName(pattern, tags);
  const known = tags.length === 0 ? "The model has no tags." : `Its tags are ${tags.join(", ")}.`;
  return kernelError(
    "KERN-077",
    `No tag of the model matches \`${pattern}\``,
    nearest === undefined ? known : `Did you mean ${nearest}? ${known}`,
    { pattern, tags },
  );
}
