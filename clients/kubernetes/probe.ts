/**
 * Whether an API server answers.
 */
import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { KubernetesAccess } from "./kubeconfig.ts";
import { reasonOf } from "./reason.ts";
import { within } from "../within.ts";

/** How long an API server may take to answer by default, in milliseconds: one that a firewall hides does not answer at all. */
export const defaultProbeTimeoutMs = 5000;

/** How an API server is asked. */
export interface ProbeOptions {
  /** Variables of the environment; the process's own by default. Of them, HTTPS_PROXY and its kin name a proxy that may be meant for the server. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How long it may take to answer, in milliseconds; {@link defaultProbeTimeoutMs} by default. */
  readonly timeoutMs?: number;
}

/** What became of a question to an API server. */
export type ProbeAnswer =
  | {
      readonly kind: "answers";
      /** Such as `1.34.4`; undefined when the server tells its version to nobody or not to us. */
      readonly version?: string;
    }
  /** It does not accept the kubeconfig's credentials. */
  | { readonly kind: "refuses" }
  | { readonly kind: "silent"; readonly reason: string };

const versionAnswer = z.object({ gitVersion: z.string() });

/** Asks an API server for its version; changes nothing. */
export async function probe(
  access: KubernetesAccess,
  { environment = process.env, timeoutMs = defaultProbeTimeoutMs }: ProbeOptions = {},
): Promise<ProbeAnswer> {
  const options: https.RequestOptions = {};
  let weak: string | undefined;
  try {
    await within(timeoutMs, access.config.applyToHTTPSOptions(options), "no credentials");
  } catch (error) {
    // Pulumi's provider gets credentials by means of its own. For a server to answer it takes none.
    weak = reasonOf(error);
  }
  try {
    const { status, body } = await ask(access, options, { environment, timeoutMs });
    const version = status === 200 ? versionOf(body) : undefined;
    if (version !== undefined) return { kind: "answers", version };
    if (status === 401 && weak === undefined) return { kind: "refuses" };
    if (status === 401 || status === 403) return { kind: "answers" };
    return { kind: "silent", reason: `what is there says ${status} and no version` };
  } catch (error) {
    const reason = reasonOf(error);
    return { kind: "silent", reason: weak === undefined ? reason : `${reason}; ${weak}` };
  }
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

async function ask(
  { server, config }: KubernetesAccess,
  options: https.RequestOptions,
  { environment, timeoutMs }: Required<ProbeOptions>,
): Promise<Reply> {
  const url = `${server.replace(/\/$/, "")}/version`;
  const client = server.startsWith("http:") ? http : https;
  const once = (agent: http.Agent | false): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const asked = client.get(url, { ...options, agent, signal }, (answer) => {
        text(answer).then((body) => {
          resolve({ status: answer.statusCode ?? 0, body });
        }, reject);
      });
      asked.on("error", reject);
    });
  const { agent } = options;
  const named = (config.getCurrentCluster()?.proxyUrl ?? "") !== "";
  if (named) return once(typeof agent === "object" ? agent : false);
  // Whether the environment's proxy is meant for this server is for the provider to say, by rules of its own.
  const proxied = hasProxy(environment) ? [new client.Agent({ proxyEnv: environment })] : [];
  return Promise.any([once(false), ...proxied.map(once)]);
}

function hasProxy(environment: Required<ProbeOptions>["environment"]): boolean {
  return ["HTTPS_PROXY", "https_proxy"].some((name) => (environment[name] ?? "") !== "");
}

function versionOf(body: string): string | undefined {
  try {
    return /^v?(\d+\.\d+\.\d+)/.exec(versionAnswer.parse(JSON.parse(body)).gitVersion)?.[1];
  } catch {
    return undefined;
  }
}
