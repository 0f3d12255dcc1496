import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../platform/cluster.ts";
import { databaseLocation } from "../platform/data-location.ts";
import { defined } from "../platform/defined.ts";
import {
  Namespace,
  type NamespaceArgs,
  NexusEndpoint,
  Schedule,
  SearchAttribute,
} from "../providers/temporal/objects/sdk.ts";
import { servingIndex } from "../platform/visibility.ts";
import { visibilityKey, visibilityPlace } from "../platform/visibility-move.ts";
import type { Ready } from "../targets/target.ts";
import { Component } from "./component.ts";

/** Arguments of {@link Namespaces}. */
export interface NamespacesArgs {
  readonly cluster: Cluster;
  /** Its frontend, running or stopped. */
  readonly temporal: pulumi.ProviderResource;
  /** What must be there before: the frontend, unless it is stopped. */
  readonly after: Ready;
  /** What goes only with the cluster itself, and takes what Temporal holds along. */
  readonly place: pulumi.Resource;
}

/**
 * What Temporal holds from the start: namespaces with their search attributes and schedules, and Nexus endpoints. They are there while the cluster is
 * stopped, too, so that nothing forgets them.
 */
export class Namespaces extends Component {
  /** The namespaces, by name. */
  readonly ready: Readonly<Record<string, Ready>>;

  constructor(name: string, args: NamespacesArgs, opts: pulumi.ComponentResourceOptions) {
    super("server:Namespaces", name, opts);
    const { cluster, temporal, after, place } = args;
    const store = databaseLocation(cluster) as Readonly<Record<string, string>>;
    const options = (dependsOn: Ready): pulumi.CustomResourceOptions => ({
      parent: this,
      provider: temporal,
      dependsOn: [...dependsOn],
      deletedWith: place,
    });
    const made = Object.entries(cluster.namespaces).map(([namespace, settings]) => {
      const { retentionSeconds, description, owner, data, existing, onRemove } = settings;
      const ready = new Namespace(
        `${cluster.name}/${namespace}`,
        {
          ...{ name: namespace, retentionSeconds, existing, onRemove, store },
          ...defined({ description, owner, data }),
          ...archivalOf(cluster, settings),
        },
        options(after),
      );
      const attributes = Object.entries(settings.searchAttributes).map(
        ([attribute, type]) =>
          new SearchAttribute(
            `${cluster.name}/${namespace}/${attribute}`,
            { namespace, name: attribute, type, store: { ...store, ...searchStoreOf(cluster) } },
            options([ready]),
          ),
      );
      for (const [scheduleId, schedule] of Object.entries(settings.schedules)) {
        new Schedule(
          `${cluster.name}/${namespace}/${scheduleId}`,
          { ...schedule, namespace, scheduleId, store },
          // What a schedule starts may have search attributes.
          options([ready, ...attributes]),
        );
      }
      return [namespace, [ready, ...attributes]] as const;
    });
    this.ready = Object.fromEntries(made);
    for (const [endpoint, settings] of Object.entries(cluster.nexusEndpoints)) {
      const { target } = settings;
      const workers = "namespace" in target ? (this.ready[target.namespace] ?? []) : [];
      new NexusEndpoint(
        `${cluster.name}/${endpoint}`,
        { ...settings, name: endpoint, store },
        options([...after, ...workers]),
      );
    }
    this.registerOutputs({});
  }
}

/** The index that attributes are registered for anew when the cluster's lists move there; nothing while they are in PostgreSQL. */
function searchStoreOf(cluster: Cluster): Readonly<Record<string, string>> {
  return servingIndex(cluster) === undefined
    ? {}
    : defined({ [visibilityKey]: visibilityPlace(cluster)?.index });
}

/** What a namespace archives; said in words where the cluster has an object store, so that a namespace which no longer asks for it stops. */
function archivalOf(
  cluster: Cluster,
  { archival: { history, visibility, uri } }: Cluster["namespaces"][string],
): Pick<NamespaceArgs, "historyArchival" | "visibilityArchival"> {
  if (cluster.archival.kind === "none") return {};
  const wanted = (state: typeof history) => ({
    state,
    ...(state === "enabled" ? defined({ uri }) : {}),
  });
  return { historyArchival: wanted(history), visibilityArchival: wanted(visibility) };
}
