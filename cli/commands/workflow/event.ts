/**
 * Events of a workflow's history.
 */
import { defined } from "../../../platform/defined.ts";
import { cell, columns } from "../../output.ts";
import { readable } from "./payload.ts";
import { type Failure, failureMessage } from "./pending.ts";

/** An event. */
export interface HistoryEvent {
  readonly eventId: number;
  /** ISO 8601. */
  readonly time: string;
  /** Such as WorkflowExecutionStarted. */
  readonly type: string;
  readonly attributes: Attributes;
}

interface Named {
  readonly name?: string;
}

/** Payloads in protobuf's JSON, which has bytes in base64. */
interface Payloads {
  readonly payloads?: readonly {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly data?: string;
  }[];
}

/** What is shown of the attributes of any event, in protobuf's JSON: 64-bit numbers are texts (temporal.api.history.v1). */
interface Attributes {
  readonly workflowType?: Named;
  readonly activityType?: Named;
  readonly signalName?: string;
  readonly markerName?: string;
  readonly timerId?: string;
  readonly startToFireTimeout?: string;
  readonly workflowExecution?: { readonly workflowId?: string };
  /** A child's that is about to be started; the first event has the workflow's own. */
  readonly workflowId?: string;
  readonly acceptedRequest?: { readonly input?: { readonly name?: string } };
  readonly scheduledEventId?: string;
  readonly attempt?: number;
  readonly failure?: Failure;
  readonly lastFailure?: Failure;
  readonly cause?: string;
  readonly reason?: string;
  readonly newExecutionRunId?: string;
  readonly input?: Payloads;
  readonly result?: Payloads;
}

/** A history in protobuf's JSON, as the SDK writes it. */
interface JsonHistory {
  readonly events?: readonly (Readonly<Record<string, unknown>> & {
    readonly eventId?: string;
    readonly eventTime?: string;
    readonly eventType?: string;
  })[];
}

/** The events of a history in protobuf's JSON. */
export function eventsIn(json: string): readonly HistoryEvent[] {
  const { events = [] } = JSON.parse(json) as JsonHistory;
  return events.map((event) => {
    const key = Object.keys(event).find((name) => name.endsWith("EventAttributes"));
    return {
      eventId: Number(event.eventId),
      time: new Date(event.eventTime ?? 0).toISOString(),
      type: enumName(event.eventType ?? "", "EVENT_TYPE_"),
      attributes: key === undefined ? {} : (event[key] as Attributes),
    };
  });
}

/** A name of protobuf's JSON as Temporal's CLI shows it, such as WorkflowExecutionStarted. */
function enumName(name: string, prefix: string): string {
  return name
    .replace(prefix, "")
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("");
}

/** Events as a table. */
export function eventsText(events: readonly HistoryEvent[]): string {
  const scheduled = new Map(events.map((event) => [String(event.eventId), event]));
  const rows = events.map((event) => {
    const { scheduledEventId = "" } = event.attributes;
    const { activityType } = scheduled.get(scheduledEventId)?.attributes ?? {};
    const attributes = {
      ...defined({ activityType }),
      ...event.attributes,
    };
    return [String(event.eventId), event.time, event.type, essentials(attributes)];
  });
  return columns([["event", "time", "type", "what"], ...rows]).join("\n");
}

/** Longest part of a value that is shown. */
const shownCharacters = 60;

/** What matters of an event: what it is about, then how it went. */
function essentials(attributes: Attributes): string {
  const { attempt = 1, timerId, startToFireTimeout, newExecutionRunId, cause } = attributes;
  const { failure, lastFailure } = attributes;
  const parts = [
    attributes.workflowType?.name,
    attributes.workflowExecution?.workflowId ?? attributes.workflowId,
    attributes.activityType?.name,
    attributes.signalName,
    attributes.markerName,
    attributes.acceptedRequest?.input?.name,
    timerId === undefined ? undefined : `timer ${timerId}`,
    startToFireTimeout,
    attempt > 1 ? `attempt ${attempt}` : undefined,
    failure === undefined ? undefined : failureMessage(failure),
    lastFailure === undefined ? undefined : `after: ${failureMessage(lastFailure)}`,
    cause === undefined ? undefined : enumName(cause, /^[A-Z_]*_CAUSE_/.exec(cause)?.[0] ?? ""),
    attributes.reason,
    newExecutionRunId ? `run ${newExecutionRunId}` : undefined,
    valuesText(attributes.input),
    valuesText(attributes.result),
  ];
  return cell(parts.filter((part) => part !== undefined && part !== "").join(", "));
}

function valuesText(values: Payloads | undefined): string | undefined {
  const payloads = values?.payloads ?? [];
  if (payloads.length === 0) return undefined;
  const text = payloads
    .map(({ metadata = {}, data = "" }) =>
      JSON.stringify(
        readable({
          metadata: Object.fromEntries(
            Object.entries(metadata).map(([key, value]) => [key, Buffer.from(value, "base64")]),
          ),
          data: Buffer.from(data, "base64"),
        }),
      ),
    )
    .join(", ");
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`;
}
