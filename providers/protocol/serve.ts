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
import type { Call, CheckFailure, Differences, Known, Provider, ResourceType } from "./provider.ts";
import { fromStruct, type Properties, toStruct } from "./values.ts";

type Answer<Request, Response> = (request: Request) => Promise<Response> | Response;

/** What requests about one resource have in common; each has some of it. */
interface AnyRequest {
  getUrn(): string;
  getPreview?(): boolean;
  getRandomseed_asU8?(): Uint8Array;
  getTimeout?(): number;
  getIgnorechangesList?(): string[];
}

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
  const loaded = new Map<string, Promise<ResourceType>>();
  const load = (token: string): Promise<ResourceType> => {
    const source = provider.types[token] ?? provider.otherType?.(token);
    if (source === undefined) {
      throw new Error(`${token} is not one of ${Object.keys(provider.types).join(", ")}`);
    }
    const type = typeof source === "function" ? source() : Promise.resolve(source);
    loaded.set(token, type);
    return type;
  };
  const about = async (request: AnyRequest): Promise<[ResourceType, Call]> => {
    // urn:pulumi:<stack>::<project>::<types, parents first, with $ between>::<name>
    const [, , types = "", ...name] = request.getUrn().split("::");
    const token = types.split("$").at(-1) ?? "";
    const type = await (loaded.get(token) ?? load(token));
    const call = {
      name: name.join("::"),
      preview: request.getPreview?.() ?? false,
      signal: abort.signal,
      seed: request.getRandomseed_asU8?.() ?? new Uint8Array(),
      timeoutSeconds: request.getTimeout?.() ?? 0,
      ignored: request.getIgnorechangesList?.() ?? [],
    };
    return [type, call];
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
    configure: unary(async (request: messages.ConfigureRequest) => {
      await provider.configure?.(fromStruct(request.getArgs()));
      const response = new messages.ConfigureResponse();
      // Secrets are not accepted: the engine strips the marks before a call and puts them back after it.
      response.setSupportspreview(true);
      return response;
    }),
    check: unary(async (request: messages.CheckRequest) => {
      const [type, call] = await about(request);
      const news = fromStruct(request.getNews());
      if (type.check === undefined) return checked(request.getNews(), []);
      const { inputs, failures } = await type.check(news, fromStruct(request.getOlds()), call);
      return checked(toStruct(inputs), failures);
    }),
    diff: unary(async (request: messages.DiffRequest) => {
      const [type] = await about(request);
      const known = {
        inputs: fromStruct(request.getOldInputs()),
        outputs: fromStruct(request.getOlds()),
      };
      const inputs = fromStruct(request.getNews());
      const found = differences(type, known, inputs);
      const due = found.properties.length > 0 ? [] : ((await type.due?.(known, inputs)) ?? []);
      const properties = [...found.properties, ...due];
      return difference({ ...found, properties }, request.getIgnorechangesList());
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const [type, call] = await about(request);
      const { id, outputs } = await type.create(fromStruct(request.getProperties()), call);
      const response = new messages.CreateResponse();
      response.setId(call.preview ? "" : id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const [type, call] = await about(request);
      const known = {
        id: request.getId(),
        inputs: fromStruct(request.getInputs()),
        outputs: fromStruct(request.getProperties()),
      };
      const response = new messages.ReadResponse();
      const found = type.read === undefined ? known : await type.read(known.id, known, call);
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(toStruct(found.outputs));
      response.setInputs(toStruct(found.inputs));
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const [type, call] = await about(request);
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
      const [type, call] = await about(request);
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

function differences(type: ResourceType, known: Known, inputs: Properties): Differences {
  const { onChange } = type;
  if (typeof onChange === "function") return onChange(known, inputs);
  return {
    properties: changes(known.inputs, inputs).map((change) => ({
      ...change,
      by: onChange,
      seen: "inputs",
    })),
    replacement: "create before delete",
  };
}

function difference(
  { properties, replacement }: Differences,
  ignored: readonly string[],
): messages.DiffResponse {
  const kept = properties.filter(
    ({ path }) =>
      !ignored.some(
        (skip) => path === skip || (/^[.[]/.test(path.slice(skip.length)) && path.startsWith(skip)),
      ),
  );
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const { Kind } = messages.PropertyDiff;
  const kinds = {
    update: { add: Kind.ADD, delete: Kind.DELETE, update: Kind.UPDATE },
    replace: { add: Kind.ADD_REPLACE, delete: Kind.DELETE_REPLACE, update: Kind.UPDATE_REPLACE },
  };
  const replacing = kept.filter(({ by }) => by === "replace");
  const response = new messages.DiffResponse();
  response.setChanges(kept.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  response.setDiffsList(topLevel(kept));
  response.setReplacesList(topLevel(replacing));
  response.setDeletebeforereplace(replacing.length > 0 && replacement === "delete before create");
  for (const { path, kind, by, seen } of kept) {
    const property = new messages.PropertyDiff();
    property.setKind(kinds[by][kind]);
    property.setInputdiff(seen === "inputs");
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}

function topLevel(properties: Differences["properties"]): string[] {
  return [...new Set(properties.map(({ path }) => path.split(/[.[]/, 1)[0] ?? path))];
}
