/**
 * The command `resource-temporal`, which the npm scripts run as well: one file for each command, in commands/.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { bootstrap } from "./bootstrap.ts";
import { clusterCommand } from "./commands/cluster.ts";
import { credentialFormats, type CredentialsOptions, credentials } from "./commands/credentials.ts";
import { destroy } from "./commands/destroy.ts";
import { doctor } from "./commands/doctor.ts";
import { down } from "./commands/down.ts";
import { hello } from "./commands/hello.ts";
import { logs, type LogsOptions } from "./commands/logs.ts";
import { install, restart, start, stop, uninstall } from "./commands/manage.ts";
import { preview } from "./commands/preview.ts";
import { status, statusFormats, type StatusOptions } from "./commands/status.ts";
import { test } from "./commands/test.ts";
import { up } from "./commands/up.ts";
import { describeError } from "../offline/user-error.ts";

/** Options that every command has. */
interface Common {
  readonly stack: string;
}

const npm = process.env["npm_lifecycle_event"] !== undefined;
const program = new Command(npm ? "npm run" : "resource-temporal")
  .description("A team's own Temporal")
  .configureHelp(npm ? { commandUsage: (command) => `npm run ${command.name()} -- [options]` } : {})
  .showHelpAfterError(
    npm
      ? "(npm run <command> -- --help tells what there is)"
      : "(resource-temporal <command> --help tells what there is)",
  );

// An empty variable names no stack; commander would take it for one.
if (process.env["PULUMI_STACK"] === "") delete process.env["PULUMI_STACK"];

/** Declares a command on a stack. */
function command(name: string, description: string, parent = program): Command {
  return parent
    .command(name)
    .description(description)
    .addOption(new Option("-s, --stack <name>", "the stack").env("PULUMI_STACK").default("dev"));
}

/** Lets a command pass what it does not know on to Pulumi. */
function passingOn(declared: Command): Command {
  return declared
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", "\nAll other options go to pulumi.");
}

/** Lets a command look at one cluster of the stack. */
function ofCluster(declared: Command): Command {
  return declared.option("-c, --cluster <name>", "one cluster of the stack; all by default");
}

/** A format among those that a command has; the first is the default. */
function formatOption(formats: readonly [string, ...string[]]): Option {
  return new Option("-f, --format <format>", "how it is shown")
    .choices(formats)
    .default(formats[0]);
}

/** A whole number. */
function countOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number, such as 50.");
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** A span of time such as 30s, 5m, 2h or 1d, in seconds. */
function spanOf(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined)
    throw new InvalidArgumentError("It must be a time such as 30s, 5m, 2h or 1d.");
  return Number(count) * secondsOf[unit as keyof typeof secondsOf];
}

/** The process ends with the exit code that an action gives. */
function ending<A extends unknown[]>(
  action: (...args: A) => Promise<number>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    process.exitCode = await action(...args);
  };
}

passingOn(command("up", "bring the platform up, or up to date")).action(
  ending(({ stack }: Common, { args }: Command) => up(stack, args)),
);
passingOn(command("preview", "say what up would do")).action(
  ending(({ stack }: Common, { args }: Command) => preview(stack, args)),
);
passingOn(command("down", "stop everything; data and secrets stay")).action(
  ending(({ stack }: Common, { args }: Command) => down(stack, args)),
);
passingOn(command("destroy", "remove everything, data too"))
  .option("-y, --yes", "do not ask")
  .option("--remove", "remove the stack and its history as well")
  .action(
    ending((options: Common & { yes?: true; remove?: true }, { args }: Command) =>
      destroy(options.stack, options, args),
    ),
  );
command("bootstrap", "get everything that up needs").action(
  ending(async ({ stack }: Common) => {
    await bootstrap(stack);
    return 0;
  }),
);
command("doctor", "say what is there, what is missing and how to get it").action(
  ending(({ stack }: Common) => doctor(stack)),
);
ofCluster(
  command("status", "say how everything is: 0 healthy, 1 unhealthy, 2 not running")
    .addOption(formatOption(statusFormats))
    .option("-v, --verbose", "image, restarts and start of each part as well"),
).action(ending(({ stack, ...options }: Common & StatusOptions) => status(stack, options)));
ofCluster(
  command("logs", "show what the containers write: 0 shown, 2 nothing there")
    .option("-r, --role <name>", "one workload, such as history; all by default")
    .option("-n, --tail <lines>", "the last lines of each container", countOf, 50)
    .option("--follow", "wait for new lines, until Ctrl-C")
    .option("--since <time>", "no older lines, such as 5m", spanOf),
).action(
  ending(({ stack, since, ...options }: Common & LogsOptions & { since?: number }) =>
    logs(stack, { ...options, ...(since === undefined ? {} : { sinceSeconds: since }) }),
  ),
);
ofCluster(
  command("credentials", "print addresses, users and passwords, masked")
    .addOption(formatOption(credentialFormats))
    .option("--show-secrets", "passwords in clear"),
).action(
  ending(({ stack, ...options }: Common & CredentialsOptions) => credentials(stack, options)),
);
command("password", "print user and password of the web UI, in clear").action(
  ending(({ stack }: Common) => credentials(stack, { format: "text", showSecrets: true })),
);
command("hello", "run a first workflow")
  .option("-c, --cluster <name>", "the cluster; the stack's first by default")
  .action(ending(({ stack, cluster }: Common & { cluster?: string }) => hello(stack, cluster)));
const manage = program
  .command("manage")
  .description("install, start, stop: 0 done, 1 failed, 2 nothing to do");
command("install", "bring up a stack that is not installed", manage)
  .option("--force", "bring an installed one up to date")
  .option("--skip-validation", "do not wait until all is healthy")
  .action(
    ending(({ stack, ...options }: Common & { force?: boolean; skipValidation?: boolean }) =>
      install(stack, options),
    ),
  );
command("uninstall", "remove a stack, data too", manage)
  .option("--force", "do not ask")
  .option("--keep-data", "only what runs; `start` continues where it was")
  .action(
    ending(({ stack, ...options }: Common & { force?: boolean; keepData?: boolean }) =>
      uninstall(stack, options),
    ),
  );
command("start", "start what is stopped", manage)
  .option("--wait", "until all is healthy")
  .option("--timeout <seconds>", "how long --wait waits", countOf, 60)
  .action(
    ending(({ stack, ...options }: Common & { wait?: boolean; timeout: number }) =>
      start(stack, options),
    ),
  );
command("stop", "stop what runs; data and secrets stay", manage).action(
  ending(({ stack }: Common) => stop(stack)),
);
command("restart", "stop and start", manage).action(ending(({ stack }: Common) => restart(stack)));
program.addCommand(clusterCommand());
program
  .command("test")
  .description("bootstrap, then all tests; arguments go to vitest")
  .allowUnknownOption()
  .allowExcessArguments()
  .action(ending((_: unknown, { args }: Command) => test(args)));

try {
  await program.parseAsync();
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
