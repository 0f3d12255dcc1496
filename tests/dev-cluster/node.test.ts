import { describe, expect, it } from "vitest";
import { nodeFiles } from "../../dev-cluster/config.ts";
import { nodeOptions } from "../../dev-cluster/node.ts";
import { planOf } from "../../dev-cluster/plan.ts";
import { coreDnsImage, kubernetesVersion } from "../../dev-cluster/programs.ts";

const plan = planOf("try", 7, "172.30.4.0/24");
const files = nodeFiles(plan);

/** The documents of a file. */
function documents(path: string): unknown[] {
  return (files[path] ?? "").split("---\n").map((text) => JSON.parse(text) as unknown);
}

/** The objects that a cluster starts with. */
const [objects] = documents("etc/kubernetes/addons.json") as [{ items: { kind: string }[] }];
const ofKind = (kind: string): unknown[] => objects.items.filter((one) => one.kind === kind);

describe("a node's container", () => {
  const options = nodeOptions(plan, "node:1");

  it("is found by its labels and has the address that is in its certificates", () => {
    expect(options).toMatchObject({
      name: "temporal-platform-cluster-try",
      Labels: {
        "temporal-platform/kubernetes": "try",
        "temporal-platform/kubernetes-number": "7",
      },
      NetworkingConfig: {
        EndpointsConfig: {
          "temporal-platform-clusters": { IPAMConfig: { IPv4Address: "172.30.4.7" } },
        },
      },
    });
    const [init] = documents("etc/kubernetes/kubeadm.json");
    expect(init).toMatchObject({ localAPIEndpoint: { advertiseAddress: "172.30.4.7" } });
  });

  it("keeps its data in a volume and comes back when the engine does", () => {
    expect(options.HostConfig).toMatchObject({
      Mounts: [{ Type: "volume", Source: "temporal-platform-cluster-try", Target: "/var" }],
      RestartPolicy: { Name: "unless-stopped" },
    });
  });

  it("publishes no port on the machine", () => {
    expect(options.HostConfig).not.toHaveProperty("PortBindings");
    expect(options).not.toHaveProperty("ExposedPorts");
  });
});

describe("a node's files", () => {
  it("agree about the cluster's networks", () => {
    const networks = { podSubnet: "10.244.7.0/24", serviceSubnet: "10.96.7.0/24" };
    expect(documents("etc/kubernetes/kubeadm.json")[1]).toMatchObject({
      kubernetesVersion: `v${kubernetesVersion}`,
      networking: networks,
    });
    expect(files["etc/kubernetes/node.env"]).toBe(
      "NODE=temporal-platform-cluster-try\nADDRESS=172.30.4.7\nPODS=10.244.7.0/24\nSERVICES=10.96.7.0/24\n",
    );
    expect(documents("etc/kubernetes/kube-proxy.json")).toMatchObject([
      { clusterCIDR: networks.podSubnet },
    ]);
    expect(documents("etc/cni/net.d/10-pods.conflist")).toMatchObject([
      { plugins: [{ ipam: { ranges: [[{ subnet: networks.podSubnet }]] } }, {}] },
    ]);
  });

  it("lead names from pods over the cluster's DNS to the engine's", () => {
    expect(documents("etc/kubernetes/kubelet.json")).toMatchObject([
      { clusterDNS: ["10.96.7.10"], resolvConf: "/etc/kubernetes/resolv.conf" },
    ]);
    expect(ofKind("Service")).toMatchObject([{ spec: { clusterIP: "10.96.7.10" } }]);
    expect(files["etc/kubernetes/resolv.conf"]).toBe("nameserver 172.30.4.7\n");
    expect(files["etc/kubernetes/resolver.corefile"]).toContain("forward . 127.0.0.11");
  });

  it("give claims that name no class a volume, once their pod has a node", () => {
    expect(ofKind("StorageClass")).toMatchObject([
      {
        metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
        volumeBindingMode: "WaitForFirstConsumer",
      },
    ]);
  });

  it("pull nothing", () => {
    expect(ofKind("Deployment")).toMatchObject([
      { spec: { template: { spec: { containers: [{ image: coreDnsImage }] } } } },
    ]);
    expect(files["etc/kubernetes/addons.json"]).not.toMatch(/"imagePullPolicy": "(?!Never)/);
  });
});
