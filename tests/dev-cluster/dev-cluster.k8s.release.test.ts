/**
 * Clusters of `npm run cluster`, for real: what a platform on Kubernetes will ask of them, and how they are made, restarted and removed.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageCatalogue } from "../../platform/images.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { type DevCluster, clusterDown, clusterStatus, clusterUp } from "../../dev-cluster/index.ts";
import { run } from "../../dev-cluster/node.ts";
import { clusterLabel, networkName, nodeName } from "../../dev-cluster/plan.ts";
import { forwardTo } from "../../clients/kubernetes/forward.ts";
import { kubernetesAccess } from "../../clients/kubernetes/kubeconfig.ts";
import { pathsOf } from "../../offline/paths.ts";
import { restricted, TestNamespace, until } from "../../testkit/test-namespace.ts";
import { database, openPostgres, page } from "../../testkit/kubernetes-objects.ts";
import { asksPostgres, visitor } from "../../testkit/visits.ts";

const engine = new Docker();
const id = randomBytes(3).toString("hex");
const [first, second, third] = [`e2e-${id}-a`, `e2e-${id}-b`, `e2e-${id}-c`] as const;
const neighbour = `temporal-platform-e2e-${id}-neighbour`;
const [nodePort, webPort] = [30432, 30080];

const { postgres, gateway } = imageCatalogue(defaultServerVersion);
const [postgresImage, webImage] = [postgres.reference, gateway.reference];
const images = [postgresImage, webImage];

let one: DevCluster;
let other: DevCluster;
let inOne: TestNamespace;
let inOther: TestNamespace;

/** What a cluster says while it comes up. */
const lines: string[] = [];
const report = (line: string): void => void lines.push(line);

beforeAll(async () => {
  [one, other] = await Promise.all([
    clusterUp(first, { images, report }),
    clusterUp(second, { images: [postgresImage], report }),
  ]);
  inOne = await TestNamespace.create(one.kubeconfig, "e2e");
  inOther = await TestNamespace.create(other.kubeconfig, "e2e");
});

afterAll(async () => {
  await engine.getContainer(neighbour).remove({ force: true }).catch(ignore);
  await engine.getContainer(nodeName(third)).remove({ force: true }).catch(ignore);
  for (const name of [first, second, third]) await clusterDown(name, report);
});

const ignore = (): undefined => undefined;

/** `npm run cluster` in a process of its own. */
const command = [join(resolve(import.meta.dirname, "../.."), "cli", "main.ts"), "cluster"];

/** Everything on the engine that belongs to a cluster. */
async function belongings(name: string): Promise<readonly string[]> {
  const filters = { label: [`${clusterLabel}=${name}`] };
  const containers = await engine.listContainers({ all: true, filters });
  const { Volumes } = await engine.listVolumes({ filters });
  return [...containers.flatMap(({ Names }) => Names), ...Volumes.map(({ Name }) => Name)];
}

/** Runs SQL from a pod of one of the clusters. */
function sql(
  from: TestNamespace,
  name: string,
  host: string,
  port: number,
  query: string,
): Promise<string> {
  const url = `postgresql://postgres@${host}:${port}/postgres?connect_timeout=5`;
  return from.run(name, {
    image: postgresImage,
    command: ["psql", "--no-psqlrc", "-qtA", url, "-c", query],
    securityContext: { ...restricted, runAsUser: 1000 },
  });
}

