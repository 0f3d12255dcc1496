/**
 * Kubeconfigs: which one is meant, and what it says about a context.
 */
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { pathsOf } from "../../offline/paths.ts";
import type { KubernetesNeeds } from "../pulumi/needs.ts";
import { UserError } from "../../offline/user-error.ts";
import { ofDevCluster } from "./dev-cluster.ts";

/** What names a Kubernetes cluster. */
export type KubernetesChoice = Pick<KubernetesNeeds, "name" | "context" | "kubeconfig">;

/** A Kubernetes cluster as a kubeconfig describes it. */
export interface Access {
  readonly choice: KubernetesChoice;
  /** The kubeconfig, with the context as the current one. */
  readonly config: KubeConfig;
  /** URL of the API server. */
  readonly server: string;
}

/** Variables of the environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/** How another kubeconfig is named. */
const byAnother = "KUBECONFIG or target.kubeconfig";

/**
 * How a cluster's API server is reached; asks nobody.
 *
 * @throws UserError when there is no kubeconfig, or none that can be read, or it does not have the context.
 */
export async function accessTo(
  choice: KubernetesChoice,
  environment: Environment,
): Promise<Access> {
  const { name, context } = choice;
  const paths = kubeconfigs(choice, environment);
  const there = paths.filter((path) => existsSync(path));
  const where = there.join(", ");
  if (there.length === 0) {
    const remedy = ofDevCluster(context) ?? `name the one that has it by ${byAnother}`;
    throw fault(
      name,
      `there is no kubeconfig ${paths.join(", ")} to find context ${context} in`,
      remedy,
    );
  }
  const config = await empty();
  for (const path of there) await add(config, path, name);
  if (config.getContextObject(context) === null) {
    const others = config.getContexts().map((one) => one.name);
    const has = others.length === 0 ? "it has none" : `there are ${others.join(", ")}`;
    const remedy =
      ofDevCluster(context) ??
      `name one of them by target.context, or another kubeconfig by ${byAnother}`;
    throw fault(name, `the kubeconfig ${where} has no context ${context} (${has})`, remedy);
  }
  config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    const remedy = `mend it, or name another by ${byAnother}`;
    throw fault(
      name,
      `the kubeconfig ${where} does not say where the cluster of context ${context} is`,
      remedy,
    );
  }
  return { choice, config, server };
}

/** What is wrong with a cluster of the stack file, and what to do. */
export function fault(name: string, what: string, remedy: string): UserError {
  return new UserError(`clusters[${name}]: ${what}: ${remedy}`);
}

/** Where kubectl and Pulumi's provider look, too. */
function kubeconfigs({ kubeconfig }: KubernetesChoice, environment: Environment): string[] {
  const home = homedir();
  if (kubeconfig !== undefined) {
    const path = kubeconfig.startsWith("~/") ? join(home, kubeconfig.slice(2)) : kubeconfig;
    return [resolve(pathsOf(environment).project, path)];
  }
  const named = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  return named.length === 0 ? [join(home, ".kube", "config")] : named;
}

/** Adds what a file has and the ones before it have not, as kubectl does. */
async function add(config: KubeConfig, path: string, name: string): Promise<void> {
  const one = await read(path, name);
  for (const cluster of one.clusters) {
    if (config.getCluster(cluster.name) === null) config.addCluster(cluster);
  }
  for (const user of one.users) if (config.getUser(user.name) === null) config.addUser(user);
  for (const context of one.contexts) {
    if (config.getContextObject(context.name) === null) config.addContext(context);
  }
}

/** The client takes a third of a second to load, which commands that need none are spared. */
async function empty(): Promise<KubeConfig> {
  return new (await import("@kubernetes/client-node")).KubeConfig();
}

async function read(path: string, name: string): Promise<KubeConfig> {
  const config = await empty();
  try {
    // An empty file is a kubeconfig as any other for kubectl, and none for this client.
    if (statSync(path).size === 0) return config;
    // What is wrong elsewhere in the file does not matter here.
    config.loadFromFile(path, { onInvalidEntry: "filter" });
    return config;
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw fault(
      name,
      `the kubeconfig ${path} cannot be read (${reason})`,
      `mend it, or name another by ${byAnother}`,
    );
  }
}
