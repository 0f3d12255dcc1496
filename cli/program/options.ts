/**
 * What the declarations of commands have in common.
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { idOf, limitOf } from "../input.ts";

/** Options that every command on a stack has. */
export interface OnStack {
  readonly stack: string;
}

/** Options of a command on one cluster of a stack. */
export interface OnCluster extends OnStack {
  /** The cluster; the stack's first when left out, unless the command says otherwise. */
  readonly cluster?: string;
}

/** Options of a command on one namespace of a cluster. */
export interface OnNamespace extends OnCluster {
  /** The Temporal namespace; the cluster's first when left out. */
  readonly namespace?: string;
}

/** Declares a command on a stack. */
export function stackCommand(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .addOption(new Option("-s, --stack <name>", "the stack").env("PULUMI_STACK").default("dev"));
}

/** Lets a command look at one cluster of the stack. */
export function ofCluster(declared: Command): Command {
  return declared.option("-c, --cluster <name>", "one cluster of the stack; all by default");
}

/** Lets a command use one cluster of the stack. */
export function ofOneCluster(declared: Command): Command {
  return declared.option(
    "-c, --cluster <name>",
    "the cluster; the stack's first by default",
    read(idOf),
  );
}

/** Lets a command use one namespace of a cluster of the stack. */
export function ofNamespace(declared: Command): Command {
  return ofOneCluster(declared).option(
    "-n, --namespace <name>",
    "the Temporal namespace; the cluster's first by default",
    read(idOf),
  );
}

/** Makes the declaration of a command. */
export type Declare = (name: string, description: string) => Command;

/** Declares commands below another one, each of which may name a stack, a cluster and a namespace. */
export function commandsOfNamespace(parent: Command): Declare {
  return (name, description) => ofNamespace(stackCommand(parent, name, description));
}

/** Options of a command that shows what a namespace has. */
export interface Formatted {
  readonly format: "text" | "json";
}

/** Lets a command show the first of a list only; 100 by default. */
export function limitOption(): Option {
  return new Option("--limit <count>", "how many are shown").argParser(read(limitOf)).default(100);
}

/** Lets a command pass what it does not know on to Pulumi. */
export function passingOn(declared: Command): Command {
  return declared
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", "\nAll other options go to pulumi.");
}

const examplesOf = new WeakMap<Command, readonly string[]>();

/** The examples of a command: what follows `resource-temporal`. */
export function examples(command: Command): readonly string[] {
  return examplesOf.get(command) ?? [];
}

/** Lets the help of a command end with examples: what follows `resource-temporal`. */
export function withExamples(declared: Command, ...examples: readonly string[]): Command {
  examplesOf.set(declared, examples);
  const lines = examples.map((example) => `  resource-temporal ${example}`);
  return declared.addHelpText("after", ["\nExamples:", ...lines].join("\n"));
}

/** A format among those that a command has; the first is the default. */
export function formatOption(formats: readonly [string, ...string[]]): Option {
  return new Option("-f, --format <format>", "how it is shown")
    .choices(formats)
    .default(formats[0]);
}

/** The process ends with the exit code that an action gives. Actions import their command, so that `--help` loads none. */
export function ending<A extends unknown[]>(
  action: (...args: A) => Promise<number>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    process.exitCode = await action(...args);
  };
}

/** Reads an option's text by a function that throws an error with one line for people. */
export function read<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}
