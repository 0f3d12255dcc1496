import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultServerVersion } from "../../platform/versions.ts";
import { clusterPlaces, dockerNeeds, kubernetesNeeds } from "../../cli/pulumi/needs.ts";
import { keepingStackFile, onlySaltWasAdded, stackFile } from "../../cli/pulumi/stack-file.ts";
import { explained } from "../../cli/pulumi/stack.ts";

const project = resolve(import.meta.dirname, "../..");

/** A stack file with these settings of `temporal-platform`. */
function file(settings: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(settings).map(([key, value]) => [
    `temporal-platform:${key}`,
    value,
  ]);
  return JSON.stringify({ config: Object.fromEntries(entries) as unknown });
}

const docker = { kind: "docker" };

describe("what a stack needs of the machine", () => {
  it.each([
    ["dev", [{ serverVersion: defaultServerVersion, sources: {} }]],
    ["prod", []],
  ])("is read from the file of %s as it is shipped", (stack, expected) => {
    expect(dockerNeeds(readFileSync(stackFile(project, stack), "utf8"))).toEqual(expected);
  });

  it("is each cluster's own on top of what is common, and told once", () => {
    const text = file({
      common: { server: { version: "1.31.2" }, images: { registry: "registry.test/mirror" } },
      clusters: [
        { name: "a", target: docker },
        { name: "b", target: docker, server: { version: "1.32.2" } },
        {
          ...{ name: "c", target: { ...docker, host: "ssh://there" } },
          images: { registry: "other.test", ui: "own.test/ui:1" },
        },
        { name: "d", target: docker },
        { name: "e", target: { kind: "kubernetes", context: "there" } },
      ],
    });
    expect(dockerNeeds(text)).toEqual([
      { serverVersion: "1.31.2", sources: { registry: "registry.test/mirror" } },
      { serverVersion: "1.32.2", sources: { registry: "registry.test/mirror" } },
      {
        serverVersion: "1.31.2",
        sources: { registry: "other.test", ui: "own.test/ui:1" },
        host: "ssh://there",
      },
    ]);
  });

  it("has the image of an object store where one runs, or where keys are tried by it", () => {
    const needed = (archival: object, common: object = {}): readonly string[] => {
      const [need] = dockerNeeds(
        file({ common: { archival: common }, clusters: [{ name: "a", target: docker, archival }] }),
      );
      return need?.optional ?? [];
    };
    expect(needed({ kind: "managed" })).toEqual(["archive"]);
    expect(needed({}, { kind: "managed" })).toEqual(["archive"]);
    expect(needed({ kind: "external", credentials: { kind: "keys" } })).toEqual(["archive"]);
    expect(needed({ kind: "external", credentials: { kind: "role" } })).toEqual([]);
    expect(needed({ kind: "none" })).toEqual([]);
  });

  it("has the images of what watches a cluster where the platform runs it", () => {
    const needed = (monitoring: object, common: object = {}, more: object = {}) => {
      const clusters = [{ name: "a", target: docker, monitoring, ...more }];
      const [need] = dockerNeeds(file({ common: { monitoring: common }, clusters }));
      return need?.optional ?? [];
    };
    expect(needed({ kind: "managed" })).toEqual(["prometheus", "postgresExporter"]);
    expect(needed({}, { kind: "managed" })).toEqual(["prometheus", "postgresExporter"]);
    expect(needed({ kind: "none" }, { kind: "managed" })).toEqual([]);
    expect(needed({ kind: "operator" })).toEqual(["postgresExporter"]);
    const postgresExporter = { kind: "none" };
    expect(needed({ kind: "managed", postgresExporter })).toEqual(["prometheus"]);
    const searched = { visibility: { kind: "managed" } };
    expect(needed({ kind: "operator" }, {}, searched)).toEqual([
      ...["postgresExporter", "elasticsearchExporter", "opensearch"],
    ]);
    const elasticsearchExporter = { kind: "none" };
    expect(needed({ kind: "operator", elasticsearchExporter }, {}, searched)).toEqual([
      ...["postgresExporter", "opensearch"],
    ]);
    const external = { postgres: { kind: "external" } };
    expect(needed({ kind: "managed" }, {}, external)).toEqual(["prometheus"]);
    const alertmanager = { kind: "managed" };
    expect(needed({ kind: "managed", postgresExporter, alertmanager })).toEqual([
      ...["prometheus", "alertmanager"],
    ]);
  });

  it("has the image of OpenSearch where the platform runs it", () => {
    const needed = (visibility: object, common: object = {}) => {
      const clusters = [{ name: "a", target: docker, visibility }];
      const [need] = dockerNeeds(file({ common: { visibility: common }, clusters }));
      return need?.optional ?? [];
    };
    expect(needed({ kind: "managed" })).toEqual(["opensearch"]);
    expect(needed({}, { kind: "managed" })).toEqual(["opensearch"]);
    expect(needed({ kind: "external" })).toEqual([]);
    expect(needed({ kind: "postgres" }, { kind: "managed" })).toEqual([]);
  });

  it("is read, too, where `pulumi config set` has left JSON in a string", () => {
    expect(
      dockerNeeds(file({ clusters: JSON.stringify([{ name: "a", target: docker }]) })),
    ).toEqual([{ serverVersion: defaultServerVersion, sources: {} }]);
  });

  it.each([
    ["no YAML", "config: ["],
    ["an empty file", ""],
    ["no config", "other: 1"],
    ["no list", file({ clusters: 7 })],
    [
      "a version that nobody knows",
      file({ clusters: [{ target: docker, server: { version: "9.9.9" } }] }),
    ],
    [
      "a version that is none",
      file({ clusters: [{ target: docker, server: { version: "new" } }] }),
    ],
    [
      "a registry that is none",
      file({ clusters: [{ target: docker, images: { registry: "r/" } }] }),
    ],
    ["an image that is none", file({ clusters: [{ target: docker, images: { ui: "ui" } }] })],
  ])("is nothing, and left to the program to judge: %s", (_, text) => {
    expect(dockerNeeds(text)).toEqual([]);
  });

  it("is told for each cluster on Kubernetes by its name", () => {
    const text = file({
      common: {
        target: { kind: "kubernetes", kubeconfig: "~/k", context: "one" },
        images: { registry: "r.test" },
      },
      clusters: [
        { name: "a" },
        { name: "b", target: { context: "two" }, server: { version: "1.31.2" } },
        { name: "c", target: { kind: "kubernetes", kubeconfig: "/k" }, server: { version: "9.9" } },
        { name: "d", target: docker },
        { name: "e", target: { context: 7 } },
      ],
    });
    const images = { serverVersion: defaultServerVersion, sources: { registry: "r.test" } };
    expect(kubernetesNeeds(text)).toEqual([
      { name: "a", context: "one", kubeconfig: "~/k", images },
      {
        name: "b",
        context: "two",
        kubeconfig: "~/k",
        images: { ...images, serverVersion: "1.31.2" },
      },
      { name: "c", context: "one", kubeconfig: "/k" },
    ]);
    expect(dockerNeeds(text)).toEqual([images]);
    const places = clusterPlaces(text).map(({ name, kind }) => `${name} ${kind}`);
    expect(places).toEqual(["a kubernetes", "b kubernetes", "c kubernetes", "d docker"]);
  });

  it("has the images of the workers, which are brought to a cluster of `npm run cluster`", () => {
    const text = file({
      common: { workers: { orders: { image: "r.test/orders:1" }, bills: { image: "r.test/b:1" } } },
      clusters: [
        {
          name: "a",
          target: { kind: "kubernetes", context: "x" },
          workers: {
            bills: { image: "r.test/b:2" },
            moving: { image: "r.test/c:latest" },
            legacy: { kind: "external" },
          },
        },
      ],
    });
    expect(kubernetesNeeds(text)).toMatchObject([
      { name: "a", workerImages: ["r.test/orders:1", "r.test/b:2"] },
    ]);
  });

  it("is a Kubernetes cluster for prod as it is shipped, and none for dev", () => {
    const [prod, dev] = ["prod", "dev"].map((stack) =>
      kubernetesNeeds(readFileSync(stackFile(project, stack), "utf8")),
    );
    expect(prod).toMatchObject([{ name: "prod", context: "prod" }]);
    expect(dev).toEqual([]);
  });

  it("is looked for under the stack's own name, without an organisation", () => {
    expect(stackFile("/there", "acme/temporal-platform/prod")).toBe("/there/Pulumi.prod.yaml");
  });
});

