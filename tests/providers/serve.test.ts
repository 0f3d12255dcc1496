import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { InitializationError } from "../../providers/protocol/errors.ts";
import type { ResourceType } from "../../providers/protocol/provider.ts";
import { serve } from "../../providers/protocol/serve.ts";
import { fromStruct, type Properties, toStruct } from "../../providers/protocol/values.ts";

const urn = (type: string): string => `urn:pulumi:dev::p::parent:index:Parent$${type}::a::b`;

/** Answers with what it was asked. */
const thing: ResourceType = {
  onChange: "update",
  check: (news, olds) => ({
    inputs: { ...news, filled: true },
    failures: news["size"] === olds["size"] ? [] : [{ property: "size", reason: "grew" }],
  }),
  create: async (inputs, { name, preview, signal }) => {
    if (inputs["fail"] === "whole") throw new Error("not made");
    if (inputs["fail"] === "half") {
      throw new InitializationError("half made", { id: "h", inputs, outputs: { half: true } });
    }
    if (inputs["wait"] === true) {
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
      });
      throw new Error("interrupted");
    }
    return { id: "made", outputs: { ...inputs, name, preview } };
  },
  update: (state, inputs, { ignored }) => Promise.resolve({ state, inputs, ignored }),
  due: (_known, inputs) =>
    Promise.resolve(
      inputs["late"] === true
        ? [{ path: "plan", kind: "update", by: "update", seen: "state" }]
        : [],
    ),
};

let client: InstanceType<typeof services.ResourceProviderClient>;
let printed = "";
let loads = 0;
let port = 0;

beforeAll(async () => {
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  port = await serve({
    version: "1.2.3",
    types: {
      "p:i:Thing": thing,
      "p:i:Once": { ...thing, onChange: "replace" },
      "p:i:Late": () => {
        loads += 1;
        return Promise.resolve(thing);
      },
    },
    functions: { "p:i:twice": ({ n }) => Promise.resolve({ n: Number(n) * 2 }) },
  });
  write.mockRestore();
  client = new services.ResourceProviderClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
    { "grpc.max_send_message_length": -1, "grpc.max_receive_message_length": -1 },
  );
  return () => {
    client.close();
  };
});

type Done<Response> = (error: grpc.ServiceError | null, response: Response) => void;

