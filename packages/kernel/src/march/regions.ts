import type { Expression } from "../expression/expression.ts";
import { operations } from "../expression/operations.ts";

/**
 * Where a node has to be computed: always (no parent), or only where a condition holds, or does not, for some lane. Regions of the same
 * condition within one parent are one region.
 */
export interface Region {
  readonly parent: Region | undefined;
  readonly condition: Expression | undefined;
  /** Whether the condition has to hold. */
  readonly holds: boolean;
  readonly depth: number;
}

/** The regions of nodes that were computed for given roots. */
export interface Regions {
  of(node: Expression): Region;
  /** The region of the value that a `select` takes where its condition holds (or does not). */
  ofArm(select: Expression, holds: boolean): Region;
}

const ALWAYS: Region = { parent: undefined, condition: undefined, holds: true, depth: 0 };

/**
 * Finds what only one side of a `select` needs, so that it can be left out where no lane takes that side. Regions without anything that
 * takes long (an elementary function, a division, a root) are merged with the one around them: a branch would cost more.
 * `nodes` are in topological order. Linear.
 */
export function regionsOf(nodes: readonly Expression[], roots: Iterable<Expression>): Regions {
  const children = new Map<Region, Map<string, Region>>();
  const child = (parent: Region, condition: Expression, holds: boolean): Region => {
    const known = children.get(parent) ?? new Map<string, Region>();
    children.set(parent, known);
    const key = `${condition.id} ${holds}`;
    const region = known.get(key) ?? { parent, condition, holds, depth: parent.depth + 1 };
    known.set(key, region);
    return region;
  };
  const found = new Map<Expression, Region>();
  const use = (node: Expression, region: Region) => {
    const known = found.get(node);
    found.set(node, known === undefined ? region : commonRegion(known, region));
  };
  for (const root of roots) use(root, ALWAYS);
  const costly = new Set<Region>();
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index] as Expression;
    const region = found.get(node);
    if (region === undefined) continue;
    if (isCostly(node)) for (let at: Region | undefined = region; at !== undefined; at = at.parent) costly.add(at);
    if (node.operation === operations.select) {
      const [condition, first, second] = node.args as readonly [Expression, Expression, Expression];
      use(condition, region);
      use(first, child(region, condition, true));
      use(second, child(region, condition, false));
    } else for (const arg of node.args) use(arg, region);
  }
  const kept = (region: Region): Region =>
    costly.has(region) || region.parent === undefined ? region : kept(region.parent);
  return {
    of: (node) => kept(found.get(node) ?? ALWAYS),
    ofArm: (select, holds) => kept(child(found.get(select) ?? ALWAYS, select.args[0] as Expression, holds)),
  };
}

function isCostly({ operation }: Expression): boolean {
  return operation.elementary !== undefined || operation === operations.divide || operation === operations.sqrt;
}

function commonRegion(a: Region, b: Region): Region {
  let [left, right] = [a, b];
  while (left !== right) {
    if (left.depth >= right.depth) left = left.parent as Region;
    else right = right.parent as Region;
  }
  return left;
}
