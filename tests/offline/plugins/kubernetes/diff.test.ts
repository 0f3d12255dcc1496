import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Properties } from "../../../../providers/protocol/values.ts";
import {
  differences,
  replacementIfUnready,
} from "../../../../offline/plugins/kubernetes/diff/differences.ts";
import { drift } from "../../../../offline/plugins/kubernetes/diff/drift.ts";
import { isImmutable } from "../../../../offline/plugins/kubernetes/diff/immutable.ts";
import { quantity } from "../../../../offline/plugins/kubernetes/diff/quantity.ts";

const paths = (inputs: Properties, live: Properties): string[] =>
  drift(inputs, live).map(({ path }) => path);

describe("quantities", () => {
  it.each([
    ["500m", 0.5],
    ["0.5", 0.5],
    [1, 1],
    ["1Gi", 2 ** 30],
    ["1024Mi", 2 ** 30],
    ["1e3", 1000],
    ["2k", 2000],
  ])("%s is %d", (written, number) => {
    expect(quantity(written)).toBeCloseTo(number);
  });

  it.each(["", "Gi", "1Q", "v1", true, undefined])("%s is none", (written) => {
    expect(quantity(written)).toBeUndefined();
  });
});

describe("drift", () => {
  const json = fc
    .dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ noUnicodeString: false }))
    .filter((value) => !JSON.stringify(value).includes("__proto__"));

  it("is nothing when the server only adds", () => {
    fc.assert(
      fc.property(json, json, (inputs, more) => {
        expect(paths(inputs, { ...more, ...inputs })).toEqual([]);
      }),
    );
  });

  it.each([
    ["a quantity in another way", { a: "1024Mi" }, { a: "1Gi" }],
    ["a number as text", { cpu: 1 }, { cpu: "1" }],
    ["nothing, which the server leaves out", { a: {}, b: [], c: "", d: false, e: 0 }, {}],
    [
      "a Secret's text as its data",
      { kind: "Secret", stringData: { a: "b" } },
      { kind: "Secret", data: { a: "Yg==" } },
    ],
    [
      "a list with somebody else's elements between",
      {
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      },
      {
        env: [
          { name: "X", value: "0" },
          { name: "B", value: "2" },
          { name: "A", value: "1" },
        ],
      },
    ],
  ])("is not %s", (_what, inputs, live) => {
    expect(paths(inputs, live)).toEqual([]);
  });

  it.each([
    ["another value", { spec: { replicas: 2 } }, { spec: { replicas: 5 } }, "spec.replicas"],
    [
      "a value that is gone",
      { metadata: { labels: { a: "b" } } },
      { metadata: {} },
      "metadata.labels",
    ],
    ["a list that grew", { args: ["a"] }, { args: ["a", "b"] }, "args"],
    [
      "an element that is gone",
      { env: [{ name: "A", value: "1" }] },
      { env: [{ name: "B" }] },
      "env[0]",
    ],
    [
      "a Secret's other text",
      { kind: "Secret", stringData: { a: "b" } },
      { kind: "Secret", data: { a: "Yw==" } },
      "data.a",
    ],
    ["who may connect", { ingress: [{ from: [{ a: 1 }] }] }, { ingress: [{}] }, "ingress[0].from"],
  ])("is %s", (_what, inputs, live, path) => {
    expect(paths(inputs, live)).toContain(path);
  });
});

describe("what the server never changes", () => {
  it.each([
    ["Deployment", "spec.selector.matchLabels.app", true],
    ["Deployment", "spec.replicas", false],
    ["StatefulSet", "spec.serviceName", true],
    ["StatefulSet", "spec.template.spec", false],
    ["StatefulSet", "spec.minReadySeconds", false],
    ["Job", "spec.template.spec.containers[0].image", true],
    ["Job", "spec.activeDeadlineSeconds", false],
    ["Secret", "stringData.password", true],
    ["ConfigMap", "data.file", true],
    ["ConfigMap", "metadata.labels.a", false],
    ["PersistentVolumeClaim", "spec.resources.requests.storage", false],
    ["PersistentVolumeClaim", "spec.storageClassName", true],
    ["Service", "spec.clusterIP", true],
    ["Service", "spec.ports[0].port", false],
    ["Anything", "metadata.name", true],
    ["Anything", "metadata.namespace", true],
  ])("of a %s: %s", (kind, path, immutable) => {
    expect(isImmutable({ apiVersion: "v1", kind }, path)).toBe(immutable);
  });

  it.each([
    ["one that may change", {}, false],
    ["one that calls itself immutable", { immutable: true }, true],
  ])("of a ConfigMap where the provider may change them: %s", (_what, more, immutable) => {
    const object = { apiVersion: "v1", kind: "ConfigMap", ...more };
    expect(isImmutable(object, "data.file", true)).toBe(immutable);
  });
});

describe("differences", () => {
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "j", annotations: { "pulumi.com/replaceUnready": "true" } },
  };
  const done = { ...job, status: { conditions: [{ type: "Complete", status: "True" }] } };
  const failed = { ...job, status: { conditions: [{ type: "Failed", status: "True" }] } };

  it("are none for an unchanged object", () => {
    expect(differences({ inputs: job, outputs: done }, job).properties).toEqual([]);
  });

  it("are the whole object where it did not become ready and that is to be tried again", () => {
    expect(replacementIfUnready(done)).toEqual([]);
    expect(replacementIfUnready(failed)).toEqual([
      expect.objectContaining({ path: "status", by: "replace" }),
    ]);
  });

  it("tell what the program changed from what somebody else did", () => {
    const before = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      spec: { replicas: 1, paused: true },
    };
    const live = { ...before, spec: { replicas: 7, paused: true } };
    const wanted = { ...before, spec: { replicas: 1, paused: false } };
    expect(differences({ inputs: before, outputs: live }, wanted).properties).toEqual([
      { path: "spec.paused", kind: "update", seen: "inputs", by: "update" },
      { path: "spec.replicas", kind: "update", seen: "state", by: "update" },
    ]);
  });

  const map = (name: string, data: object, annotations: object = {}): Properties => ({
    ...{ apiVersion: "v1", kind: "ConfigMap" },
    ...{ metadata: { name, annotations }, data },
  });

  it.each([
    ["a fixed name", map("a", { x: "1" }), map("a", { x: "2" }), "delete before create"],
    ["another name", map("a", { x: "1" }), map("b", { x: "2" }), "create before delete"],
    [
      "a name of the provider's",
      map("a-1", { x: "1" }, { "pulumi.com/autonamed": "true" }),
      map("a-1", { x: "2" }, { "pulumi.com/autonamed": "true" }),
      "create before delete",
    ],
  ])(
    "replace an object with %s in the order that its name allows",
    (_what, before, after, order) => {
      const found = differences({ inputs: before, outputs: before }, after);
      expect(found.replacement).toBe(order);
      expect(found.properties.some(({ by }) => by === "replace")).toBe(true);
    },
  );
});
