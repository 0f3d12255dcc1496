/**
 * What the npm scripts run: one command each, in commands/.
 */
import { Command, Option } from "commander";
import { bootstrap } from "./bootstrap.ts";
import { clusterCommand } from "./commands/cluster.ts";
import { destroy } from "./commands/destroy.ts";
import { doctor } from "./commands/doctor.ts";
import { down } from "./commands/down.ts";
import { hello } from "./commands/hello.ts";
import { password } from "./commands/password.ts";
import { preview } from "./commands/preview.ts";
import { test } from "./commands/test.ts";
import { up } from "./commands/up.ts";
import { describeError } from "../offline/user-error.ts";

/** Options that every command has. */
interface Common {
  readonly stack: string;
}

const program = new Command("npm run")
  .description("A team's own Temporal")
  .configureHelp({ commandUsage: (command) => `npm run ${command.name()} -- [options]` })
  .showHelpAfterError("(npm run <command> -- --help tells what there is)");

// An empty variable names no stack; commander would take it for one.
if (process.env["PULUMI_STACK"] === "") delete process.env["PULUMI_STACK"];

/** Declares a command on a stack. */
function command(name: string, description: string): Command {
  return program
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
command("password", "print user and password of the web UI").action(
  ending(({ stack }: Common) => password(stack)),
);
command("hello", "run a first workflow")
  .option("-c, --cluster <name>", "the cluster; the stack's first by default")
  .action(ending(({ stack, cluster }: Common & { cluster?: string }) => hello(stack, cluster)));
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
