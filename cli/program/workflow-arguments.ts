/**
 * Arguments of workflows, signals and queries as options.
 */
import { type Command, Option } from "commander";
import { argumentInFile, argumentOf, withArgument } from "../commands/workflow/input.ts";
import { read } from "./options.ts";

/** Lets a command take arguments as JSON, one for each time that an option is given. */
export function withArguments(declared: Command): Command {
  const gather =
    (parse: (text: string) => string) =>
    (text: string, before: readonly string[] = []): readonly string[] =>
      read((given) => withArgument(before, parse(given)))(text);
  return declared
    .addOption(
      new Option(
        "--input <json>",
        "an argument as JSON; give it several times for several arguments",
      ).argParser(gather(argumentOf)),
    )
    .addOption(
      new Option("--input-file <path>", "an argument as JSON that is in a file, instead of --input")
        .argParser(gather(argumentInFile))
        .conflicts("input"),
    );
}
