/**
 * Brings a cluster up.
 */
import type Docker from "dockerode";
import { type Paths, pathsOf } from "../offline/paths.ts";
import { present, type Report, step } from "../offline/steps.ts";
import { UserError } from "../offline/user-error.ts";
import { loadImages, type ClusterOptions, platformImages } from "./load.ts";
import { isNotFound } from "../clients/docker.ts";
import { clusterEngine, kubeconfigPath } from "./engine.ts";
import { type Health, healthOf, waitFor } from "./health.ts";
import { ensureNodeImage } from "./image.ts";
import { accessOf, renamed, writeKubeconfig } from "./kubeconfig.ts";
import { ensureNetwork, nodeContainers } from "./network.ts";
import { createNode, run } from "./node.ts";
import {
  checkedName,
  clusterLabel,
  contextName,
  freeNumber,
  nodeName,
  type Plan,
  planOf,
} from "./plan.ts";

/** A cluster that works. */
export interface DevCluster {
  /** Path of its kubeconfig. */
  readonly kubeconfig: string;
  /** The kubeconfig's only context. */
  readonly context: string;
  /** Where its NodePorts are, for this machine and for the pods of other clusters. */
  readonly nodeAddress: string;
  /** Name of the container. */
  readonly node: string;
}

/**
 * Brings a cluster up, or sees that it is; one that was interrupted in its making is completed.
 *
 * @throws UserError for a name that cannot be one or is another's, and when the cluster does not come up in time.
 */
export async function clusterUp(
  name: string,
  { images, report = console.log }: ClusterOptions = {},
): Promise<DevCluster> {
  checkedName(name);
  const paths = pathsOf(process.env);
  const engine = await clusterEngine(paths);
  const references = images ?? (await platformImages(engine, paths, report));
  const node = await ensureNode(engine, name, paths, report);
  const kubeconfig = kubeconfigPath(paths, name);
  await ensureStarted(node, name, kubeconfig, report);
  await loadImages(engine, node, references, report);
  return {
    kubeconfig,
    context: contextName(name),
    nodeAddress: await addressOf(node),
    node: nodeName(name),
  };
}

/** Makes what clusters are made of, which takes minutes once: Kubernetes, compiled, in the image of a node. */
export async function clusterBuild(report: Report = console.log): Promise<void> {
  const paths = pathsOf(process.env);
  await ensureNodeImage(await clusterEngine(paths), paths.cache, report);
}

/** A cluster's container, running. */
async function ensureNode(
  engine: Docker,
  name: string,
  { cache }: Paths,
  report: Report,
): Promise<Docker.Container> {
  const found = (await nodeContainers(engine)).find((one) => one.name === name);
  if (found?.state === "running") {
    present(`cluster ${name}: ${nodeName(name)} runs`, report);
    return engine.getContainer(found.id);
  }
  if (found !== undefined && found.state !== "created") {
    const container = engine.getContainer(found.id);
    await step(`start ${nodeName(name)} again`, () => container.start(), report);
    return container;
  }
  const image = await ensureNodeImage(engine, cache, report);
  return step(
    `start Kubernetes in the container ${nodeName(name)}`,
    () => makeNode(engine, name, image),
    report,
  );
}

async function makeNode(engine: Docker, name: string, image: string): Promise<Docker.Container> {
  await removeHalfMade(engine, name);
  await engine.createVolume({ Name: nodeName(name), Labels: { [clusterLabel]: name } });
  const subnet = await ensureNetwork(engine);
  for (;;) {
    const taken = (await nodeContainers(engine)).map(({ number }) => number);
    const plan: Plan = planOf(name, freeNumber(taken), subnet);
    const container = await createNode(engine, plan, image);
    try {
      await container.start();
      return container;
    } catch (error) {
      await container.remove({ force: true });
      // Another process has just given the number to a cluster of its own.
      if (!/address already in use/i.test(String(error))) throw error;
    }
  }
}

/** Removes what was made of a cluster when it was interrupted; a volume may also be left of a container that was removed by hand. */
async function removeHalfMade(engine: Docker, name: string): Promise<void> {
  try {
    const container = engine.getContainer(nodeName(name));
    const { Config: config } = await container.inspect();
    if (config.Labels[clusterLabel] !== name) {
      throw new UserError(
        `there is a container ${nodeName(name)} that npm run cluster did not make: remove or rename it, or name the cluster otherwise`,
      );
    }
    await container.remove({ force: true });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    await engine.getVolume(nodeName(name)).remove();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function ensureStarted(
  node: Docker.Container,
  name: string,
  path: string,
  report: Report,
): Promise<void> {
  const remedy = `see docker logs ${nodeName(name)}; npm run cluster down ${name} removes it`;
  const kubeconfig = await waitFor("there are no certificates", remedy, () => readConfig(node));
  const text = renamed(kubeconfig, contextName(name));
  await writeKubeconfig(path, text);
  const ask = (): Promise<Health | undefined> => healthOf(accessOf(text));
  const when = (good: (health: Health) => boolean) => async (): Promise<true | undefined> => {
    const health = await ask();
    return health !== undefined && good(health) ? true : undefined;
  };
  const stages = [
    ["the API server answers", "the API server does not answer", () => true],
    ["the node is ready", "the node is not ready", ({ nodeReady }: Health) => nodeReady],
    ["names are looked up", "the cluster's DNS is not ready", ({ dnsReady }: Health) => dnsReady],
  ] as const;
  for (const [title, unless, good] of stages) {
    const attempt = when(good);
    if ((await attempt()) === true) present(`cluster ${name}: ${title}`, report);
    else await step(`wait until ${title}`, () => waitFor(unless, remedy, attempt), report);
  }
}

/** The administrator's kubeconfig, once the node has made it. */
async function readConfig(node: Docker.Container): Promise<string | undefined> {
  const path = "/etc/kubernetes";
  // The last file that is made says that all the others are there.
  const command = `cat ${path}/kube-proxy.conf >/dev/null && cat ${path}/super-admin.conf`;
  try {
    return await run(node, ["sh", "-c", command]);
  } catch {
    return undefined;
  }
}

async function addressOf(node: Docker.Container): Promise<string> {
  const { NetworkSettings: settings } = await node.inspect();
  return Object.values(settings.Networks)[0]?.IPAddress ?? "";
}
