/**
 * Serves a {@link Provider} to Pulumi's engine over gRPC (proto/pulumi/provider.proto), on the SDK's own stubs: a plugin prints the port
 * that it listens on and then answers until it is killed.
 */
import type * as grpc from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { changes } from "./diff.ts";
import { statusOf } from "./errors.ts";
import { listen } from "./listen.ts";
import type { Call, CheckFailure, Provider, ResourceType } from "./provider.ts";
import { fromStruct, toStruct } from "./values.ts";

type Answer<Request, Response> = (request: Request) => Promise<Response> | Response;

/** Starts serving; resolves with the port when the engine may connect. */
export function serve(provider: Provider): Promise<number> {
  return listen(
    services.ResourceProviderService,
    methods(provider, new AbortController()) as unknown as grpc.UntypedServiceImplementation,
  );
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
    invoke: unary(async (request: messages.InvokeRequest) => {
      const call = provider.functions?.[request.getTok()];
      if (call === undefined) throw new Error(`there is no function ${request.getTok()}`);
      const response = new messages.InvokeResponse();
      return response.setReturn(toStruct(await call(fromStruct(request.getArgs()))));
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
          callback(statusOf(error));
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
