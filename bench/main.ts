/**
 * `npm run bench -- <what>`: the measurements that this project quotes. Each that compares does so in turn, in one run.
 */
import { Command, InvalidArgumentError } from "commander";
import type { Effort } from "./compare.ts";

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("must be a whole number from 1 on.");
  return number;
};

const program = new Command("bench").description("measure, on this machine");

/** A measurement that takes rounds and seconds. */
function measurement(
  name: string,
  description: string,
  rounds: number,
  run: (effort: Effort, command: Command) => Promise<void>,
  isDefault = false,
): Command {
  return program
    .command(name, { isDefault })
    .description(description)
    .option("--rounds <number>", "how often each is measured, in turn", whole, rounds)
    .option("--seconds <number>", "how long each time", whole, 15)
    .option("--warm-up <number>", "seconds before that", whole, 8)
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const options = command.opts<{ rounds: number; seconds: number; warmUp: number }>();
      await run(
        {
          rounds: options.rounds,
          measureSeconds: options.seconds,
          warmUpSeconds: options.warmUp,
        },
        command,
      );
    });
}

measurement(
  "compare",
  "the dev stack beside start-dev and the all-in-one server (the default)",
  3,
  async (effort) => (await import("./compare.ts")).compare(effort),
  true,
);
measurement(
  "kubernetes",
  "the same load on a Kubernetes cluster, beside the dev stack on Docker",
  2,
  async (effort) => (await import("./compare.ts")).compareTargets(effort),
);
measurement(
  "changes",
  "what each choice of the platform gives; words of their names choose some",
  3,
  async (effort, command) => {
    const { image = [] } = command.opts<{ image?: string[] }>();
    await (await import("./changes.ts")).compareChanges(effort, command.args, image);
  },
)
  .argument("[words...]")
  .option("--image <images...>", "images of the server, as further choices");
measurement("paths", "what the way to the frontend costs", 3, async (effort) =>
  (await import("./paths.ts")).comparePaths(effort),
);
measurement("scale", "history with one, two and three replicas", 1, async (effort) =>
  (await import("./scale.ts")).scaleOut(effort),
);
measurement("costs", "what a workflow costs, for npm run size", 1, async (effort) =>
  (await import("./costs.ts")).measureCosts(effort),
);
program
  .command("queues")
  .description("memory of a polled task queue, by the number of its partitions")
  .action(async () => {
    await (await import("./queues.ts")).measureQueues();
  });
program
  .command("visibility")
  .description("lists and counts of workflows from PostgreSQL and from OpenSearch")
  .action(async () => {
    await (await import("./visibility.ts")).measureVisibility();
  });
program
  .command("options")
  .description("what Prometheus, Alertmanager, archival and OpenSearch cost a stack that is idle")
  .option("--rounds <number>", "how often", whole, 1)
  .option("--seconds <number>", "how long each stack is idle for that", whole, 45)
  .action(async ({ rounds, seconds }: { rounds: number; seconds: number }) => {
    await (await import("./options.ts")).measureOptions({ rounds, idleSeconds: seconds });
  });
program
  .command("archival")
  .description("how fast closed workflows are archived to the managed object store")
  .option("--rounds <number>", "how often", whole, 1)
  .option("--workflows <number>", "closed workflows of each backlog, at least", whole, 2000)
  .option("--seconds <number>", "how long a load runs beside an archival", whole, 10)
  .action(async (effort: { rounds: number; workflows: number; seconds: number }) => {
    await (await import("./archival.ts")).measureArchival(effort);
  });
program
  .command("resilience")
  .description("the tables of the last npm run test:resilience, for the docs")
  .action(async () => {
    await (await import("./resilience.ts")).keepResilience();
  });
program
  .command("up")
  .description(
    "time to come up, change nothing, stop, go, on both targets; what an idle stack costs",
  )
  .option("--rounds <number>", "how often", whole, 3)
  .option("--seconds <number>", "how long the stack is idle for that", whole, 60)
  .action(async ({ rounds, seconds }: { rounds: number; seconds: number }) => {
    await (await import("./up.ts")).measureUp({ rounds, idleSeconds: seconds });
  });
program
  .command("rolling")
  .description(
    "what clients notice of a rolling restart on Kubernetes, by how roles leave and join; words of its variants choose some",
  )
  .argument("[words...]")
  .action(async (words: string[]) => {
    await (await import("./rolling.ts")).measureRolling(words);
  });
await program.parseAsync();
