/**
 * The keys that say what of a cluster is reached from outside.
 */
import { z } from "zod";
import { type Endpoint, tlsAtEdge, trafficPolicies } from "../platform/exposure.ts";
import type { Environment } from "./environment.ts";
import { hostPort } from "./units.ts";

/** Ports that services of type NodePort may have (kubernetes.io, "Service"). */
const nodePort = z.int().min(30_000).max(32_767);

/** Annotations of an object. */
export const annotations = z.record(z.string().min(1), z.string()).default({});

/** A host name. */
export const hostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "must be a host name such as temporal.example.com");

/** A range of addresses. */
export const addressRange = z.union(
  [z.cidrv4(), z.cidrv6()],
  "must be an address range such as 10.0.0.0/8",
);

/** What each endpoint is, for people. */
const about: Readonly<Record<Endpoint, string>> = {
  ui: "The web UI, behind its password",
  grpc: "gRPC through the gateway, which keeps the audit log and serves no AdminService",
  frontend: "gRPC straight to the frontend, past the gateway's rules and its audit log",
};

const authorization = z.literal("none").exactOptional();

const whoever =
  "In words: whoever reaches it may start, read and end workflows, and nobody asks who it is";

/** How an endpoint of a cluster on Kubernetes is reached from outside. */
function kubernetesEndpoint(endpoint: Endpoint, defaultNodePort: number) {
  // The web UI has a password, so that nobody has anything to accept; the key is optional, so that the type is the same without it.
  const accepted = (
    endpoint === "ui" ? {} : { authorization: authorization.describe(whoever) }
  ) as { authorization: typeof authorization };
  return z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z
          .literal("none")
          .describe("Not at all; `kubectl port-forward` and programs in the cluster reach it"),
      }),
      z.strictObject({
        kind: z.literal("node-port").describe("At the same port of every node, in clear"),
        address: z
          .union([hostName, z.ipv6()], "must be the address or host name of a node")
          .describe("Address of a node, as users reach it"),
        port: nodePort.default(defaultNodePort).describe("Port of the nodes"),
        externalTrafficPolicy: z
          .enum(trafficPolicies)
          .default("Cluster")
          .describe(
            "`Local`: the audit log has the address of the client and not of a node, and only nodes with a replica answer",
          ),
        ...accepted,
      }),
      z.strictObject({
        kind: z.literal("load-balancer").describe("A load balancer of the cloud of its own"),
        className: z.string().min(1).exactOptional().describe("Class of the load balancer"),
        annotations: annotations.describe(
          "What the cloud wants to know, such as internal or public",
        ),
        host: hostName
          .exactOptional()
          .describe(
            endpoint === "ui"
              ? "Host name that leads to it; its own address when left out. A host name that the cloud makes up belongs in gateway.hosts"
              : "Host name that leads to it; its own address when left out",
          ),
        port: hostPort.default(7233).describe("Its port; the default is the one that SDKs dial"),
        tls: z
          .enum(tlsAtEdge)
          .default("none")
          .describe(
            "`terminate`: the annotations have it end TLS; addresses and `hello` then say so",
          ),
        sourceRanges: z
          .union(
            [z.literal("all"), z.array(addressRange).min(1, "must be all, or name a range")],
            "must be all, or a list of address ranges such as 10.0.0.0/8",
          )
          .describe("Who may connect: address ranges, or `all` in words"),
        externalTrafficPolicy: z
          .enum(trafficPolicies)
          .default("Local")
          .describe("`Local`: the audit log has the address of the client and not of a node"),
        ...accepted,
      }),
      z
        .strictObject({
          kind: z.literal("ingress").describe("A host name at an ingress controller"),
          className: z.string().min(1).exactOptional().describe("Class of the controller"),
          host: hostName.describe("The host name"),
          annotations: annotations.describe(
            endpoint === "ui"
              ? "For the controller"
              : "For the controller, which must speak h2c to what is behind it",
          ),
          serviceAnnotations: annotations.describe(
            "Of the Service behind it, for controllers that look there",
          ),
          tlsSecret: z
            .string()
            .min(1)
            .exactOptional()
            .describe("Secret with the certificate of the host name"),
          tls: z
            .enum(tlsAtEdge)
            .exactOptional()
            .describe(
              "`terminate` without tlsSecret: the controller ends TLS by annotations or its default certificate. terminate with tlsSecret, none without",
            ),
          port: hostPort
            .exactOptional()
            .describe("Port that users reach the controller at; 443 with TLS, 80 without"),
          ...accepted,
        })
        .transform(({ tls: said, port, ...rest }) => {
          const tls = said ?? (rest.tlsSecret === undefined ? "none" : "terminate");
          return { ...rest, tls, port: port ?? (tls === "terminate" ? 443 : 80) };
        }),
      z.strictObject({
        kind: z.literal("route").describe("A host name at a gateway of the Gateway API"),
        host: hostName.describe("The host name"),
        serviceAnnotations: annotations.describe("Of the Service behind it"),
        gateway: z
          .strictObject({
            name: z.string().min(1).describe("Name of the Gateway"),
            namespace: z.string().min(1).describe("Its Kubernetes namespace"),
            listener: z.string().min(1).exactOptional().describe("Its listener (sectionName)"),
            port: hostPort.default(443).describe("Port that users reach it at"),
            tls: z.enum(tlsAtEdge).default("terminate").describe("What its listener does"),
          })
          .describe("The Gateway, which somebody else keeps"),
        ...accepted,
      }),
    ])
    .prefault({ kind: "none" } as never)
    .describe(about[endpoint]);
}

