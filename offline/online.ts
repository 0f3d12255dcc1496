/**
 * The vendors' sites, and whether they can be reached from here.
 */
import http from "node:http";
import { cliVersion } from "./paths.ts";

/** How long a site may take to answer, in milliseconds: a blocked one often does not answer at all. */
const timeoutMs = 5000;

/** A question that is asked once, and only when someone wants to know. */
export function askOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

/** The address of the Pulumi CLI for this machine. */
export function cliDownload(): string {
  return `https://get.pulumi.com/releases/sdk/pulumi-v${cliVersion}-${process.platform}-${process.arch}.tar.gz`;
}

/** Whether Pulumi's downloads can be had here: asks for the CLI's, which some proxies refuse. */
export async function pulumiDownloadsAnswer(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    return (await fetchFromVendor(cliDownload(), { method: "HEAD", signal })).ok;
  } catch {
    return false;
  }
}

/** Fetches through the proxy that HTTPS_PROXY and NO_PROXY name, as npm and Pulumi do; by itself Node's fetch does not. */
export async function fetchFromVendor(url: string, init: RequestInit = {}): Promise<Response> {
  // Node 22 has no such function.
  const restore = "setGlobalProxyFromEnv" in http ? http.setGlobalProxyFromEnv() : undefined;
  try {
    return await fetch(url, init);
  } finally {
    restore?.();
  }
}
