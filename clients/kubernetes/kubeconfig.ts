/**
 * Kubeconfigs: which one is meant, and what it says about a context.
 */
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { reasonOf } from "./reason.ts";

/** What names a Kubernetes cluster. */
export interface KubeconfigChoice {
  /** Path as users write it, see {@link withHome}; what KUBECONFIG names when left out, or else ~/.kube/config. */
  readonly kubeconfig?: string | undefined;
  /** The kubeconfig's current one when left out. */
  readonly context?: string | undefined;
}

/** Where kubeconfigs are looked for. */
export interface KubeconfigSurroundings {
  /** Variables of the environment; the process's own by default. Of them, KUBECONFIG names the user's own files. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What relative paths of a choice are relative to; the process's working directory by default. */
  readonly directory?: string;
}

/** A Kubernetes cluster as a kubeconfig describes it. */
export interface KubernetesAccess {
  /** The kubeconfig, with the context as the current one. */
  readonly config: KubeConfig;
  /** Name of the context. */
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
}

/**
 * Why a kubeconfig leads nowhere.
 *
 * - absent: there is none;
 * - unreadable: it is there, and cannot be read or is not one;
 * - no such context: it has no such context, or no current one where none was named;
 * - no server: it does not say where the context's cluster is.
 */
export type KubeconfigFault = "absent" | "unreadable" | "no such context" | "no server";

/** Says in one line what is wrong with a kubeconfig, and not what to do, which depends on who asked. */
export class KubeconfigError extends Error {
  readonly kind: KubeconfigFault;

  constructor(kind: KubeconfigFault, message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * How a cluster's API server is reached; asks nobody. Where KUBECONFIG names several files, what several have counts as in the first, and those that
 * are not there do not count, as for kubectl.
 *
 * @throws KubeconfigError
 */
export async function kubernetesAccess(
  choice: KubeconfigChoice,
  surroundings: KubeconfigSurroundings = {},
): Promise<KubernetesAccess> {
  const { context } = choice;
  const paths = pathsOf(choice, surroundings);
  const there = paths.filter((path) => existsSync(path));
  if (there.length === 0) {
    const wanted = context === undefined ? "" : ` to find context ${context} in`;
    throw new KubeconfigError("absent", `there is no kubeconfig ${paths.join(", ")}${wanted}`);
  }
  const config = await empty();
  for (const path of there) add(config, await readFile(path));
  return accessIn(config, context, `the kubeconfig ${there.join(", ")}`);
}

/**
 * The same from a kubeconfig's text.
 *
 * @throws KubeconfigError
 */
export async function kubernetesAccessFromText(
  text: string,
  context?: string,
): Promise<KubernetesAccess> {
  const name = "the kubeconfig";
  const config = await read(name, (one) => {
    one.loadFromString(text, lenient);
  });
  return accessIn(config, context, name);
}

/** An API server in a few words. */
export function placeOf({ server, context }: Pick<KubernetesAccess, "server" | "context">): string {
  return `${server} (context ${context})`;
}

/** A path with the user's home in place of a `~` at its beginning, which not every reader of paths knows. */
export function withHome(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

/** Where kubectl and Pulumi's provider look, too. */
function pathsOf(
  { kubeconfig }: KubeconfigChoice,
  { environment = process.env, directory = "" }: KubeconfigSurroundings,
): readonly string[] {
  if (kubeconfig !== undefined) return [resolve(directory, withHome(kubeconfig))];
  const named = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  return named.length === 0 ? [join(homedir(), ".kube", "config")] : named;
}

function accessIn(config: KubeConfig, named: string | undefined, name: string): KubernetesAccess {
  const context = named ?? currentOf(config);
  if (context === undefined) {
    throw new KubeconfigError("no such context", `${name} has no current context`);
  }
  if (config.getContextObject(context) === null) {
    const others = config.getContexts().map((one) => one.name);
    const has = others.length === 0 ? "it has none" : `there are ${others.join(", ")}`;
    throw new KubeconfigError("no such context", `${name} has no context ${context} (${has})`);
  }
  config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new KubeconfigError(
      "no server",
      `${name} does not say where the cluster of context ${context} is`,
    );
  }
  return { config, context, server };
}

/** Adds what a file has and the ones before it have not. */
function add(config: KubeConfig, one: KubeConfig): void {
  for (const cluster of one.clusters) {
    if (config.getCluster(cluster.name) === null) config.addCluster(cluster);
  }
  for (const user of one.users) if (config.getUser(user.name) === null) config.addUser(user);
  for (const context of one.contexts) {
    if (config.getContextObject(context.name) === null) config.addContext(context);
  }
  const current = currentOf(one);
  if (currentOf(config) === undefined && current !== undefined) config.setCurrentContext(current);
}

/** The current context; the client library's types do not know that there may be none. */
function currentOf(config: KubeConfig): string | undefined {
  const current = config.getCurrentContext() as string | null | undefined;
  return current === "" || current === null ? undefined : current;
}

/** What is wrong elsewhere in a kubeconfig does not matter. */
const lenient = { onInvalidEntry: "filter" } as const;

function readFile(path: string): Promise<KubeConfig> {
  return read(`the kubeconfig ${path}`, (config) => {
    // An empty file is a kubeconfig as any other for kubectl, and none for this client.
    if (statSync(path).size > 0) config.loadFromFile(path, lenient);
  });
}

async function read(name: string, load: (config: KubeConfig) => void): Promise<KubeConfig> {
  const config = await empty();
  try {
    load(config);
    return config;
  } catch (error) {
    throw new KubeconfigError("unreadable", `${name} cannot be read (${reasonOf(error)})`);
  }
}

/** The client library takes a third of a second to load, which those that need no cluster are spared. */
async function empty(): Promise<KubeConfig> {
  return new (await import("@kubernetes/client-node")).KubeConfig();
}