describe("the salt in a stack file", () => {
  const before = "# why\nconfig:\n  a: b\n";
  const salted = "config:\n  a: b\nencryptionsalt: v1:abc=\n";

  it.each([
    ["a salt and nothing else", before, salted, true],
    ["a salt in a file that was not there", "", "encryptionsalt: v1:abc=\n", true],
    ["another value as well", before, salted.replace("b", "c"), false],
    ["a secret as well", before, `${salted}secretsprovider: passphrase\n`, false],
    ["no salt", before, "config:\n  a: b\n", false],
    ["a salt that was there", salted, salted.replace("abc", "def"), false],
  ])("is told apart: %s", (_, was, is, expected) => {
    expect(onlySaltWasAdded(was, is)).toBe(expected);
  });

  it("is taken out again, also after a failure, and comments stay", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "stack-")), "Pulumi.dev.yaml");
    writeFileSync(path, before);
    const work = keepingStackFile(path, () => {
      writeFileSync(path, salted);
      return Promise.reject(new Error("broken"));
    });
    await expect(work).rejects.toThrow("broken");
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("goes with the file that was made for it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "stack-"));
    const path = join(directory, "Pulumi.new.yaml");
    await keepingStackFile(path, () => {
      writeFileSync(path, "encryptionsalt: v1:abc=\n");
      return Promise.resolve();
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it("stays where the stack has got a secret", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "stack-")), "Pulumi.dev.yaml");
    const secret = salted.replace("  a: b\n", "  a: b\n  s: { secure: v1:x }\n");
    writeFileSync(path, before);
    await keepingStackFile(path, () => {
      writeFileSync(path, secret);
      return Promise.resolve();
    });
    expect(readFileSync(path, "utf8")).toBe(secret);
  });
});

describe("Pulumi's words about a stack", () => {
  it("are its last error line", () => {
    expect(explained("warning: old\nerror: no stack named 'x' found\n", "x")).toBe(
      "stack x: no stack named 'x' found",
    );
    expect(explained("Killed\n", "x")).toBe("stack x: Killed");
  });

  it("come with what to do about another passphrase", () => {
    expect(explained("error: get stack secrets manager: incorrect passphrase", "dev")).toMatch(
      /^stack dev: .*incorrect passphrase: .*PULUMI_CONFIG_PASSPHRASE/,
    );
    const known = "failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE";
    expect(explained(`error: ${known}`, "dev")).toBe(`stack dev: ${known}`);
  });
});
