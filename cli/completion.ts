/**
 * Scripts by which shells complete what is typed after `resource-temporal`.
 */
import type { Command, Option } from "commander";

/** The shells for which there is a script. */
export const shells = ["bash", "zsh", "fish"] as const;

/** One of {@link shells}. */
export type Shell = (typeof shells)[number];

/** What may come after some words. */
interface Completion {
  /** The commands so far, such as `manage install`; empty at the beginning. */
  readonly path: string;
  /** Sub-commands, options, and values of a first argument. */
  readonly words: readonly string[];
}

/** The script for a shell. It lists what the program has declared, and runs nothing while somebody types. */
export function completionScript(program: Command, shell: Shell): string {
  const table = completionsOf(program, []);
  const values = new Map(optionsIn(program).flatMap(valuesOf));
  switch (shell) {
    case "bash":
      return bash(table, values);
    case "zsh":
      return zsh(table, values);
    case "fish":
      return fish(table, values);
  }
}

function completionsOf(command: Command, path: readonly string[]): readonly Completion[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command);
  const words = [
    ...children.map((child) => child.name()),
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ...help.visibleOptions(command).flatMap(({ long }) => long ?? []),
  ];
  return [
    { path: path.join(" "), words },
    ...children
      .filter((child) => child.name() !== "help")
      .flatMap((child) => completionsOf(child, [...path, child.name()])),
  ];
}

function optionsIn(command: Command): readonly Option[] {
  return [...command.options, ...command.commands.flatMap(optionsIn)];
}

/** The values that an option takes, by each of its names; none where any text or file will do, which the shell then completes. */
function valuesOf({ long, short, argChoices = [], required }: Option): [string, string][] {
  if (!required) return [];
  return [long, short].flatMap((name) => (name == null ? [] : [[name, argChoices.join(" ")]]));
}

type Values = ReadonlyMap<string, string>;

/** Branches of a shell's `case`, each of which sets a variable. */
function branches(
  list: Iterable<readonly [pattern: string, words: string]>,
  variable: string,
): string {
  return [...list].map(([name, words]) => `    "${name}") ${variable}="${words}" ;;`).join("\n");
}

function entries(table: readonly Completion[]): [path: string, words: string][] {
  return table.map(({ path, words }) => [path, words.join(" ")]);
}

/** A pattern that all commands match. */
function anyPath(table: readonly Completion[], separator: string): string {
  return table.flatMap(({ path }) => (path === "" ? [] : [`"${path}"`])).join(separator);
}

// Options and their values, which come between commands, make no path that is known, so that they do not count.

function bash(table: readonly Completion[], values: Values): string {
  return `# bash completion for resource-temporal
_resource_temporal() {
  local word next path="" candidates="" previous=\${COMP_WORDS[COMP_CWORD-1]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case $next in ${anyPath(table, "|")}) path=$next ;; esac
  done
  case $path in
${branches(entries(table), "candidates")}
  esac
  case $previous in
${branches(values, "candidates")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _resource_temporal resource-temporal`;
}

// zsh keeps what was typed in `words`, and the search path in `path`, so that neither is a name of ours.
function zsh(table: readonly Completion[], values: Values): string {
  return `#compdef resource-temporal
_resource_temporal() {
  local word next command candidates previous=\${words[CURRENT-1]}
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${command:+$command }$word"
    case $next in ${anyPath(table, "|")}) command=$next ;; esac
  done
  case $command in
${branches(entries(table), "candidates")}
  esac
  case $previous in
${branches(values, "candidates")}
  esac
  compadd -- \${(z)candidates} || _files
}
compdef _resource_temporal resource-temporal`;
}

function fish(table: readonly Completion[], values: Values): string {
  const block = (list: readonly (readonly [name: string, words: string])[]): string =>
    list
      .map(([name, words]) => `    case "${name}"\n      set found ${words}`.trimEnd())
      .join("\n");
  return `# fish completion for resource-temporal
function __resource_temporal
  set -l path
  set -l found
  set -l typed (commandline -opc)
  for word in $typed[2..-1]
    set -l next (string join -- ' ' $path $word)
    switch $next
      case ${anyPath(table, " ")}
        set path $path $word
    end
  end
  switch (string join -- ' ' $path)
${block(entries(table))}
  end
  switch $typed[-1]
${block([...values])}
  end
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c resource-temporal -f -a '(__resource_temporal)'`;
}
