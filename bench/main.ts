/**
 * `npm run bench -- <what>`: the measurements that this project quotes.
 */
import { Command } from "commander";

const program = new Command("bench").description("measure, on this machine");
program
  .command("up")
  .description("time to come up, change nothing, stop, go; idle memory; image sizes")
  .action(async () => {
    await import("./up.ts");
  });
program
  .command("rolling")
  .description(
    "what clients notice of a rolling restart on Kubernetes, by the times for leaving and joining",
  )
  .action(async () => {
    await import("./rolling.ts");
  });
await program.parseAsync();
