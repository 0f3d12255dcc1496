/**
 * Addresses that only programs inside a Kubernetes cluster reach, and how people reach what is there.
 */
import type { KubeconfigChoice } from "./kubeconfig.ts";

/** A port of a service inside a Kubernetes cluster. */
export interface InternalAddress {
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
}

/** Reads an address such as `gateway.temporal.svc.cluster.local:7233`; undefined for those that are reached from outside. */
export function internalAddress(address: string): InternalAddress | undefined {
  const match = /^([^.]+)\.([^.]+)\.svc\.cluster\.local:(\d+)$/.exec(address);
  if (match === null) return undefined;
  const [service = "", namespace = "", port = ""] = match.slice(1);
  return { service, namespace, port: Number(port) };
}

/**
 * The command that makes a service's port one of this machine for as long as it runs.
 *
 * @param choice The Kubernetes cluster; kubectl's current one by default.
 */
export function portForward(
  { service, namespace, port }: InternalAddress,
  { kubeconfig, context }: KubeconfigChoice = {},
): string {
  const words = [
    "kubectl",
    ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
    ...(context === undefined ? [] : ["--context", context]),
    ...["--namespace", namespace, "port-forward", `service/${service}`],
    `${port}:${port}`,
  ];
  return words.join(" ");
}