/** How a cluster on Kubernetes is reached from outside. */
export const kubernetesExposure = z
  .strictObject({
    ui: kubernetesEndpoint("ui", 30_233),
    grpc: kubernetesEndpoint("grpc", 30_234),
    frontend: kubernetesEndpoint("frontend", 30_235),
  })
  .prefault({})
  .describe("How the cluster is reached from outside; each is a choice of its own");

const publishedPort = z.union([hostPort, z.literal("none")], "must be a port, or none");
type PublishedPort = z.output<typeof publishedPort>;

/** The ports of a cluster on a Docker engine. */
export const publish = z
  .strictObject({
    address: z
      .union([z.ipv4(), z.ipv6()], "must be an IP address of this host")
      .default("127.0.0.1")
      .describe(
        "Address of the engine's machine that the ports are published on. The default is that machine's own: where it is another one, reach it by `ssh -L 7233:127.0.0.1:7233 <machine>`, or publish on 0.0.0.0",
      ),
    ui: publishedPort
      .exactOptional()
      .describe(`${about.ui}: a port, or \`none\`. 7233, plus 10 for each Docker cluster before`),
    grpc: publishedPort
      .exactOptional()
      .describe(`${about.grpc}: a port, which may be that of the web UI, or \`none\`. As ui`),
    frontend: publishedPort
      .exactOptional()
      .describe(`${about.frontend}: a port, or \`none\`. That of the web UI + 1`),
    authorization: authorization.describe(`${whoever}. Wanted where address is no loopback one`),
  })
  .prefault({});

/**
 * The ports of a cluster on Docker, of which each that nobody chose follows from its place. The environment moves the first such cluster, and
 * with it those that follow without ports of their own.
 */
export function placedPorts(
  { ui, grpc, frontend, ...rest }: z.output<typeof publish>,
  place: { readonly dockerClustersBefore: number; readonly environment: Environment },
): Record<Endpoint, PublishedPort> & typeof rest {
  const { TEMPORAL_PORT, TEMPORAL_GRPC_PORT } = place.environment;
  const first = place.dockerClustersBefore === 0;
  const [port, grpcPort] = first ? [TEMPORAL_PORT, TEMPORAL_GRPC_PORT] : [];
  const base = (TEMPORAL_PORT ?? 7233) + 10 * place.dockerClustersBefore;
  const chosen = (said: PublishedPort | undefined, by: number | undefined, other: PublishedPort) =>
    said === "none" ? said : (by ?? said ?? other);
  const page = chosen(ui, port, base);
  const own = page === "none" ? base : page;
  return {
    ...rest,
    ui: page,
    grpc: chosen(grpc, ui === grpc || grpc === undefined ? port : undefined, own),
    frontend: chosen(frontend, grpcPort, own + 1),
  };
}
