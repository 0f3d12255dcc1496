/**
 * The schema of the Kubernetes target's keys.
 */
import { z } from "zod";
import { cpuLimits, namespacePolicies, userIds } from "../platform/cluster.ts";
import { tlsAtEdge } from "../platform/exposure.ts";
import { defaultCpuLimit } from "../platform/pod-resources.ts";
import { dnsLabel, hostPort } from "./units.ts";

/** Ports that services of type NodePort may have (kubernetes.io, "Service"). */
const nodePort = z.int().min(30_000).max(32_767);

const annotations = z.record(z.string().min(1), z.string()).default({});

const hostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "must be a host name such as temporal.example.com");

const exposure = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("cluster")
        .describe("Inside the Kubernetes cluster only; `kubectl port-forward` reaches it"),
    }),
    z.strictObject({
      kind: z.literal("node-port").describe("At the same two ports of every node"),
      address: z.string().min(1).describe("Address of a node, as users reach it"),
      port: nodePort.default(30_233).describe("The gateway: web UI, gRPC and /health"),
      grpcPort: nodePort.default(30_234).describe("gRPC straight to the frontend"),
    }),
    z.strictObject({
      kind: z
        .literal("load-balancer")
        .describe("A load balancer of the cloud for the gateway, and one for the frontend"),
      className: z.string().min(1).exactOptional().describe("Class of the load balancers"),
      annotations: annotations.describe(
        "What the cloud wants to know of both, such as internal or public",
      ),
      gatewayAnnotations: annotations.describe("On top, for the gateway's alone"),
      grpcAnnotations: annotations.describe("On top, for the frontend's alone"),
      host: hostName
        .exactOptional()
        .describe("Host name that leads to the gateway's; its own address when left out"),
      grpcHost: hostName.exactOptional().describe("As host, of the frontend's"),
      port: hostPort.exactOptional().describe("Port of the gateway's; 7233 when left out"),
      grpcPort: hostPort
        .exactOptional()
        .describe("Port of the frontend's; server.roles.frontend.ports.grpc when left out"),
      tls: z
        .enum(tlsAtEdge)
        .default("none")
        .describe(
          "`terminate`: the annotations have both end TLS; addresses, `hello` and the web UI's URL then say so",
        ),
      sourceRanges: z
        .array(z.union([z.cidrv4(), z.cidrv6()], "must be an address range such as 10.0.0.0/8"))
        .default([])
        .describe("Who may connect; everyone when empty"),
    }),
    z.strictObject({
      kind: z.literal("ingress").describe("Host names at an ingress controller"),
      className: z.string().min(1).exactOptional().describe("Class of the controller"),
      host: hostName.describe("Host name of the gateway"),
      grpcHost: hostName
        .exactOptional()
        .describe("Host name of gRPC straight to the frontend; not exposed when left out"),
      annotations: annotations.describe("For the controller; the gateway speaks HTTP/1 and h2c"),
      grpcAnnotations: annotations.describe("For the controller, which must speak h2c here"),
      serviceAnnotations: annotations.describe(
        "Of the gateway's Service, for controllers that look there",
      ),
      grpcServiceAnnotations: annotations.describe("Of the frontend's Service"),
      tlsSecret: z
        .string()
        .min(1)
        .exactOptional()
        .describe("Secret with the certificate of the host names"),
      tls: z
        .enum(tlsAtEdge)
        .exactOptional()
        .describe(
          "`terminate` without tlsSecret: the controller ends TLS by annotations or its default certificate. terminate with tlsSecret, none without",
        ),
      port: hostPort
        .exactOptional()
        .describe("Port that users reach the controller at; 443 with TLS, 80 without"),
    }),
    z.strictObject({
      kind: z.literal("route").describe("Host names at a gateway of the Gateway API"),
      host: hostName.describe("Host name of the gateway"),
      grpcHost: hostName
        .exactOptional()
        .describe("Host name of gRPC straight to the frontend; not exposed when left out"),
      serviceAnnotations: annotations.describe("Of the gateway's Service"),
      grpcServiceAnnotations: annotations.describe("Of the frontend's Service"),
      gateway: z
        .strictObject({
          name: z.string().min(1).describe("Name of the Gateway"),
          namespace: z.string().min(1).describe("Its Kubernetes namespace"),
          listener: z.string().min(1).exactOptional().describe("Its listener (sectionName)"),
          port: hostPort.default(443).describe("Port that users reach it at"),
          tls: z.enum(tlsAtEdge).default("terminate").describe("What its listener does"),
        })
        .describe("The Gateway, which somebody else keeps"),
    }),
  ])
  .prefault({ kind: "cluster" })
  .describe("How the cluster is reached from outside");

const scheduling = z
  .strictObject({
    nodeSelector: z.record(z.string().min(1), z.string()).default({}).describe("Labels of nodes"),
    tolerations: z
      .array(
        z.strictObject({
          key: z.string().exactOptional(),
          operator: z.enum(["Exists", "Equal"]).exactOptional(),
          value: z.string().exactOptional(),
          effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).exactOptional(),
          tolerationSeconds: z.int().min(0).exactOptional(),
        }),
      )
      .default([])
      .describe("Taints that the pods put up with"),
    priorityClass: z.string().min(1).exactOptional().describe("Priority class of the pods"),
  })
  .prefault({})
  .describe("Where pods may run");

const network = z
  .strictObject({
    clientNamespaces: z
      .union(
        [z.literal("all"), z.array(dnsLabel(63)).min(1, "must be all, or name at least one")],
        "must be all, or a list of Kubernetes namespaces",
      )
      .default("all")
      .describe(
        "Namespaces whose pods may connect to gateway and frontend; `all` also lets in what comes from outside",
      ),
    monitoringNamespace: dnsLabel(63)
      .default("monitoring")
      .describe("Namespace whose pods may read metrics"),
  })
  .prefault({})
  .describe("Who may connect, by NetworkPolicy; enforced where the cluster's network plugin does");

/** A cluster on Kubernetes. */
export const kubernetesTarget = z.strictObject({
  kind: z.literal("kubernetes").describe("A Kubernetes cluster"),
  context: z.string().min(1).describe("Context of the kubeconfig"),
  kubeconfig: z
    .string()
    .min(1)
    .exactOptional()
    .describe("Path of the kubeconfig; KUBECONFIG or ~/.kube/config when left out"),
  namespace: dnsLabel(63)
    .default("temporal")
    .describe("Kubernetes namespace; every cluster needs one of its own"),
  namespacePolicy: z
    .enum(namespacePolicies)
    .default("create")
    .describe("`existing`: somebody else makes and keeps the namespace"),
  cpuLimits: z
    .enum(cpuLimits)
    .default("optional")
    .describe(
      `\`required\`: every container has a limit of processor time, as a quota on limits.cpu wants it; where \`cpus\` is left out, ${String(defaultCpuLimit)}, or cpuRequest if that is more`,
    ),
  userIds: z
    .enum(userIds)
    .default("image")
    .describe(
      "`namespace`: pods name no user or group ids, and an admission rule gives them the namespace's, as OpenShift's restricted-v2 does",
    ),
  exposure,
  network,
  scheduling,
  storageClass: z
    .string()
    .min(1)
    .exactOptional()
    .describe("Storage class of the volumes; the cluster's default when left out"),
  imagePullSecrets: z
    .array(z.string().min(1))
    .default([])
    .describe("Secrets in the namespace with which images are pulled"),
  labels: z.record(z.string().min(1), z.string()).default({}).describe("On every object"),
  podAnnotations: annotations.describe("On every pod"),
});
