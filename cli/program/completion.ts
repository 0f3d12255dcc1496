/**
 * Declares `resource-temporal completion`.
 */
import { Argument, type Command } from "commander";
import { completionScript, shells, type Shell } from "../completion.ts";
import { withExamples } from "./options.ts";

/** Adds the command to the program; what it prints knows the commands that were declared before. */
export function declareCompletion(program: Command): void {
  withExamples(
    program
      .command("completion")
      .description("print what makes a shell complete commands and options")
      .addArgument(new Argument("<shell>", "the shell").choices(shells)),
    "completion bash > /etc/bash_completion.d/resource-temporal",
    "completion zsh > ~/.zfunc/_resource-temporal",
    "completion fish > ~/.config/fish/completions/resource-temporal.fish",
  ).action((shell: Shell) => {
    console.log(completionScript(program, shell));
  });
}
