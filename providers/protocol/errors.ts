/**
 * Errors as gRPC carries them to the engine.
 */
import * as grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import { type Properties, toStruct } from "./values.ts";

/** The resource exists but is not as it should be: the step fails, and the engine keeps what is known of it. */
export class InitializationError extends Error {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;

  constructor(message: string, state: { id: string; inputs: Properties; outputs: Properties }) {
    super(message);
    this.id = state.id;
    this.inputs = state.inputs;
    this.outputs = state.outputs;
  }
}

/** The status of a call that threw. */
export function statusOf(error: unknown): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  const status = { code: grpc.status.UNKNOWN, details };
  return error instanceof InitializationError
    ? { ...status, metadata: initializationFailed(error) }
    : status;
}

/** The trailer by which gRPC carries error details (google.rpc.Status). */
function initializationFailed(error: InitializationError): grpc.Metadata {
  const detail = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setInputs(toStruct(error.inputs))
    .setProperties(toStruct(error.outputs))
    .setReasonsList([error.message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statuses.Status()
    .setCode(grpc.status.UNKNOWN)
    .setMessage(error.message)
    .setDetailsList([packed]);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
