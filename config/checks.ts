/**
 * What no schema can see: whether the parts of a configuration fit together.
 */
import type { Cluster } from "../platform/cluster.ts";
import { connectionBudget } from "../platform/database.ts";
import type { Environment } from "./environment.ts";

/** Name of the Pulumi project, with which every key of its config begins. */
export const project = "temporal-platform";

/** Everything that does not fit, one line each. */
export function faultsOf(clusters: readonly Cluster[], environment: Environment): string[] {
  return [
    ...faultsBetween(clusters),
    ...clusters.flatMap(faultsInside),
    ...passwordFaults(clusters, environment),
  ];
}

function faultsBetween(clusters: readonly Cluster[]): string[] {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  const unique = (what: string, key: string, advice: string): void => {
    const other = seen.get(what);
    if (other !== undefined) faults.push(`${key}: the same as ${other}; ${advice}`);
    else seen.set(what, key);
  };
  clusters.forEach((cluster, index) => {
    const key = `${project}:clusters[${String(index)}]`;
    const { name, identity, target } = cluster;
    unique(`name ${name}`, `${key}.name`, "every cluster needs a name of its own");
    unique(
      `version ${String(identity.initialFailoverVersion)}`,
      `${key}.identity.initialFailoverVersion`,
      "every cluster needs a version of its own",
    );
    if (target.kind === "docker") {
      const { address, port, grpcPort } = target.publish;
      const engine = target.host ?? "default";
      const advice = "every published port must be free";
      unique(`${engine} ${address} ${String(port)}`, `${key}.target.publish.port`, advice);
      unique(`${engine} ${address} ${String(grpcPort)}`, `${key}.target.publish.grpcPort`, advice);
    }
  });
  return faults;
}

function faultsInside(cluster: Cluster, index: number): string[] {
  const key = `${project}:clusters[${String(index)}]`;
  const faults: string[] = [];
  const { failoverVersionIncrement: increment, initialFailoverVersion: initial } = cluster.identity;
  if (initial >= increment) {
    faults.push(
      `${key}.identity.initialFailoverVersion: must be less than failoverVersionIncrement (${String(increment)}), not ${String(initial)}`,
    );
  }
  if (cluster.target.kind === "docker") {
    const { port, grpcPort } = cluster.target.publish;
    for (const [name, value] of Object.entries({ port, grpcPort })) {
      if (value > 65_535) {
        faults.push(
          `${key}.target.publish.${name}: would be ${String(value)}, which is no port; set it, or move the first cluster by TEMPORAL_PORT and TEMPORAL_GRPC_PORT`,
        );
      }
    }
  }
  if (cluster.postgres.kind === "external" && cluster.postgres.maxConnections !== undefined) {
    const budget = connectionBudget(cluster);
    if (budget > cluster.postgres.maxConnections) {
      faults.push(
        `${key}.postgres.maxConnections: the servers may open ${String(budget)} connections together, more than ${String(cluster.postgres.maxConnections)}; lower server.connections or replicas, or raise max_connections there`,
      );
    }
  }
  return faults;
}

function passwordFaults(clusters: readonly Cluster[], env: Environment): string[] {
  if (env.TEMPORAL_DB_PASSWORD !== undefined) return [];
  return clusters.flatMap(({ postgres }, index) =>
    postgres.kind === "external"
      ? [
          `TEMPORAL_DB_PASSWORD: is missing; ${project}:clusters[${String(index)}].postgres is external, so set it to the password of its role`,
        ]
      : [],
  );
}
