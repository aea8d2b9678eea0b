import { relative } from "node:path";
import { Command } from "commander";
import type { ReportDocument } from "../document/report.ts";
import { printJson, printLines, type RunsFlags, runFolder, withRunsOptions } from "./runs.ts";

/** `simloom report`. */
export function command(): Command {
  return withRunsOptions(new Command("report"))
    .description("Write report.html into a finished run folder, and its plots as SVG and PNG. The page stands alone.")
    .argument("[run]", "run id, its beginning, or run folder (default: the newest)")
    .addHelpText("after", "\nExample: simloom report r-7f3a")
    .action(async (run: string | undefined, flags: RunsFlags) => {
      const folder = runFolder(run, flags);
      const { writeReport } = await import("../report/report.ts");
      const report = await writeReport(folder);
      if (flags.json) printJson({ out: folder, report } satisfies ReportDocument);
      else printLines([`report  ${relative(process.cwd(), report)}`]);
    });
}
