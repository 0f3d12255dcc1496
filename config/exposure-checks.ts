/**
 * Whether what of a cluster is reached from outside is as its user means it.
 */
import type { Cluster } from "../platform/cluster.ts";
import { endpoints, type Exposure, exposureOf, isLoopback, tlsOf } from "../platform/exposure.ts";
import type { Key } from "./keys.ts";

/** Refuses what of a cluster's exposure would say nothing, something that is not so, or more than the user may know. */
export function checkExposure(cluster: Cluster, key: Key): void {
  const all = key.at("target", cluster.target.kind === "docker" ? "publish" : "exposure");
  for (const endpoint of endpoints) {
    const exposure = exposureOf(cluster, endpoint);
    if (exposure === undefined) continue;
    checkEdge(exposure, all.at(endpoint));
    if (endpoint !== "ui") checkAccess(cluster, exposure, all, endpoint);
  }
}

function checkEdge(exposure: Exposure, key: Key): void {
  if (exposure.kind === "host" && exposure.port > 65_535) {
    key.refuse(
      `would be ${exposure.port}, which is no port; set it, or move the first cluster by TEMPORAL_PORT and TEMPORAL_GRPC_PORT`,
    );
  }
  if (
    exposure.kind === "load-balancer" &&
    exposure.tls === "terminate" &&
    exposure.host === undefined
  ) {
    key
      .at("host")
      .refuse("is missing; with tls, set it to the name in the load balancer's certificate");
  }
  if (exposure.kind === "ingress" && exposure.tls === "none" && exposure.tlsSecret !== undefined) {
    key.at("tls").refuse("must be terminate, or left out, where tlsSecret has a certificate");
  }
}

/** Nobody asks programs who they are, so that where others reach them the user says that this is meant. */
function checkAccess(
  { target }: Cluster,
  exposure: Exposure,
  all: Key,
  endpoint: "grpc" | "frontend",
): void {
  if (isLoopback(exposure)) return;
  const key = all.at(endpoint);
  const [accepted, accept, off] =
    target.kind === "docker" ? [target.publish, all, key] : [exposure, key, key.at("kind")];
  if ("authorization" in accepted) return;
  const address = exposure.kind === "host" ? exposure.address : "it";
  const clear = tlsOf(exposure) === "none" ? ", and all of it travels in clear" : "";
  key.refuse(
    `nobody asks who calls, so that whoever reaches ${address} may start, read and end workflows${clear}; set ${off.text} to none, or accept this by ${accept.at("authorization").text}: none`,
  );
}
