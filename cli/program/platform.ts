/**
 * Declares the commands on the platform itself: bring up, look at, take down.
 */
import type { Command } from "commander";
import { defined } from "../../platform/defined.ts";
import type { CredentialsOptions } from "../commands/credentials.ts";
import type { LogsOptions } from "../commands/logs.ts";
import type { StatusOptions } from "../commands/status.ts";
import { countOf, idOf, secondsIn } from "../input.ts";
import {
  ending,
  formatOption,
  ofCluster,
  type OnCluster,
  type OnStack,
  passingOn,
  read,
  stackCommand,
  withExamples,
} from "./options.ts";

/** Adds the commands to the program. */
export function declarePlatform(program: Command): void {
  const command = (name: string, description: string): Command =>
    stackCommand(program, name, description);

  passingOn(command("up", "bring the platform up, or up to date")).action(
    ending(async ({ stack }: OnStack, { args }: Command) =>
      (await import("../commands/up.ts")).up(stack, args),
    ),
  );
  passingOn(command("preview", "say what up would do")).action(
    ending(async ({ stack }: OnStack, { args }: Command) =>
      (await import("../commands/preview.ts")).preview(stack, args),
    ),
  );
  passingOn(command("down", "stop everything; data and secrets stay")).action(
    ending(async ({ stack }: OnStack, { args }: Command) =>
      (await import("../commands/down.ts")).down(stack, args),
    ),
  );
  passingOn(command("destroy", "remove everything, data too"))
    .option("-y, --yes", "do not ask")
    .option("--remove", "remove the stack and its history as well")
    .action(
      ending(async (options: OnStack & { yes?: true; remove?: true }, { args }: Command) =>
        (await import("../commands/destroy.ts")).destroy(options.stack, options, args),
      ),
    );
  command("bootstrap", "get everything that up needs").action(
    ending(async ({ stack }: OnStack) => {
      await (await import("../bootstrap.ts")).bootstrap(stack);
      return 0;
    }),
  );
  command("doctor", "say what is there, what is missing and how to get it").action(
    ending(async ({ stack }: OnStack) => (await import("../commands/doctor.ts")).doctor(stack)),
  );
  command("hello", "run a first workflow")
    .option("-c, --cluster <name>", "the cluster; the stack's first by default")
    .action(
      ending(async (choice: OnCluster) => (await import("../commands/hello.ts")).hello(choice)),
    );
  declareObservation(command);
}

function declareObservation(command: (name: string, description: string) => Command): void {
  withExamples(
    ofCluster(command("status", "say how everything is: 0 healthy, 1 unhealthy, 2 not running"))
      .addOption(formatOption(["text", "json", "yaml"]))
      .option("-v, --verbose", "image, restarts and start of each part as well"),
    "status",
    "status --stack prod --format json",
  ).action(
    ending(async ({ stack, ...options }: OnStack & StatusOptions) =>
      (await import("../commands/status.ts")).status(stack, options),
    ),
  );
  withExamples(
    ofCluster(command("logs", "show what the containers write: 0 shown, 2 nothing there"))
      .option("-r, --role <name>", "one workload, such as history; all by default")
      .option("-n, --tail <lines>", "the last lines of each container", read(countOf), 50)
      .option("--follow", "wait for new lines, until Ctrl-C")
      .option("--since <time>", "no older lines, such as 5m", read(secondsIn))
      .option("--workflow-id <id>", "only lines that mention this workflow", read(idOf)),
    "logs --role history --since 5m",
    "logs --role gateway --follow",
    "logs --role history --since 5m --workflow-id order-17",
  ).action(
    ending(async ({ stack, since, ...options }: OnStack & LogsOptions & { since?: number }) =>
      (await import("../commands/logs.ts")).logs(stack, {
        ...options,
        ...defined({ sinceSeconds: since }),
      }),
    ),
  );
  withExamples(
    ofCluster(command("credentials", "print addresses, users and passwords, masked"))
      .addOption(formatOption(["text", "json", "env"]))
      .option("--show-secrets", "passwords in clear"),
    "credentials",
    "credentials --format env --show-secrets > temporal.env",
  ).action(
    ending(async ({ stack, ...options }: OnStack & CredentialsOptions) =>
      (await import("../commands/credentials.ts")).credentials(stack, options),
    ),
  );
  command("password", "print user and password of the web UI, in clear").action(
    ending(async ({ stack }: OnStack) =>
      (await import("../commands/credentials.ts")).credentials(stack, {
        format: "text",
        showSecrets: true,
      }),
    ),
  );
}
