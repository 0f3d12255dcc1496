/**
 * The schema of everything that the user says, in the stack's keys and in the environment. Its output is what the program works with:
 * platform/cluster.ts has the types of it.
 */
import type { z } from "zod";
import { defined } from "../platform/defined.ts";
import type { OperatorService } from "../platform/cluster.ts";
import { isOpenToOthers } from "../platform/gateway.ts";
import { checkSettings } from "./checks.ts";
import { elasticsearchExporterByDefault } from "./elasticsearch-exporter.ts";
import { type Environment, environmentSchema } from "./environment.ts";
import { placedPorts } from "./exposure.ts";
import { clustersKey, movedKey, retiredKey } from "./keys.ts";
import { postgresExporterByDefault } from "./postgres-exporter.ts";
import { clustersSchema, movedSchema, retiredSchema } from "./schema.ts";

type WrittenCluster = z.output<typeof clustersSchema>[number];

/** What a cluster's defaults follow from, besides its own keys. */
interface Place {
  /** In the list of clusters. */
  readonly index: number;
  /** How many clusters on Docker come before it. */
  readonly dockerClustersBefore: number;
  readonly environment: Environment;
}

/** Fills in what follows from other keys, and from the cluster's place. */
function settle(written: WrittenCluster, place: Place) {
  const { server, identity, gateway, onDestroy, monitoring, ...rest } = written;
  const { numHistoryShards, ...serverRest } = server;
  const target = settleTarget(written.target, place);
  const kubernetes = target.kind === "kubernetes";
  return {
    ...rest,
    target,
    identity: {
      numHistoryShards,
      ...identity,
      initialFailoverVersion: identity.initialFailoverVersion ?? place.index + 1,
    },
    server: serverRest,
    gateway: {
      ...gateway,
      replicas: gateway.replicas ?? (kubernetes ? 2 : 1),
      operatorService: gateway.operatorService ?? servedAt(target),
    },
    onDestroy: onDestroy ?? (kubernetes ? "protect" : "delete"),
    monitoring:
      monitoring.kind === "none"
        ? monitoring
        : {
            ...monitoring,
            postgresExporter:
              monitoring.postgresExporter ?? postgresExporterByDefault(written.postgres),
            elasticsearchExporter:
              monitoring.elasticsearchExporter ??
              elasticsearchExporterByDefault(written.visibility),
          },
  };
}

function settleTarget(target: WrittenCluster["target"], place: Place) {
  return target.kind === "docker"
    ? { ...target, publish: placedPorts(target.publish, place) }
    : target;
}

/** Its types are written down, so that the type of a cluster does not depend on a function that takes one. */
function servedAt(target: ReturnType<typeof settleTarget>): OperatorService {
  return isOpenToOthers({ target }) ? "refused" : "served";
}

/** The settings. Paths of its faults begin with a stack's key or a variable of the environment. */
export const settingsSchema = environmentSchema
  .extend({
    [retiredKey]: retiredSchema,
    [movedKey]: movedSchema,
    [clustersKey]: clustersSchema,
  })
  .transform((given) => {
    let dockerClustersBefore = 0;
    const { TEMPORAL_LIFECYCLE, TEMPORAL_DB_PASSWORD, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = given;
    return {
      clusters: given[clustersKey].map((cluster, index) =>
        settle(cluster, {
          index,
          dockerClustersBefore:
            cluster.target.kind === "docker" ? dockerClustersBefore++ : dockerClustersBefore,
          environment: given,
        }),
      ),
      /** Names of clusters that were removed on purpose. */
      retired: given[retiredKey],
      /** Clusters whose data is elsewhere on purpose: the new value by cluster and key. */
      moved: given[movedKey],
      lifecycle: TEMPORAL_LIFECYCLE,
      /** How engines are reached by TCP, see clients/docker.ts. */
      dockerTls: { DOCKER_TLS_VERIFY, DOCKER_CERT_PATH },
      ...defined({ databasePassword: TEMPORAL_DB_PASSWORD }),
    };
  })
  .superRefine((settings, context) => {
    checkSettings(settings, (path, message) => {
      context.addIssue({ code: "custom", path, message });
    });
  });