describe("two clusters side by side", () => {
  it("are ready, each with a kubeconfig of its own that only its owner may read", async () => {
    const ours = (await clusterStatus()).filter(({ name }) => name.startsWith(`e2e-${id}`));
    expect(ours).toMatchObject(
      [one, other].map(({ kubeconfig, nodeAddress }) => ({
        container: "running",
        node: "ready",
        kubeconfig,
        nodeAddress,
      })),
    );
    expect([one.context, other.context]).toEqual([
      `temporal-platform-${first}`,
      `temporal-platform-${second}`,
    ]);
    expect(statSync(one.kubeconfig).mode & 0o777).toBe(0o600);
    expect(one.nodeAddress).not.toBe(other.nodeAddress);
  });

  it("refuse what the restricted standard forbids", async () => {
    const spec = { containers: [{ name: "main", image: postgresImage }] };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "careless" }, spec };
    await expect(inOne.apply(pod)).rejects.toThrow("violates PodSecurity");
  });

  it("keep a database of a user without rights on a volume, and look up its name", async () => {
    await inOne.apply(...database(postgresImage, nodePort));
    await inOne.ready("StatefulSet", "db");
    await sql(inOne, "write", "db", 5432, "create table notes as select 'kept' as note");
    const answer = await sql(inOne, "read", "db.e2e.svc.cluster.local", 5432, "table notes");
    expect(answer).toBe("kept");
  });

  it("lend a service's port to this machine", async () => {
    const { kubeconfig, context } = one;
    const access = await kubernetesAccess({ context, kubeconfig }, { environment: {} });
    const forward = await forwardTo(access, { service: "db", namespace: "e2e", port: 5432 });
    const [host = "", port] = forward.address.split(":");
    expect(await asksPostgres(host, Number(port))).toBe("N");
    await forward.close();
    const nowhere = forwardTo(access, { service: "none", namespace: "e2e", port: 5432 });
    await expect(nowhere).rejects.toThrow("service none of namespace e2e cannot");
  });

  it("open ports to this machine and to each other's pods", async () => {
    expect(await asksPostgres(one.nodeAddress, nodePort)).toBe("N");
    expect(await sql(inOther, "across", one.nodeAddress, nodePort, "table notes")).toBe("kept");
  });

  it("let pods look up the engine's other containers by name", async () => {
    const container = await engine.createContainer({
      name: neighbour,
      Image: postgresImage,
      User: "999:999",
      Cmd: openPostgres,
      Env: ["PGDATA=/tmp/pg"],
      HostConfig: { NetworkMode: networkName },
    });
    await container.start();
    await until("the neighbour answers", async () => {
      const ready = ["pg_isready", "--host=localhost"];
      return (await run(container, ready)).includes("accepting");
    });
    const query = "select 'found'";
    expect(await sql(inOther, "neighbour", neighbour, 5432, query)).toBe("found");
  });

  it("roll a new version out without a moment of none", async () => {
    await inOne.apply(...page(webImage, "one", webPort));
    await inOne.ready("Deployment", "page");
    const url = `http://${one.nodeAddress}:${webPort}/`;
    await until("the page is read", async () => (await fetch(url)).ok);
    const visits = visitor(url);
    await inOne.apply(...page(webImage, "two", webPort));
    await inOne.ready("Deployment", "page");
    await until("the new page is read", () => visits.heard.at(-1) === "two");
    await visits.stop();
    expect(new Set(visits.heard)).toEqual(new Set(["one", "two"]));
  });
});

describe("a second `up`", () => {
  it("finds everything there and does nothing", async () => {
    const before = await engine.getContainer(one.node).inspect();
    const said: string[] = [];
    const again = await clusterUp(first, { images, report: (line) => said.push(line) });
    expect(again).toEqual(one);
    expect(said.filter((line) => !line.startsWith("✓"))).toEqual([]);
    const after = await engine.getContainer(one.node).inspect();
    expect(after.State).toEqual(before.State);
  });
});

describe("a restart of the container", () => {
  it("is over in seconds, and everything is there again", async () => {
    await engine.getContainer(one.node).restart();
    expect(await clusterUp(first, { images, report })).toEqual(one);
    await until(
      "the database answers",
      async () => (await asksPostgres(one.nodeAddress, nodePort)) === "N",
    );
    // A job asks once, and the name is not in the DNS before the database's new pod is ready.
    let attempt = 0;
    const read = (): Promise<string> => sql(inOne, `again-${++attempt}`, "db", 5432, "table notes");
    expect(await until("its name leads to it", read)).toBe("kept");
  });
});

describe("what stands in the way", () => {
  it("of a cluster is told in one line: a container of its name that is another's", async () => {
    const stranger = await engine.createContainer({ name: nodeName(third), Image: postgresImage });
    const { exitCode, stderr } = await execa(process.execPath, [...command, "up", third], {
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr.trim()).toBe(
      `error: there is a container ${nodeName(third)} that npm run cluster did not make: remove or rename it, or name the cluster otherwise`,
    );
    expect(await belongings(third)).toEqual([]);
    await stranger.remove();
  });
});

describe("an interrupted `up`", () => {
  it("is completed by the next", async () => {
    const killed = spawn(process.execPath, [...command, "up", third], { stdio: "ignore" });
    await until("the container is made", async () => (await belongings(third)).length === 2);
    killed.kill("SIGKILL");
    const { kubeconfig } = await clusterUp(third, { images: [], report });
    expect(existsSync(kubeconfig)).toBe(true);
    await clusterDown(third, report);
  });
});

describe("`down`", () => {
  it("leaves nothing of the cluster, and the others as they are", async () => {
    await clusterDown(first, report);
    expect(await belongings(first)).toEqual([]);
    expect(existsSync(one.kubeconfig)).toBe(false);
    const rest = (await clusterStatus()).map(({ name }) => name);
    expect(rest).toContain(second);
    expect(rest).not.toContain(first);
  });

  it("of a cluster that is not there says so", async () => {
    const { stdout, exitCode } = await execa(process.execPath, [...command, "down", first]);
    expect([exitCode, stdout]).toEqual([0, `there is no cluster ${first}`]);
  });

  it("removes the network with the last cluster", async () => {
    await engine.getContainer(neighbour).remove({ force: true });
    await clusterDown(second, report);
    const networks = (await engine.listNetworks()).map(({ Name }) => Name);
    expect(networks.includes(networkName)).toBe((await clusterStatus()).length > 0);
    expect(existsSync(join(pathsOf(process.env).clusters, `${second}.yaml`))).toBe(false);
  });
});
