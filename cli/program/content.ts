/**
 * Declares `resource-temporal content`.
 */
import { type Command, Option } from "commander";
import type { AddOptions, Named } from "../commands/content.ts";
import { type Filter, filterOf } from "../content/filter.ts";
import { contentNameOf, contentTypes } from "../content/input.ts";
import { jsonOf } from "../input.ts";
import type { Format } from "../output.ts";
import {
  ending,
  formatOption,
  ofOneCluster,
  type OnCluster,
  type OnStack,
  read,
  stackCommand,
  withExamples,
} from "./options.ts";

/** Adds the command to the program. */
export function declareContent(program: Command): void {
  const content = program
    .command("content")
    .description("definitions of workflows, namespaces and schedules, kept as files")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 exists already, not found, or not executable. docs/content.md has the keys of definitions.",
    );
  const command = (name: string, description: string): Command =>
    stackCommand(content, name, description);
  const commandOnOne = (name: string, description: string): Command =>
    command(name, description).requiredOption("--name <name>", "the content", read(contentNameOf));
  const commands = (): Promise<typeof import("../commands/content.ts")> =>
    import("../commands/content.ts");

  withExamples(
    command("add", "keep a definition: 0 added, 2 the name is taken")
      .requiredOption("--file <path>", "the definition, as YAML or JSON")
      .addOption(new Option("--type <type>", "as the file says by default").choices(contentTypes))
      .option(
        "--name <name>",
        "the file's name without its ending by default",
        read(contentNameOf),
      ),
    "content add --file order.yaml",
    "content add --file nightly.json --type schedule --name nightly-report",
  ).action(
    ending(async ({ stack, ...options }: OnStack & AddOptions) =>
      (await commands()).addContent(stack, options),
    ),
  );
  withExamples(
    command("list", "list what is kept")
      .addOption(formatOption(["text", "json", "yaml"]))
      .option(
        "--filter <query>",
        "conditions on type and name joined by AND; * stands for any characters of a name",
        read(filterOf),
      ),
    "content list",
    'content list --filter "type=workflow AND name=order*" --format json',
  ).action(
    ending(
      async ({
        stack,
        ...options
      }: OnStack & { readonly format: Format; readonly filter?: Filter }) =>
        (await commands()).listContent(stack, options),
    ),
  );
  withExamples(
    commandOnOne("get", "print a definition: 0 printed, 2 not found").option(
      "--output <path>",
      "write it to a new file",
    ),
    "content get --name order",
    "content get --name order --output order.yaml",
  ).action(
    ending(async ({ stack, ...options }: OnStack & Named & { readonly output?: string }) =>
      (await commands()).getContent(stack, options),
    ),
  );
  withExamples(
    commandOnOne(
      "remove",
      "remove a definition, and nothing that was made of it in Temporal: 0 removed, 2 not found",
    ).option("--force", "do not ask"),
    "content remove --name order",
    "content remove --name order --force",
  ).action(
    ending(async ({ stack, ...options }: OnStack & Named & { readonly force?: boolean }) =>
      (await commands()).removeContent(stack, options),
    ),
  );
  withExamples(
    ofOneCluster(
      commandOnOne(
        "execute",
        "start the workflow, register the namespace, create the schedule: 0 done, 2 not found or not executable",
      ),
    ).option(
      "--options <json>",
      "of a workflow: input, workflowId, namespace, wait; of a template: its parameters, wait; of a schedule: namespace",
      read(jsonOf),
    ),
    "content execute --name nightly-report",
    `content execute --name order --options '{"input": [{"orderId": 7}], "wait": true}'`,
  ).action(
    ending(
      async ({ name, options, ...choice }: OnCluster & Named & { readonly options?: unknown }) =>
        (await import("../commands/content-execute.ts")).executeContent(choice, { name, options }),
    ),
  );
}
