/**
 * Whether a cluster works, asked over its API as anyone would.
 */
import { get } from "node:https";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../user-error.ts";
import type { Access } from "./kubeconfig.ts";

/** How long each stage of a cluster's start may take, in milliseconds; on an idle machine it takes seconds. */
const patience = 180_000;

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

const versionAnswer = z.object({ gitVersion: z.string() });
const conditions = z.array(z.object({ type: z.string(), status: z.string() })).default([]);
const list = z.object({
  items: z.array(z.object({ status: z.object({ conditions }) })),
});

/** Asks a cluster; undefined when its API server does not answer. */
export async function healthOf(access: Access): Promise<Health | undefined> {
  try {
    const { gitVersion } = versionAnswer.parse(await ask(access, "/version"));
    const nodes = list.parse(await ask(access, "/api/v1/nodes"));
    const servers = list.parse(
      await ask(access, "/apis/apps/v1/deployments?labelSelector=k8s-app%3Dkube-dns"),
    );
    return {
      version: gitVersion,
      nodeReady: areAll("Ready", nodes),
      dnsReady: areAll("Available", servers),
    };
  } catch {
    return undefined;
  }
}

function areAll(condition: string, { items }: z.infer<typeof list>): boolean {
  return (
    items.length > 0 &&
    items.every(({ status }) =>
      status.conditions.some((one) => one.type === condition && one.status === "True"),
    )
  );
}

function ask({ server, ca, cert, key }: Access, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(answerLimit);
    get(`${server}${path}`, { ca, cert, key, signal, agent: false }, (answer) => {
      if (answer.statusCode === 200) json(answer).then(resolve, reject);
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
  const deadline = Date.now() + patience;
  for (;;) {
    const value = await attempt();
    if (value !== undefined) return value;
    if (Date.now() > deadline) {
      throw new UserError(`${unless} after ${String(patience / 1000)} s: ${remedy}`);
    }
    await sleep(300);
  }
}
