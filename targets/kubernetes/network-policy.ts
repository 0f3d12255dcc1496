/**
 * Who may connect to whom. A cluster whose network plugin does not enforce policies takes them all the same.
 */
import * as kubernetes from "@pulumi/kubernetes";
import type { CustomResourceCaller, CustomResource } from "../../platform/custom-resource.ts";
import { type Caller, portsOf, type Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { DeployOptions } from "../target.ts";
import { metadata, type TargetContext, podSelector } from "./context.ts";

type Rule = kubernetes.types.input.networking.v1.NetworkPolicyIngressRule;
type Peer = kubernetes.types.input.networking.v1.NetworkPolicyPeer;

/** Makes the policy that lets nobody connect to any pod of the cluster; the others make exceptions. */
export function denyAll(
  context: TargetContext,
  deploy: DeployOptions,
): kubernetes.networking.v1.NetworkPolicy {
  return new kubernetes.networking.v1.NetworkPolicy(
    prefixed(context.owner, "deny-all"),
    {
      metadata: metadata(context, `${context.owner.cluster}-deny-all`, "network"),
      spec: { podSelector: podSelector(context), policyTypes: ["Ingress"] },
    },
    optionsOf(deploy),
  );
}

/** Makes the policy of a workload: each port is open to those that have business there. */
export function policyOf(
  workload: Workload,
  context: TargetContext,
  deploy: DeployOptions,
): kubernetes.networking.v1.NetworkPolicy {
  return new kubernetes.networking.v1.NetworkPolicy(
    prefixed(context.owner, workload.name),
    {
      metadata: metadata(context, workload.name, workload.name),
      spec: {
        podSelector: podSelector(context, workload.name),
        policyTypes: ["Ingress"],
        ingress: portsOf(workload).map(({ port, callers }) =>
          ruleOf(
            port,
            callers.map((caller) => peerOf(caller, context)),
          ),
        ),
      },
    },
    optionsOf({ parent: deploy.parent }),
  );
}

/** Makes the policy of the pods that an operator makes of an object. */
export function customResourcePolicyOf(
  object: CustomResource,
  context: TargetContext,
  deploy: DeployOptions,
): kubernetes.networking.v1.NetworkPolicy {
  const pods = { matchLabels: { ...object.podLabels } };
  const peer = (caller: CustomResourceCaller): Peer | "everyone" => {
    if (caller === "peers") return { podSelector: pods };
    return caller === "operator"
      ? inNamespaces([object.operatorNamespace])
      : peerOf(caller, context);
  };
  return new kubernetes.networking.v1.NetworkPolicy(
    prefixed(context.owner, object.name),
    {
      metadata: metadata(context, object.name, object.name),
      spec: {
        podSelector: pods,
        policyTypes: ["Ingress"],
        ingress: object.ports.map(({ port, callers }) => ruleOf(port, callers.map(peer))),
      },
    },
    optionsOf({ parent: deploy.parent }),
  );
}

function ruleOf(port: number, peers: readonly (Peer | "everyone")[]): Rule {
  const ports = [{ protocol: "TCP", port }];
  // No peer at all is everyone, from inside and outside.
  if (peers.includes("everyone")) return { ports };
  return { ports, from: peers.filter((peer) => peer !== "everyone") };
}

function peerOf(caller: Caller, context: TargetContext): Peer | "everyone" {
  const { clientNamespaces, monitoringNamespace, kedaNamespace } = context.choice.network;
  if (caller === "everyone") return caller;
  if (caller === "monitoring") return inNamespaces([monitoringNamespace]);
  if (caller === "autoscaler") return inNamespaces([kedaNamespace]);
  if (caller !== "clients") return { podSelector: podSelector(context, caller.part) };
  return clientNamespaces === "all" ? "everyone" : inNamespaces(clientNamespaces);
}

function inNamespaces(names: readonly string[]): Peer {
  const key = "kubernetes.io/metadata.name";
  return { namespaceSelector: { matchExpressions: [{ key, operator: "In", values: [...names] }] } };
}
