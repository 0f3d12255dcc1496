/**
 * Serves a {@link Provider} to Pulumi's engine over gRPC (proto/pulumi/provider.proto), on the SDK's own stubs: a plugin prints the port
 * that it listens on and then answers until it is killed.
 */
import * as grpc from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { changes } from "./diff.ts";
import type { Call, CheckFailure, Provider, ResourceType } from "./provider.ts";
import { fromStruct, toStruct } from "./values.ts";

/** Pulumi's own limit for messages between engine and plugins, in bytes. */
const messageLimitBytes = 400 * 1024 * 1024;

type Answer<Request, Response> = (request: Request) => Promise<Response> | Response;

/** Starts serving; resolves with the port when the engine may connect. */
export async function serve(provider: Provider): Promise<number> {
  const abort = new AbortController();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": messageLimitBytes,
    "grpc.max_send_message_length": messageLimitBytes,
  });
  server.addService(
    services.ResourceProviderService as unknown as grpc.ServiceDefinition,
    methods(provider, abort) as unknown as grpc.UntypedServiceImplementation,
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  process.stdout.write(`${String(port)}\n`);
  return port;
}

function methods(
  provider: Provider,
  abort: AbortController,
): Readonly<Record<string, grpc.handleUnaryCall<never, unknown>>> {
  const about = (request: { getUrn(): string; getPreview?(): boolean }): [ResourceType, Call] => {
    // urn:pulumi:<stack>::<project>::<types, parents first, with $ between>::<name>
    const [, , types = "", ...name] = request.getUrn().split("::");
    const token = types.split("$").at(-1) ?? "";
    const type = provider.types[token];
    if (type === undefined) {
      throw new Error(`${token} is not one of ${Object.keys(provider.types).join(", ")}`);
    }
    const preview = request.getPreview?.() ?? false;
    return [type, { name: name.join("::"), preview, signal: abort.signal }];
  };

  return {
    handshake: unary(() => new messages.ProviderHandshakeResponse()),
    getPluginInfo: unary(() => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    getSchema: unary(() => {
      const response = new messages.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    checkConfig: unary((request: messages.CheckRequest) => checked(request.getNews(), [])),
    diffConfig: unary(() => new messages.DiffResponse()),
    configure: unary(() => {
      const response = new messages.ConfigureResponse();
      // Secrets are not accepted: the engine strips the marks before a call and puts them back after it.
      response.setSupportspreview(true);
      return response;
    }),
    check: unary((request: messages.CheckRequest) => {
      const [type, call] = about(request);
      const news = fromStruct(request.getNews());
      if (type.check === undefined) return checked(request.getNews(), []);
      const { inputs, failures } = type.check(news, fromStruct(request.getOlds()), call);
      return checked(toStruct(inputs), failures);
    }),
    diff: unary((request: messages.DiffRequest) => {
      const [type] = about(request);
      const before = fromStruct(request.getOldInputs());
      return difference(
        type,
        changes(before, fromStruct(request.getNews())),
        request.getIgnorechangesList(),
      );
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const [type, call] = about(request);
      const { id, outputs } = await type.create(fromStruct(request.getProperties()), call);
      const response = new messages.CreateResponse();
      response.setId(call.preview ? "" : id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: unary((request: messages.ReadRequest) => {
      const response = new messages.ReadResponse();
      response.setId(request.getId());
      response.setProperties(request.getProperties());
      response.setInputs(request.getInputs());
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const [type, call] = about(request);
      if (type.update === undefined) throw new Error("it cannot be updated in place");
      const outputs = await type.update(
        fromStruct(request.getOlds()),
        fromStruct(request.getNews()),
        call,
      );
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const [type, call] = about(request);
      await type.delete?.(request.getId(), fromStruct(request.getProperties()), call);
      return new empty.Empty();
    }),
    attach: unary(() => new empty.Empty()),
    cancel: unary(() => {
      abort.abort();
      return new empty.Empty();
    }),
    signalCancellation: unary(() => {
      abort.abort();
      return new empty.Empty();
    }),
  };
}

function unary<Request, Response>(
  answer: Answer<Request, Response>,
): grpc.handleUnaryCall<never, unknown> {
  return (call, callback) => {
    Promise.resolve(call.request as Request)
      .then(answer)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          callback({ code: grpc.status.UNKNOWN, details });
        },
      );
  };
}

function checked(
  inputs: ReturnType<typeof toStruct> | undefined,
  failures: readonly CheckFailure[],
): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(inputs);
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function difference(
  type: ResourceType,
  found: ReturnType<typeof changes>,
  ignored: readonly string[],
): messages.DiffResponse {
  const kept = found.filter(
    ({ path }) =>
      !ignored.some(
        (skip) => path === skip || (/^[.[]/.test(path.slice(skip.length)) && path.startsWith(skip)),
      ),
  );
  const replaces = type.onChange === "replace";
  const kinds = messages.PropertyDiff.Kind;
  const kind = {
    add: replaces ? kinds.ADD_REPLACE : kinds.ADD,
    delete: replaces ? kinds.DELETE_REPLACE : kinds.DELETE,
    update: replaces ? kinds.UPDATE_REPLACE : kinds.UPDATE,
  };
  const response = new messages.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  response.setChanges(kept.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  const top = [...new Set(kept.map(({ path }) => path.split(/[.[]/, 1)[0] ?? path))];
  response.setDiffsList(top);
  if (replaces) response.setReplacesList(top);
  for (const change of kept) {
    const property = new messages.PropertyDiff();
    property.setKind(kind[change.kind]);
    property.setInputdiff(true);
    response.getDetaileddiffMap().set(change.path, property);
  }
  return response;
}
