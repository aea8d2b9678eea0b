import { nearestName } from "@simloom/units";
import { Command, CommanderError, Help } from "commander";
import { commands, overview } from "./command/table.ts";
import { printError, UsageError } from "./output/error.ts";
import { version } from "./output/version.ts";

/** Runs the command line and answers the exit code: 0 done, 1 failed run, 2 wrong usage or input, 3 something is missing, 130 interrupted. */
export async function main(argv: readonly string[]): Promise<number> {
  const isJson = argv.includes("--json");
  // Who reads our output may stop reading: `simloom sweep … | head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
  });
  try {
    return await dispatch(argv);
  } catch (thrown) {
    return printError(thrown, isJson);
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const program = new Command("simloom").exitOverride().configureOutput({ writeErr: () => {} });
  program.version(version(), "-V, --version", "print the version").helpOption("-h, --help", "print this help");
  const name = argv.slice(2).find((word) => !word.startsWith("-"));
  const entry = commands.find((one) => one.name === name);
  if (name !== undefined && entry === undefined) throw unknownCommand(name);
  if (entry !== undefined) program.addCommand(adopt((await entry.load()).command()));
  try {
    await program.parseAsync([...argv]);
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return 0;
    throw usage(thrown, program, argv);
  }
}

/** Every command throws instead of exiting, and prints errors in the house's own form. */
function adopt(command: Command): Command {
  command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .configureHelp({ optionDescription });
  for (const sub of command.commands) adopt(sub as Command);
  return command;
}

const help = new Help();

/** That nothing is set when nothing is said needs no words. */
function optionDescription(option: Parameters<Help["optionDescription"]>[0]): string {
  return help.optionDescription(option).replace(/ \(default: (?:\{\}|\[\]|false)\)$/, "");
}

function usage(error: CommanderError, program: Command, argv: readonly string[]): UsageError {
  const message = error.message.replace(/^error: /, "");
  const command = program.commands[0];
  const [, unknown] = /unknown option '(--[^'=]+)/.exec(message) ?? [];
  const options = [command, ...(command?.commands ?? [])].flatMap(
    (one) => one?.options.flatMap((option) => option.long ?? []) ?? [],
  );
  const near = unknown === undefined ? undefined : nearestName(unknown, options);
  const sub = command?.commands.find((one) => argv.includes(one.name()));
  const how = `${["simloom", ...[command, sub].flatMap((one) => one?.name() ?? [])].join(" ")} --help`;
  // A single dash and more than a letter: rather an argument, such as a formula, than an option.
  const isArgument = /unknown option '-[^-'][^']/.test(message);
  const hint = isArgument ? "Put -- before an argument that begins with a minus. " : "";
  return new UsageError(
    message.split("\n")[0] ?? message,
    near === undefined ? `${hint}See ${how}.` : `Did you mean ${near}? See ${how}.`,
  );
}

function unknownCommand(name: string): UsageError {
  const near = nearestName(
    name,
    commands.map((one) => one.name),
  );
  return new UsageError(
    `there is no command ${name}`,
    near === undefined ? overview() : `Did you mean simloom ${near}?`,
  );
}