function answer<Response>(ask: (done: Done<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    ask((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

function create(
  properties: Properties,
  preview = false,
  type = "p:i:Thing",
): Promise<messages.CreateResponse> {
  const request = new messages.CreateRequest()
    .setUrn(urn(type))
    .setProperties(toStruct(properties))
    .setPreview(preview);
  return answer<messages.CreateResponse>((done) => client.create(request, done));
}

async function diff(
  type: string,
  before: Properties,
  after: Properties,
  ignored: string[] = [],
): Promise<messages.DiffResponse> {
  const request = new messages.DiffRequest()
    .setUrn(urn(type))
    .setOldInputs(toStruct(before))
    .setNews(toStruct(after))
    .setIgnorechangesList(ignored);
  return answer<messages.DiffResponse>((done) => client.diff(request, done));
}

describe("a served provider", () => {
  it("prints the port that it listens on, and nothing else", () => {
    expect(printed).toBe(`${port}\n`);
  });

  it("wants no secrets, and previews", async () => {
    const response = await answer<messages.ConfigureResponse>((done) =>
      client.configure(new messages.ConfigureRequest(), done),
    );
    expect(response.getAcceptsecrets()).toBe(false);
    expect(response.getSupportspreview()).toBe(true);
  });

  it("checks: what it fills in, and what is wrong", async () => {
    const request = new messages.CheckRequest()
      .setUrn(urn("p:i:Thing"))
      .setOlds(toStruct({ size: 1 }))
      .setNews(toStruct({ size: 2 }));
    const response = await answer<messages.CheckResponse>((done) => client.check(request, done));
    expect(fromStruct(response.getInputs())).toEqual({ size: 2, filled: true });
    expect(response.getFailuresList().map((failure) => failure.toObject())).toEqual([
      { property: "size", reason: "grew" },
    ]);
  });

  it("creates, and in a preview gives no id", async () => {
    const made = await create({ a: 1 });
    expect(made.getId()).toBe("made");
    expect(fromStruct(made.getProperties())).toEqual({ a: 1, name: "a::b", preview: false });
    const previewed = await create({ a: 1 }, true);
    expect(previewed.getId()).toBe("");
  });

  it("loads a type when the first of its resources comes, and once", async () => {
    expect(loads).toBe(0);
    const both = await Promise.all([
      create({ a: 1 }, false, "p:i:Late"),
      create({ a: 2 }, false, "p:i:Late"),
    ]);
    expect(both.map((made) => made.getId())).toEqual(["made", "made"]);
    expect(loads).toBe(1);
  });

  it("updates with the state, the inputs and what the program ignores", async () => {
    const request = new messages.UpdateRequest()
      .setUrn(urn("p:i:Thing"))
      .setOlds(toStruct({ a: 1 }))
      .setNews(toStruct({ a: 2 }))
      .setIgnorechangesList(["a"]);
    const response = await answer<messages.UpdateResponse>((done) => client.update(request, done));
    expect(fromStruct(response.getProperties())).toEqual({
      state: { a: 1 },
      inputs: { a: 2 },
      ignored: ["a"],
    });
  });

  it("tells each changed path, and whether it replaces", async () => {
    const updated = await diff("p:i:Thing", { a: 1, l: [1] }, { b: 1, l: [2] });
    const { ADD, DELETE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
    const kinds = updated
      .getDetaileddiffMap()
      .toArray()
      .map(([path]) => [path, updated.getDetaileddiffMap().get(path)?.getKind()]);
    expect(kinds).toEqual([
      ["a", DELETE],
      ["b", ADD],
      ["l[0]", UPDATE],
    ]);
    expect(updated.getReplacesList()).toEqual([]);

    const replaced = await diff("p:i:Once", { l: [1] }, { l: [2] });
    expect(replaced.getReplacesList()).toEqual(["l"]);
    expect(replaced.getDetaileddiffMap().get("l[0]")?.getKind()).toBe(UPDATE_REPLACE);
  });

  it("sees no change where there is none, or where none is to be seen", async () => {
    const { DIFF_NONE } = messages.DiffResponse.DiffChanges;
    const same = await diff("p:i:Thing", { a: [{ b: 1 }] }, { a: [{ b: 1 }] });
    expect(same.getChanges()).toBe(DIFF_NONE);
    const ignored = await diff("p:i:Thing", { a: [{ b: 1 }], ab: 1 }, { a: [{ b: 2 }], ab: 1 }, [
      "a[0].b",
    ]);
    expect(ignored.getChanges()).toBe(DIFF_NONE);
    const other = await diff("p:i:Thing", { a: 1, ab: 1 }, { a: 1, ab: 2 }, ["a"]);
    expect(other.getDiffsList()).toEqual(["ab"]);
  });

  it("sees what is due although nothing has changed", async () => {
    const late = await diff("p:i:Thing", { late: true }, { late: true });
    expect(late.getDiffsList()).toEqual(["plan"]);
    const changed = await diff("p:i:Thing", { late: true, a: 1 }, { late: true, a: 2 });
    expect(changed.getDiffsList()).toEqual(["a"]);
  });

  it("fails with the message alone when nothing was made", async () => {
    await expect(create({ fail: "whole" })).rejects.toMatchObject({ details: "not made" });
  });

  it("hands over what was made half", async () => {
    const error = await create({ fail: "half" }).catch((caught: unknown) => caught);
    const [bytes] = (error as grpc.ServiceError).metadata.get("grpc-status-details-bin");
    const [packed] = statuses.Status.deserializeBinary(bytes as Buffer).getDetailsList();
    expect(packed?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
    const detail = messages.ErrorResourceInitFailed.deserializeBinary(
      packed?.getValue_asU8() ?? new Uint8Array(),
    );
    expect(detail.getId()).toBe("h");
    expect(detail.getReasonsList()).toEqual(["half made"]);
    expect(fromStruct(detail.getProperties())).toEqual({ half: true });
    expect(fromStruct(detail.getInputs())).toEqual({ fail: "half" });
  });

  it("reads its state back as it is", async () => {
    const request = new messages.ReadRequest()
      .setUrn(urn("p:i:Thing"))
      .setId("made")
      .setInputs(toStruct({ a: 1 }))
      .setProperties(toStruct({ a: 1, b: 2 }));
    const response = await answer<messages.ReadResponse>((done) => client.read(request, done));
    expect(response.getId()).toBe("made");
    expect(fromStruct(response.getProperties())).toEqual({ a: 1, b: 2 });
    expect(fromStruct(response.getInputs())).toEqual({ a: 1 });
  });

  it("answers functions, and knows which it has", async () => {
    const request = new messages.InvokeRequest().setTok("p:i:twice").setArgs(toStruct({ n: 21 }));
    const invoke = (): Promise<messages.InvokeResponse> =>
      answer((done) => client.invoke(request, done));
    expect(fromStruct((await invoke()).getReturn())).toEqual({ n: 42 });
    request.setTok("p:i:nothing");
    await expect(invoke()).rejects.toMatchObject({
      details: "there is no function p:i:nothing",
    });
  });

  it("names the types it has when asked for another", async () => {
    await expect(create({}, false, "p:i:Other")).rejects.toMatchObject({
      details: "p:i:Other is not one of p:i:Thing, p:i:Once, p:i:Late",
    });
  });

  it("takes messages beyond gRPC's own limit of 4 MiB", async () => {
    const text = "x".repeat(5 * 1024 * 1024);
    const made = await create({ text });
    expect(fromStruct(made.getProperties())["text"]).toHaveLength(text.length);
  });

  it("lets what runs know that the user interrupts", async () => {
    const waiting = expect(create({ wait: true })).rejects.toMatchObject({
      details: "interrupted",
    });
    await answer<empty.Empty>((done) => client.cancel(new empty.Empty(), done));
    await waiting;
  });
});
