/**
 * Declares `resource-temporal schedule`.
 */
import { type Command, Option } from "commander";
import { idOf } from "../input.ts";
import { noteOf, overlapPolicies, type OverlapPolicy } from "../schedules/input.ts";
import {
  commandsOfNamespace,
  ending,
  formatOption,
  type Formatted,
  limitOption,
  type OnNamespace,
  read,
  withExamples,
} from "./options.ts";

interface OnSchedule extends OnNamespace {
  readonly scheduleId: string;
}

/** Adds the command to the program. */
export function declareSchedule(program: Command): void {
  const schedule = program
    .command("schedule")
    .description("schedules, which start workflows at their times");
  const command = commandsOfNamespace(schedule);
  const commandOnOne = (name: string, description: string): Command =>
    command(name, description).requiredOption("-i, --schedule-id <id>", "the schedule", read(idOf));
  const commands = (): Promise<typeof import("../commands/schedule.ts")> =>
    import("../commands/schedule.ts");

  withExamples(
    command("list", "list schedules")
      .addOption(limitOption())
      .addOption(formatOption(["text", "json"])),
    "schedule list",
    "schedule list --namespace orders --format json",
  ).action(
    ending(async (options: OnNamespace & Formatted & { readonly limit: number }) =>
      (await commands()).listSchedules(options, options),
    ),
  );
  withExamples(
    commandOnOne("describe", "show everything about a schedule").addOption(
      formatOption(["text", "json"]),
    ),
    "schedule describe --schedule-id nightly",
  ).action(
    ending(async (options: OnSchedule & Formatted) =>
      (await commands()).describeSchedule(options, options),
    ),
  );
  const reason = (declared: Command): Command =>
    declared.option("--reason <text>", "why, as the schedule's note", read(noteOf));
  withExamples(
    reason(commandOnOne("pause", "let a schedule start no more workflows")),
    'schedule pause -i nightly --reason "the report is being rebuilt"',
  ).action(
    ending(async ({ reason: why, ...choice }: OnSchedule & { readonly reason?: string }) =>
      (await commands()).pauseSchedule(choice, why),
    ),
  );
  withExamples(
    reason(commandOnOne("unpause", "let a paused schedule start workflows again")),
    "schedule unpause -i nightly",
  ).action(
    ending(async ({ reason: why, ...choice }: OnSchedule & { readonly reason?: string }) =>
      (await commands()).unpauseSchedule(choice, why),
    ),
  );
  withExamples(
    commandOnOne("trigger", "start a schedule's workflow now, paused or not").addOption(
      new Option(
        "--overlap-policy <policy>",
        "what happens when another one still runs; the schedule's own policy by default",
      ).choices(Object.keys(overlapPolicies)),
    ),
    "schedule trigger -i nightly",
    "schedule trigger -i nightly --overlap-policy AllowAll",
  ).action(
    ending(
      async ({
        overlapPolicy,
        ...choice
      }: OnSchedule & { readonly overlapPolicy?: OverlapPolicy }) =>
        (await commands()).triggerSchedule(choice, overlapPolicy),
    ),
  );
  withExamples(
    commandOnOne("delete", "delete a schedule; asks first").option("-y, --yes", "do not ask"),
    "schedule delete -i nightly",
    "schedule delete -i nightly --yes",
  ).action(
    ending(async ({ yes = false, ...choice }: OnSchedule & { readonly yes?: boolean }) =>
      (await commands()).deleteSchedule(choice, yes),
    ),
  );
}
