import { describe, expect, it } from "vitest";
import { providerSettings, stackStateOf } from "../../cli/pulumi/export.ts";

/** What `pulumi stack export` prints of a deployment. */
const printed = (deployment: object): string => JSON.stringify({ version: 3, deployment });

describe("the state of a stack", () => {
  it("is what there is, and what a killed deployment had begun", () => {
    const provider = { urn: "p", id: "1", type: "pulumi:providers:docker" };
    const container = { urn: "c", type: "docker:index/container:Container", inputs: { name: "x" } };
    const text = printed({
      manifest: { time: "2026-01-01T00:00:00Z" },
      resources: [provider],
      pending_operations: [{ type: "creating", resource: container }],
    });
    expect(stackStateOf(text)).toEqual({
      resources: [{ ...provider, inputs: {}, outputs: {} }],
      pending: [{ type: "creating", resource: { ...container, id: "", outputs: {} } }],
    });
  });

  it.each([
    ["has never been up", {}],
    ["was destroyed", { resources: null, pending_operations: null }],
  ])("is empty when it %s", (_what, deployment) => {
    expect(stackStateOf(printed(deployment))).toEqual({ resources: [], pending: [] });
  });

  it.each(["", "no stack named dev", "{}"])("is refused when it is %j", (text) => {
    expect(() => stackStateOf(text)).toThrow();
  });
});

describe("the settings of a resource's provider", () => {
  const provider = { urn: "urn:docker", id: "1", type: "pulumi:providers:docker" };
  const inputs = { host: "ssh://box", registryAuth: [{ address: "mirror" }], secret: { "4d": 1 } };
  const state = stackStateOf(
    printed({
      resources: [
        { ...provider, inputs },
        { ...provider, urn: "urn:other" },
      ],
    }),
  );
  const by = (name?: string): Readonly<Record<string, string>> =>
    providerSettings(
      { urn: "u", id: "i", type: "t", inputs: {}, outputs: {}, provider: name },
      state,
    );

  it("are its text", () => {
    expect(by("urn:docker::1")).toEqual({ host: "ssh://box" });
  });

  it.each(["urn:docker::2", "urn:other::1", "urn:gone::1", undefined])(
    "are none when it has none, or is not known: %s",
    (name) => {
      expect(by(name)).toEqual({});
    },
  );
});
