/** `simloom mold`: polyurethane foam moulding. */
import { BACKEND_NAMES } from "@simloom/mold";
import { Command, Option } from "commander";
import { type RunSimFlags, runSim } from "./mold-run-sim.ts";
import { listSystems, type SystemsFlags } from "./mold-systems.ts";
import { withReportingRunOptions } from "./options.ts";

/** `simloom mold`. */
export function command(): Command {
  const mold = new Command("mold").description("Polyurethane foam moulding: the mould twin and its material systems.");
  mold.addCommand(
    onThisThread(withReportingRunOptions(new Command("run-sim")))
      .description("Simulate a shot; with --json prints the result document.")
      .requiredOption("-s, --scenario <file>", "scenario (YAML or JSON)")
      .option("-y, --system <id>", "take this system in place of the scenario's")
      .option("-c, --systems <path>", "catalogue: a file or a folder (default: the seven systems of the package)")
      .option("-q, --quality <file>", "limits of a preset in place of the scenario's")
      .addOption(new Option("--backend <name>", "what integrates the equations").choices([...BACKEND_NAMES]))
      .addOption(
        new Option("--output <form>", "json prints the result document, table the key figures").choices([
          "json",
          "table",
        ]),
      )
      .addOption(
        new Option("--mode <mode>", "operator prints the key figures alone")
          .choices(["expert", "operator"])
          .default("expert"),
      )
      .option("--save-json <file>", "write the result document")
      .option("--export-csv <file>", "write the profiles as CSV")
      .option("--with-ml", "add predictions of learned models", false)
      .addHelpText("after", "\nExample: simloom mold run-sim --scenario examples/mold/use_case_1.yaml --report")
      .action((flags: RunSimFlags) => runSim(flags)),
  );
  mold.addCommand(
    new Command("systems")
      .description("List material systems, and what each lacks for a run.")
      .option("-c, --systems <path>", "catalogue: a file or a folder (default: the seven systems of the package)")
      .option("--json", "one JSON document on standard output", false)
      .addHelpText("after", "\nExample: simloom mold systems --systems examples/mold/systems.yaml")
      .action((flags: SystemsFlags) => listSystems(flags)),
  );
  return mold;
}

/** A shot takes milliseconds, a worker thread longer to start; `--executor threads` is there for those who want it. */
function onThisThread(run: Command): Command {
  run.options.find(({ long }) => long === "--executor")?.default("inline");
  return run.setOptionValueWithSource("executor", "inline", "default");
}
