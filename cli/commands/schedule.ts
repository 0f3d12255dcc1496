/**
 * `resource-temporal schedule`.
 */
import { confirm } from "../confirm.ts";
import { type FrontendChoice, withFrontend } from "../gateway.ts";
import { limited, warnOfMore } from "../limited.ts";
import { shown } from "../output.ts";
import { type ScheduleChoice, schedulesOf, withSchedule } from "../schedules/client.ts";
import {
  scheduleDescription,
  schedulesText,
  scheduleSummary,
  scheduleText,
} from "../schedules/description.ts";
import { overlapPolicies, type OverlapPolicy } from "../schedules/input.ts";

/** How answers are shown. */
export interface Shown {
  readonly format: "text" | "json";
}

/** The note of a schedule when nobody gives a reason; the server wants one. */
const defaultNote = "by resource-temporal";

/** Lists the schedules of a namespace; the server's list learns of changes after some seconds. Gives the exit code. */
export async function listSchedules(
  choice: FrontendChoice,
  { limit, format }: Shown & { readonly limit: number },
): Promise<number> {
  const { items, more } = await withFrontend(choice, ({ connection, namespace }) =>
    limited(schedulesOf(connection, namespace).list(), limit),
  );
  console.log(shown(items.map(scheduleSummary), format, schedulesText));
  warnOfMore({ items, more });
  return 0;
}

/**
 * Shows everything about a schedule. Gives the exit code.
 *
 * @throws UserError when there is no such schedule, as the commands below do.
 */
export async function describeSchedule(choice: ScheduleChoice, { format }: Shown): Promise<number> {
  const schedule = await withSchedule(choice, (handle) => handle.describe());
  console.log(shown(scheduleDescription(schedule), format, scheduleText));
  return 0;
}

/** Lets a schedule start no more workflows; those that run go on. Gives the exit code. */
export async function pauseSchedule(
  choice: ScheduleChoice,
  reason = `paused ${defaultNote}`,
): Promise<number> {
  await withSchedule(choice, (handle) => handle.pause(reason));
  console.log(`schedule ${choice.scheduleId} is paused`);
  return 0;
}

/** Lets a paused schedule start workflows again. Gives the exit code. */
export async function unpauseSchedule(
  choice: ScheduleChoice,
  reason = `unpaused ${defaultNote}`,
): Promise<number> {
  await withSchedule(choice, (handle) => handle.unpause(reason));
  console.log(`schedule ${choice.scheduleId} is unpaused`);
  return 0;
}

/**
 * Starts a schedule's workflow now, paused or not. Gives the exit code.
 *
 * @param overlapPolicy What happens when another one still runs; the schedule's own policy when left out.
 */
export async function triggerSchedule(
  choice: ScheduleChoice,
  overlapPolicy?: OverlapPolicy,
): Promise<number> {
  await withSchedule(choice, async (handle) => {
    const policy =
      overlapPolicy === undefined
        ? (await handle.describe()).policies.overlap
        : overlapPolicies[overlapPolicy];
    await handle.trigger(policy);
  });
  console.log(`schedule ${choice.scheduleId} is triggered`);
  return 0;
}

/**
 * Deletes a schedule, after asking. Gives the exit code.
 *
 * @throws UserError when it may not ask and was not told, or was answered with something else.
 */
export async function deleteSchedule(choice: ScheduleChoice, yes: boolean): Promise<number> {
  const { scheduleId } = choice;
  if (!yes) {
    await confirm({
      warning: `This deletes schedule ${scheduleId} for good; workflows that it started go on.`,
      what: "the schedule's id",
      answer: scheduleId,
    });
  }
  await withSchedule(choice, (handle) => handle.delete());
  console.log(`schedule ${scheduleId} is deleted`);
  return 0;
}
