/** Runs one suite in this process and sends its rows to the parent. */
import type { Suite, SuiteOptions } from "./row.ts";

const [name, options] = process.argv.slice(2) as [string, string];
const { rows } = (await import(new URL(`./suites/${name}.js`, import.meta.url).href)) as { rows: Suite };
const measured = await rows(JSON.parse(options) as SuiteOptions);
process.send?.(measured, () => process.exit(0));
