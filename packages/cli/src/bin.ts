#!/usr/bin/env node
/** The command. The overview and the version are answered without loading anything else. */
import { overview } from "./command/table.ts";
import { keepCompiledCode } from "./compiled-code.ts";

const [first, ...rest] = process.argv.slice(2);
if (first === undefined || ((first === "--help" || first === "-h" || first === "help") && rest.length === 0)) {
  process.stdout.write(overview());
  process.exitCode = first === undefined ? 2 : 0;
} else {
  keepCompiledCode();
  const { main } = await import("./main.ts");
  process.exitCode = await main(process.argv);
}
