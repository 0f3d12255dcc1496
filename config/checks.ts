/**
 * What no schema of one key can see: whether the clusters, the environment and what was moved fit together.
 */
import {
  type CloudNativePgChoice,
  type Cluster,
  kubernetesClusterOf,
  type ResolvedSettings,
} from "../platform/cluster.ts";
import { endpoints, exposureOf } from "../platform/exposure.ts";
import { searchIndex } from "../platform/visibility.ts";
import { checkCluster } from "./cluster-checks.ts";
import { clustersKey, Key, movedKey, type Refuse } from "./keys.ts";

/** Fewest characters of a password that is the platform's to set. */
const shortestPassword = 8;

/** Refuses everything that does not fit, at its key. */
export function checkSettings(settings: ResolvedSettings, refuse: Refuse): void {
  const { clusters, moved } = settings;
  const all = clusters.map((cluster, index) => ({
    cluster,
    key: new Key(refuse, clustersKey, index),
  }));
  checkBetween(all);
  checkOperators(all);
  for (const { cluster, key } of all) checkCluster(cluster, key);
  checkPassword(settings, all, new Key(refuse, "TEMPORAL_DB_PASSWORD"));
  for (const name of Object.keys(moved)) {
    if (clusters.every((cluster) => cluster.name !== name)) {
      new Key(refuse, movedKey, name).refuse(`there is no cluster ${name} in ${clustersKey}`);
    }
  }
}

/** A cluster and its key. */
interface Keyed {
  readonly cluster: Cluster;
  readonly key: Key;
}

function checkBetween(clusters: readonly Keyed[]): void {
  const seen = new Map<string, Key>();
  const unique = (what: string, key: Key, advice: string): void => {
    const other = seen.get(what);
    if (other !== undefined) key.refuse(`the same as ${other.text}; ${advice}`);
    else seen.set(what, key);
  };
  for (const { cluster, key } of clusters) {
    const { name, identity, target, postgres } = cluster;
    unique(`name ${name}`, key.at("name"), "every cluster needs a name of its own");
    unique(
      `version ${identity.initialFailoverVersion}`,
      key.at("identity", "initialFailoverVersion"),
      "every cluster needs a version of its own",
    );
    if (postgres.kind === "external") {
      const server = `${postgres.host.toLowerCase()}:${postgres.port}`;
      for (const what of ["persistence", "visibility"] as const) {
        unique(
          `${server}/${postgres.databases[what]}`,
          key.at("postgres", "databases", what),
          "every cluster needs two databases of its own: servers that share one take each other's work",
        );
      }
    }
    const index = searchIndex(cluster);
    if (cluster.visibility.kind === "external" && index !== undefined) {
      unique(
        `${index.url}/${index.name}`,
        key.at("visibility", "index"),
        "every cluster needs an index of its own",
      );
    }
    if (target.kind === "docker") {
      const { address, ...ports } = target.publish;
      const engine = target.host ?? "default";
      for (const endpoint of endpoints) {
        // The gateway tells gRPC from the web UI by itself.
        if (ports[endpoint] === "none" || (endpoint === "grpc" && ports.grpc === ports.ui))
          continue;
        const what = `${engine} ${address} ${ports[endpoint]}`;
        unique(what, key.at("target", "publish", endpoint), "every published port must be free");
      }
      const { monitoring } = cluster;
      if (monitoring.kind === "managed" && monitoring.loopbackPort !== undefined) {
        const what = `${engine} 127.0.0.1 ${monitoring.loopbackPort}`;
        unique(what, key.at("monitoring", "loopbackPort"), "every published port must be free");
      }
    } else {
      const { namespace } = target;
      const place = kubernetesClusterOf(target);
      const advice = "every cluster needs a Kubernetes namespace of its own";
      unique(`${place} ${namespace}`, key.at("target", "namespace"), advice);
      for (const endpoint of endpoints) {
        const exposure = exposureOf(cluster, endpoint);
        const exposed = key.at("target", "exposure", endpoint);
        if (exposure?.kind === "node-port") {
          const own = "a port of the nodes leads to one service only";
          unique(`${place} port ${exposure.port}`, exposed.at("port"), own);
        } else if (exposure !== undefined && exposure.kind !== "host") {
          const own = "a host name leads to one service only";
          const { host } = exposure;
          if (host !== undefined) unique(`${place} host ${host}`, exposed.at("host"), own);
        }
      }
    }
  }
}

/** A Kubernetes cluster has one operator of a kind, so that all its clusters must say the same of it. */
function checkOperators(clusters: readonly Keyed[]): void {
  const first = new Map<string, { readonly key: Key; readonly said: CloudNativePgChoice }>();
  for (const { cluster, key: clusterKey } of clusters) {
    const { target, postgres } = cluster;
    if (target.kind !== "kubernetes" || postgres.kind !== "cloudnative-pg") continue;
    const place = kubernetesClusterOf(target);
    const key = clusterKey.at("postgres");
    const other = first.get(place);
    if (other === undefined) {
      first.set(place, { key, said: postgres });
      continue;
    }
    for (const what of ["operator", "operatorNamespace", "chartRepository"] as const) {
      if (postgres[what] === other.said[what]) continue;
      key
        .at(what)
        .refuse(
          `must be ${other.said[what]}, as ${other.key.text} says: both are in one Kubernetes cluster and share its operator`,
        );
    }
  }
}

function checkPassword(
  { databasePassword: password }: ResolvedSettings,
  clusters: readonly Keyed[],
  variable: Key,
): void {
  if (password === undefined) {
    for (const { cluster, key } of clusters) {
      const { postgres } = cluster;
      if (postgres.kind !== "external" || postgres.passwordSecret !== undefined) continue;
      variable.refuse(
        `is missing; ${key.at("postgres").text} is external, so set it to the password of its role`,
      );
    }
  } else if (
    password.length < shortestPassword &&
    clusters.some(({ cluster }) => cluster.postgres.kind === "managed")
  ) {
    variable.refuse(
      `must have at least ${shortestPassword} characters where the platform runs PostgreSQL`,
    );
  }
}
