/**
 * docs/commands.md: what each command takes, from the declarations themselves.
 */
import type { Command } from "commander";
import { examples } from "./program/options.ts";

const introduction = `# Commands

Written by \`npm run docs\` from the commands themselves. \`resource-temporal\` is in \`cli/bin\`; \`npm link\` or \`npm install --global .\` puts it on PATH. The scripts
\`npm run up\`, \`down\`, \`hello\` and so on are the same commands.

Every command exits with 0 when it has done its work and with 1 when it has not; what other codes mean stands with the command. Input is checked before
anything is sent.
`;

/** The reference in Markdown. */
export function commandReference(program: Command): string {
  return [introduction, ...sectionsOf(program, [])].join("\n");
}

function sectionsOf(command: Command, path: readonly string[]): string[] {
  const help = command.createHelp();
  return help
    .visibleCommands(command)
    .filter((child) => child.name() !== "help")
    .flatMap((child) => {
      const words = [...path, child.name()];
      const title = `${"#".repeat(Math.min(words.length + 1, 3))} ${words.join(" ")}\n`;
      const nested = sectionsOf(child, words);
      return nested.length > 0
        ? [title, `${sentence(child.description())}\n`, ...nested]
        : [title, `${sentence(child.description())}\n`, usageOf(child, words), ...tableOf(child)];
    });
}

function usageOf(command: Command, words: readonly string[]): string {
  const lines = examples(command).map((example) => `resource-temporal ${example}\n`);
  const usage = `resource-temporal ${[...words, command.usage()].join(" ")}\n`;
  return [
    "```sh\n",
    usage,
    ...(lines.length === 0 ? [] : ["\n# for example\n", ...lines]),
    "```\n",
  ].join("");
}

function tableOf(command: Command): string[] {
  const help = command.createHelp();
  const rows = [
    ...help
      .visibleArguments(command)
      .map((argument) => [
        `\`${help.argumentTerm(argument)}\``,
        help.argumentDescription(argument),
      ]),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== "--help")
      .map((option) => [`\`${option.flags}\``, help.optionDescription(option)]),
  ];
  if (rows.length === 0) return [];
  const cell = (text = ""): string => text.replaceAll("|", "\\|");
  return [
    "| option | what |\n| --- | --- |",
    ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`),
    "",
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
