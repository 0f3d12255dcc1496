/**
 * Histories in protobuf's JSON, as Temporal's own tools write and read them.
 *
 * The SDK's `historyToJSON` (package `@temporalio/common`) does not work where npm gives that package another copy of protobuf.js than the one that has
 * the messages, as here, since dockerode has an older one. So this is the copy of the messages' own package.
 */
import { createRequire } from "node:module";
import type { WorkflowHandle } from "@temporalio/client";
import proto from "@temporalio/proto";

/** A history as a client gets it. */
export type History = Awaited<ReturnType<WorkflowHandle["fetchHistory"]>>;

/** protobuf.js/ext/protojson, which says what a message is as JSON. */
interface ProtoJson {
  readonly toJson: (type: unknown, message: unknown) => unknown;
}

/** A history as protobuf's JSON. */
export function historyJson(history: History): string {
  const { History: type } = proto.temporal.api.history.v1;
  const ofMessages = createRequire(import.meta.resolve("@temporalio/proto"));
  const { toJson } = ofMessages("protobufjs/ext/protojson") as ProtoJson;
  return JSON.stringify(toJson(type, type.fromObject(history)), null, 2);
}
