/**
 * Whether a cluster works, asked over its API as anyone would.
 */
import { get } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../offline/user-error.ts";
import type { Access } from "./kubeconfig.ts";

/** How long each stage of a cluster's start may take, in milliseconds; on an idle machine it takes seconds. */
const timeoutMs = 180_000;

/** How long an API server may take to answer a question, in milliseconds. */
const answerLimit = 5_000;

/** What a cluster says of itself. */
export interface Health {
  /** Of Kubernetes, such as `v1.34.4`. */
  readonly version: string;
  readonly nodeReady: boolean;
  /** Whether names of services can be looked up. */
  readonly dnsReady: boolean;
}

/** The API's path to the pods of the cluster itself. */
const system = "/api/v1/namespaces/kube-system/pods";

const versionAnswer = z.object({ gitVersion: z.string() });
const conditions = z.array(z.object({ type: z.string(), status: z.string() })).default([]);
const list = z.object({
  items: z.array(
    z.object({ metadata: z.object({ name: z.string() }), status: z.object({ conditions }) }),
  ),
});
type List = z.infer<typeof list>;

/** Asks a cluster; undefined when its API server does not answer. */
export async function healthOf(access: Access): Promise<Health | undefined> {
  try {
    const { gitVersion } = versionAnswer.parse(await ask(access, "/version"));
    const nodes = list.parse(await ask(access, "/api/v1/nodes"));
    const servers = list.parse(await ask(access, `${system}?labelSelector=k8s-app%3Dkube-dns`));
    return {
      version: gitVersion,
      nodeReady: areAll("Ready", nodes),
      dnsReady: await answers(access, servers),
    };
  } catch {
    return undefined;
  }
}

/** Whether one of the DNS servers says itself that it is ready: their pods' conditions are old news when the node has just been restarted. */
async function answers(access: Access, { items }: List): Promise<boolean> {
  const asked = await Promise.allSettled(
    items.map(({ metadata }) => open(access, `${system}/http:${metadata.name}:8181/proxy/ready`)),
  );
  return asked.some(({ status }) => status === "fulfilled");
}

function areAll(condition: string, { items }: List): boolean {
  return (
    items.length > 0 &&
    items.every(({ status }) =>
      status.conditions.some((one) => one.type === condition && one.status === "True"),
    )
  );
}

async function ask(access: Access, path: string): Promise<unknown> {
  return JSON.parse(await open(access, path));
}

function open({ server, ca, cert, key }: Access, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(answerLimit);
    get(`${server}${path}`, { ca, cert, key, signal, agent: false }, (answer) => {
      if (answer.statusCode === 200) text(answer).then(resolve, reject);
      else reject(new Error(`${path}: status ${String(answer.statusCode)}`));
    }).on("error", reject);
  });
}

/**
 * Waits until something is so.
 *
 * @param unless What is the case otherwise, such as `the API server does not answer`.
 * @param remedy What to do then.
 * @throws UserError when it takes too long.
 */
export async function waitFor<T>(
  unless: string,
  remedy: string,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await attempt();
    if (value !== undefined) return value;
    if (Date.now() > deadline) {
      throw new UserError(`${unless} after ${timeoutMs / 1000} s: ${remedy}`);
    }
    await sleep(300);
  }
}
