/**
 * The files that a node is configured by. JSON, where its readers take YAML.
 */
import type { Plan } from "./plan.ts";
import { addons } from "./addons.ts";
import { kubernetesVersion } from "./programs.ts";

/** How long a cluster's certificates are good for; a cluster to try things out has nobody to renew them. */
const validity = "87600h";

const containerdSocket = "unix:///run/containerd/containerd.sock";

/** A node's files by path. */
export function nodeFiles(plan: Plan): Readonly<Record<string, string>> {
  const json = (...documents: readonly unknown[]): string =>
    documents.map((document) => `${JSON.stringify(document, undefined, 2)}\n`).join("---\n");
  return {
    "etc/cni/net.d/10-pods.conflist": json(podNetwork(plan)),
    "etc/kubernetes/addons.json": json({ apiVersion: "v1", kind: "List", items: addons(plan) }),
    "etc/kubernetes/kube-proxy.json": json(proxyConfig(plan)),
    "etc/kubernetes/kubeadm.json": json(...kubeadmConfig(plan)),
    "etc/kubernetes/kubelet.json": json(kubeletConfig(plan)),
    "etc/kubernetes/node.env": nodeEnvironment(plan),
    "etc/kubernetes/resolv.conf": `nameserver ${plan.address}\n`,
    // The engine's resolver, which knows the names of other containers; it is at this address in every container.
    "etc/kubernetes/resolver.corefile": ".:53 {\n  forward . 127.0.0.11\n  cache 10\n}\n",
  };
}

function nodeEnvironment({ node, address, pods, services }: Plan): string {
  return `NODE=${node}\nADDRESS=${address}\nPODS=${pods}\nSERVICES=${services}\n`;
}

/** What kubeadm makes certificates and kubeconfigs for. */
function kubeadmConfig({ node, name, address, pods, services }: Plan): readonly unknown[] {
  const apiVersion = "kubeadm.k8s.io/v1beta4";
  return [
    {
      apiVersion,
      kind: "InitConfiguration",
      localAPIEndpoint: { advertiseAddress: address, bindPort: 6443 },
      nodeRegistration: { name: node, criSocket: containerdSocket },
    },
    {
      apiVersion,
      kind: "ClusterConfiguration",
      clusterName: name,
      kubernetesVersion: `v${kubernetesVersion}`,
      networking: { podSubnet: pods, serviceSubnet: services },
      apiServer: { certSANs: ["127.0.0.1", "localhost"] },
      certificateValidityPeriod: validity,
      caCertificateValidityPeriod: validity,
    },
  ];
}

/** A wire of its own for each pod, so that all traffic is routed, and seen by the services' rules; a bridge would need a kernel module for that. */
function podNetwork({ pods }: Plan): unknown {
  return {
    cniVersion: "1.0.0",
    name: "pods",
    plugins: [
      {
        type: "ptp",
        ipam: {
          type: "host-local",
          // In memory: no pod outlives the node's restart.
          dataDir: "/run/cni",
          ranges: [[{ subnet: pods }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}

function kubeletConfig({ dns }: Plan): unknown {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" },
    },
    authorization: { mode: "Webhook" },
    containerRuntimeEndpoint: containerdSocket,
    clusterDNS: [dns],
    clusterDomain: "cluster.local",
    resolvConf: "/etc/kubernetes/resolv.conf",
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    failSwapOn: false,
    // An unprivileged container may not lower it.
    oomScoreAdj: 0,
    // The disk is the user's machine's; images cannot be pulled again once they were collected.
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1Gi",
      "nodefs.inodesFree": "0%",
      "imagefs.available": "1Gi",
    },
  };
}

function proxyConfig({ pods }: Plan): unknown {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: pods,
    clientConnection: { kubeconfig: "/etc/kubernetes/kube-proxy.conf" },
    oomScoreAdj: 0,
    // The machine's own settings stay.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}
