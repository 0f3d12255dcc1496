/**
 * Two clusters on Kubernetes in one stack, where there are two Kubernetes clusters in one each: one with a PostgreSQL of its own that
 * is kept when the stack goes, one in a namespace and with a database that somebody else keeps.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageCatalogue } from "../../platform/images.ts";
import { serviceRoles } from "../../platform/roles.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { rolled } from "../../testkit/subject.ts";
import { arrangeOnKubernetes, type KubernetesSubject } from "../../testkit/kubernetes-subject.ts";
import { database } from "../../testkit/kubernetes-objects.ts";
import { TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { testCluster } from "../../testkit/test-cluster.ts";
import { TestNamespace } from "../../testkit/test-namespace.ts";

const password = randomBytes(12).toString("hex");
const secret = "database";
const image = imageCatalogue(defaultServerVersion).postgres.reference;
/** Of the external database, for whoever wants to look. */
const databasePort = 30_000 + 2767;

let stack: TestStack;
let own: KubernetesSubject;
let guest: KubernetesSubject;
let host: TestNamespace;
let databases: TestNamespace;
let directory: string;

/** Writes the stack's config; what is not said is as at first. */
function configure(
  more: { own?: object; guest?: object; guestTarget?: object } = {},
): Promise<void> {
  return stack.configure({
    clusters: [
      { name: own.name, target: own.target, onDestroy: "keep", ...more.own },
      {
        name: guest.name,
        identity: { initialFailoverVersion: 2 },
        target: { ...guest.target, namespacePolicy: "existing", ...more.guestTarget },
        postgres: {
          kind: "external",
          host: `db.${databases.name}.svc.cluster.local`,
          passwordSecret: { name: secret },
          maxConnections: 300,
        },
        ...more.guest,
      },
    ],
  });
}

const giveSecret = (value: string): Promise<void> =>
  host.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secret },
    stringData: { password: value },
  });

const gatewayOf = async ({ name }: KubernetesSubject): Promise<string> => {
  const { clusters } = (await stack.outputs()) as {
    clusters: Record<string, { gatewayAddress: string }>;
  };
  return clusters[name]?.gatewayAddress ?? "";
};

beforeAll(async () => {
  stack = await TestStack.create({});
  directory = await mkdtemp(join(tmpdir(), "temporal-platform-two-"));
  own = await arrangeOnKubernetes("own", { stack });
  guest = await arrangeOnKubernetes("guest", { stack, cluster: await testCluster("other") });
  const { config } = guest.cluster;
  host = await TestNamespace.create(config, guest.namespace);
  databases = await TestNamespace.create(config, `${guest.namespace}-db`);
  await databases.apply(...database(image, databasePort, password));
  await databases.ready("StatefulSet", "db");
});

afterAll(async () => {
  await databases.remove();
  await guest.dispose();
  await own.dispose();
  await rm(directory, { recursive: true });
});

describe("a wrong password of the external database", () => {
  it("is told as one clear error, and the next up goes on from there", async () => {
    await giveSecret(randomBytes(8).toString("hex"));
    await configure();
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output.replace(/\s+/g, " ")).toContain("PostgreSQL refused the password of temporal");
    await giveSecret(password);
    await stack.up();
    for (const one of [own, guest]) {
      expect(Object.keys(await one.running())).toEqual(
        expect.arrayContaining([...serviceRoles, "gateway", "ui"]),
      );
    }
    expect(await guest.running()).not.toHaveProperty("postgres");
  });
});

describe("two clusters", () => {
  it("a second up changes nothing in either", async () => {
    expect(await stack.up()).toEqual({ created: [], updated: [], replaced: [], deleted: [] });
  });

  it("each has its identity, and workflows of its own", async () => {
    for (const one of [own, guest]) {
      const address = await gatewayOf(one);
      const described = await temporal(address, "operator", "cluster", "describe", "-o", "json");
      expect(JSON.parse(described)).toMatchObject({ clusterName: one.name });
      await temporal(
        address,
        ...["workflow", "start", "--workflow-id", `only-in-${one.name}`],
        ...["--type", "greet", "--task-queue", "nobody"],
      );
    }
    const list = async (): Promise<string> => temporal(await gatewayOf(guest), "workflow", "list");
    await expect.poll(list, { timeout: 15_000 }).toContain(`only-in-${guest.name}`);
    expect(await list()).not.toContain(`only-in-${own.name}`);
  });

  it("the state never sees the password that a Secret holds", async () => {
    expect(await stack.state()).not.toContain(password);
  });

  it("a change of one leaves the other alone", async () => {
    const [before, otherBefore] = [await guest.running(), await own.running()];
    await configure({ guest: { server: { logLevel: "warn" } } });
    await stack.up();
    expect(rolled(before, await guest.running())).toEqual([...serviceRoles].sort());
    expect(rolled(otherBefore, await own.running())).toEqual([]);
  });
});

describe("a Kubernetes cluster that is out of reach", () => {
  it("is named, and the other one is previewed all the same", async () => {
    const kubeconfig = join(directory, "kubeconfig");
    const text = await readFile(guest.cluster.kubeconfig, "utf8");
    await writeFile(kubeconfig, text.replaceAll(/https:\/\/[^\s"]+/g, "https://127.0.0.1:9"));
    await configure({
      own: { server: { logLevel: "error" } },
      guest: { server: { logLevel: "warn" } },
      guestTarget: { kubeconfig },
    });
    const before = await own.running();
    const results = [await stack.preview(), await stack.tryUp()];
    for (const { exitCode, output } of results) {
      expect(exitCode).not.toBe(0);
      expect(output).toContain(`clusters[${guest.name}]: the API server https://127.0.0.1:9`);
      expect(output).toMatch(new RegExp(`temporal-${own.name}-history (update|updated)`));
      expect(output).not.toMatch(/ at .*\.ts:\d+/);
    }
    expect(Object.keys(await own.running())).toEqual(Object.keys(before));
    await configure({ guest: { server: { logLevel: "warn" } } });
    await stack.up();
  });
});

describe("data that is to be kept", () => {
  it("outlives the stack, and the next up takes it over", async () => {
    await stack.destroy();
    expect(await own.running()).toEqual({});
    const { items } = await own.core.listNamespacedPersistentVolumeClaim({
      namespace: own.namespace,
    });
    expect(items.map(({ metadata }) => metadata?.name).sort()).toEqual([
      "gateway-audit-gateway-0",
      "postgres-data-postgres-0",
    ]);
    expect(
      (await guest.core.listNamespace()).items.map(({ metadata }) => metadata?.name),
    ).toContain(guest.namespace);
    await configure();
    await stack.up();
    const list = async (): Promise<string> => temporal(await gatewayOf(own), "workflow", "list");
    await expect.poll(list, { timeout: 15_000 }).toContain(`only-in-${own.name}`);
  });

  it("goes with the stack when the user says so", async () => {
    await configure({ own: { onDestroy: "delete" } });
    await stack.up();
    await stack.destroy();
    expect(await own.leftOvers()).toEqual([]);
    expect(await guest.running()).toEqual({});
  });
});
