/**
 * Whether a Kubernetes cluster can be used at all: one that cannot must not keep the stack's other clusters from being previewed.
 */
import { KubeConfig, VersionApi } from "@kubernetes/client-node";
import type { KubernetesTargetChoice, Lifecycle } from "../../platform/cluster.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { quotaFault } from "./quota.ts";

/** How long an API server may take to answer, in milliseconds: one that a firewall hides never answers. */
const timeoutMs = 5000;

/** What the client calls the context that it makes up where there is no kubeconfig at all. */
const madeUp = "loaded-context";

/** Why a Kubernetes cluster is out of reach or takes no pods, and what to do; undefined when it answers, whatever it says of the credentials. */
export async function checkConnectivity(
  choice: KubernetesTargetChoice,
  lifecycle: Lifecycle,
): Promise<string | undefined> {
  const { context } = choice;
  const kubeconfig = kubeconfigPath(choice);
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    return `the kubeconfig ${kubeconfig ?? ""} cannot be read (${messageOf(error)}): mend it, or name another by target.kubeconfig`;
  }
  const contexts = config
    .getContexts()
    .map(({ name }) => name)
    .filter((name) => name !== madeUp);
  if (!contexts.includes(context)) {
    const others = contexts.length === 0 ? "there is none" : `there are ${contexts.join(", ")}`;
    return `the kubeconfig has no context ${context} (${others}): name another by target.context, or another file by target.kubeconfig or KUBECONFIG`;
  }
  config.setCurrentContext(context);
  const late = new Promise<string>((resolve) => {
    setTimeout(resolve, timeoutMs, `no answer in ${timeoutMs / 1000} s`).unref();
  });
  const answer = config
    .makeApiClient(VersionApi)
    .getCode()
    .then(
      () => undefined,
      (error: unknown) => (isAnswer(error) ? undefined : messageOf(error)),
    );
  const reason = await Promise.race([answer, late]);
  if (reason === undefined) {
    if (lifecycle === "stopped") return undefined;
    return Promise.race([quotaFault(config, choice), late.then(() => undefined)]);
  }
  const server = config.getCurrentCluster()?.server ?? "no server";
  return `the API server ${server} of context ${context} does not answer (${reason}): start it, or see that it can be reached from here`;
}

/** What credentials may do is for the provider to find out. */
function isAnswer(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && Number(error.code) > 0;
}

/** Of an error that another one wraps, as `fetch failed` does. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return messageOf(error.cause);
  return error.message.split("\n", 1)[0] ?? "";
}
