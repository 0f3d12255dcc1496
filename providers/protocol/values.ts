/**
 * Property values as they cross Pulumi's plugin protocol.
 */
import struct from "google-protobuf/google/protobuf/struct_pb.js";

/** A resource's properties. */
export type Properties = Readonly<Record<string, unknown>>;

/** What stands for a value that is not known yet, in a preview (sdk/go/common/resource/plugin, UnknownStringValue). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is, or holds, {@link unknown}. */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

/** Properties of a message. */
export function fromStruct(message: struct.Struct | undefined): Properties {
  return message === undefined ? {} : message.toJavaScript();
}

/** Properties for a message; members that are undefined are left out. */
export function toStruct(properties: Properties): struct.Struct {
  const plain = JSON.parse(JSON.stringify(properties)) as Record<string, struct.JavaScriptValue>;
  return struct.Struct.fromJavaScript(plain);
}
