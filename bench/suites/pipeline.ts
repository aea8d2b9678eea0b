/** The engine: what nodes, plans, the cache, large arrays, workers and a crash cost, beside tools that do the same. */
import { arrayRows } from "../pipeline/arrays.ts";
import { crashRows } from "../pipeline/crash.ts";
import { nodeRows } from "../pipeline/nodes.ts";
import { storeRows } from "../pipeline/store.ts";
import { workerRows } from "../pipeline/workers.ts";
import type { Row, SuiteOptions } from "../row.ts";

/** Runs the suite. Takes about five minutes with peers, one when quick. */
export async function rows(options: SuiteOptions): Promise<Row[]> {
  const sections = { nodes: nodeRows, store: storeRows, arrays: arrayRows, workers: workerRows, crash: crashRows };
  const table: Row[] = [];
  for (const [name, measure] of Object.entries(sections)) {
    process.stderr.write(`  ${name}\n`);
    table.push(...(await measure(options)));
  }
  return table;
}
