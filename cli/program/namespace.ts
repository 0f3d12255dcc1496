/**
 * Declares `resource-temporal namespace`.
 */
import { type Command, Option } from "commander";
import type { NamespaceSettings } from "../commands/namespace.ts";
import { idOf } from "../input.ts";
import {
  changeableNamespaceOf,
  dataOf,
  newNamespaceOf,
  replacementOf,
  retentionOf,
} from "../namespaces/input.ts";
import {
  ending,
  formatOption,
  limitOption,
  ofOneCluster,
  type OnCluster,
  read,
  stackCommand,
  withExamples,
} from "./options.ts";

type Format = "text" | "json";

/** How long closed workflows are kept unless somebody says otherwise: the same as in a stack's config (config/schema.ts). */
const defaultRetention = "30d";

const fromConfig =
  "\nNamespaces of the stack's config are made by `up`, which sets their retention and description again each time.";

/** Adds the command to the program. */
export function declareNamespace(program: Command): void {
  const namespace = program
    .command("namespace")
    .description("namespaces: make, change, look at")
    .addHelpText("after", fromConfig);
  const command = (name: string, description: string): Command =>
    ofOneCluster(stackCommand(namespace, name, description));
  const commands = (): Promise<typeof import("../commands/namespace.ts")> =>
    import("../commands/namespace.ts");

  withExamples(
    settings(command("register", "make a namespace"))
      .requiredOption("--name <name>", "the new namespace", read(newNamespaceOf))
      .addOption(retentionOption().default(retentionOf(defaultRetention), defaultRetention))
      .option("--description <text>", "for people")
      .option("--owner <email>", "whose it is")
      .addHelpText("after", fromConfig),
    "namespace register --name orders",
    "namespace register --name billing --retention 90d --owner billing@example.com --data team=billing",
  ).action(
    ending(async (options: OnCluster & NamespaceSettings & { readonly retention: number }) =>
      (await commands()).registerNamespace(options, options),
    ),
  );
  withExamples(
    settings(command("update", "change what is named of a namespace, and nothing else"))
      .requiredOption("--name <name>", "the namespace", read(changeableNamespaceOf))
      .addOption(retentionOption())
      .option("--description <text>", "for people", read(replacementOf))
      .option("--owner <email>", "whose it is", read(replacementOf))
      .addHelpText("after", fromConfig),
    "namespace update --name orders --retention 60d",
    'namespace update --name orders --description "Orders of all shops" --data team=orders',
  ).action(
    ending(async (options: OnCluster & NamespaceSettings) =>
      (await commands()).updateNamespace(options, options),
    ),
  );
  withExamples(
    command("describe", "show everything about a namespace")
      .requiredOption("--name <name>", "the namespace", read(idOf))
      .addOption(formatOption(["text", "json"])),
    "namespace describe --name default",
    "namespace describe --name default --format json",
  ).action(
    ending(async (options: OnCluster & { readonly name: string; readonly format: Format }) =>
      (await commands()).describeNamespace(options, options),
    ),
  );
  withExamples(
    command("list", "list namespaces")
      .addOption(limitOption())
      .option("--all", "temporal-system as well, where the server's own workflows run")
      .addOption(formatOption(["text", "json"])),
    "namespace list",
    "namespace list --all --format json",
  ).action(
    ending(
      async (
        options: OnCluster & {
          readonly limit: number;
          readonly all?: boolean;
          readonly format: Format;
        },
      ) => (await commands()).listNamespaces(options, options),
    ),
  );
}

function settings(declared: Command): Command {
  return declared.option(
    "--data <key=value>",
    "anything else to know of it; give it several times for several keys",
    (text: string, before: Readonly<Record<string, string>> | undefined) => ({
      ...before,
      ...read(dataOf)(text),
    }),
  );
}

function retentionOption(): Option {
  return new Option(
    "--retention <time>",
    "how long closed workflows are kept, such as 30d; 1h at least",
  ).argParser(read(retentionOf));
}
