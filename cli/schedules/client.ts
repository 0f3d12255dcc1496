/**
 * The schedules of a namespace.
 */
import {
  Client,
  type Connection,
  type ScheduleClient,
  ScheduleNotFoundError,
} from "@temporalio/client";
import { UserError } from "../../offline/user-error.ts";
import { type FrontendChoice, withFrontend } from "../gateway.ts";

/** Which schedule is meant. */
export interface ScheduleChoice extends FrontendChoice {
  readonly scheduleId: string;
}

/**
 * A client that decodes no payloads: nothing here shows them, and those that a team encrypts would fail it.
 */
export function schedulesOf(connection: Connection, namespace: string): ScheduleClient {
  const nothing = { metadata: { encoding: Buffer.from("binary/null") } };
  const codec = {
    encode: <T>(payloads: T) => Promise.resolve(payloads),
    decode: (payloads: readonly unknown[]) => Promise.resolve(payloads.map(() => nothing)),
  };
  return new Client({ connection, namespace, dataConverter: { payloadCodecs: [codec] } }).schedule;
}

/**
 * Does something with one schedule.
 *
 * @throws UserError when there is no such schedule.
 */
export async function withSchedule<T>(
  choice: ScheduleChoice,
  work: (schedule: ReturnType<ScheduleClient["getHandle"]>) => Promise<T>,
): Promise<T> {
  const { scheduleId } = choice;
  return withFrontend(choice, async ({ connection, namespace }) => {
    try {
      return await work(schedulesOf(connection, namespace).getHandle(scheduleId));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new UserError(
        `namespace ${namespace} has no schedule ${scheduleId}: \`resource-temporal schedule list\` names those that there are`,
      );
    }
  });
}
