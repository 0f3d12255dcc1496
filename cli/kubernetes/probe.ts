/**
 * Whether an API server answers.
 */
import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { versionIn } from "../pulumi/version.ts";
import type { Access } from "./access.ts";

/** How long an API server may take to answer, in milliseconds: one that a firewall hides does not answer at all. */
export const timeoutMs = 5000;

/** What became of a question to an API server. */
export type Answer =
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
export async function probe(access: Access, limit = timeoutMs): Promise<Answer> {
  const options: https.RequestOptions = {};
  let weak: string | undefined;
  try {
    await within(limit, access.config.applyToHTTPSOptions(options));
  } catch (error) {
    // Pulumi's provider gets credentials by means of its own. For a server to answer it takes none.
    weak = messageOf(error);
  }
  try {
    const { status, body } = await ask(access, options, limit);
    const version = status === 200 ? versionOf(body) : undefined;
    if (version !== undefined) return { kind: "answers", version };
    if (status === 401 && weak === undefined) return { kind: "refuses" };
    if (status === 401 || status === 403) return { kind: "answers" };
    return { kind: "silent", reason: `what is there says ${status} and no version` };
  } catch (error) {
    const reason = messageOf(error);
    return { kind: "silent", reason: weak === undefined ? reason : `${reason}; ${weak}` };
  }
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

async function ask(
  { server, config }: Access,
  options: https.RequestOptions,
  limit: number,
): Promise<Reply> {
  const url = `${server.replace(/\/$/, "")}/version`;
  const client = server.startsWith("http:") ? http : https;
  const once = (agent: http.Agent | false): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(limit);
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
  const proxied = hasProxy() ? [new client.Agent({ proxyEnv: process.env })] : [];
  try {
    return await Promise.any([once(false), ...proxied.map(once)]);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

function hasProxy(): boolean {
  return ["HTTPS_PROXY", "https_proxy"].some((name) => (process.env[name] ?? "") !== "");
}

function versionOf(body: string): string | undefined {
  try {
    return versionIn(versionAnswer.parse(JSON.parse(body)).gitVersion);
  } catch {
    return undefined;
  }
}

async function within<T>(limit: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no credentials in ${limit / 1000} s`));
    }, limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError" || error.name === "TimeoutError") return "no answer in time";
  return error.message.trim().split("\n")[0] ?? "";
}
