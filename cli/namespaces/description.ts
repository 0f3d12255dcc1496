/**
 * A namespace as people and programs see it.
 */
import type { Connection } from "@temporalio/client";
import { defined } from "../../platform/defined.ts";
import { cell, columns, durationText, facts } from "../output.ts";
import { isoTime, nameIn, numberIn, secondsOf } from "../../clients/wire.ts";

/** What the server says of a namespace (`temporal.api.workflowservice.v1.DescribeNamespaceResponse`). */
export type NamespaceAnswer = Awaited<
  ReturnType<Connection["workflowService"]["listNamespaces"]>
>["namespaces"][number];

/** Whether closed workflows are archived, and where. */
export interface Archival {
  /** Enabled or Disabled. */
  readonly state: string;
  /** Empty where there is none. */
  readonly uri: string;
}

/** A namespace; the shape of `--format json`. */
export interface NamespaceDescription {
  readonly name: string;
  readonly id: string;
  /** Registered, Deprecated or Deleted. */
  readonly state: string;
  readonly description: string;
  /** E-mail address. */
  readonly owner: string;
  readonly data: Readonly<Record<string, string>>;
  /** How long closed workflows are kept. */
  readonly retentionSeconds: number;
  readonly historyArchival: Archival;
  readonly visibilityArchival: Archival;
  readonly replication: {
    /** Whether other clusters may have it as well. */
    readonly global: boolean;
    readonly activeCluster: string;
    readonly clusters: readonly string[];
    /** Normal or Handover. */
    readonly state: string;
    readonly failoverVersion: number;
    /** The last ones, the oldest first. */
    readonly failovers: readonly { readonly time?: string; readonly failoverVersion: number }[];
  };
  /** Types of the custom search attributes by their names; left out where nobody asked for them, and where they are refused. */
  readonly searchAttributes?: Readonly<Record<string, string>>;
}

// Names of the enumerations in temporal.api.enums.v1, by their numbers from 1.
const states = ["Registered", "Deprecated", "Deleted"];
const archivalStates = ["Disabled", "Enabled"];
const replicationStates = ["Normal", "Handover"];
const valueTypes = ["Text", "Keyword", "Int", "Double", "Bool", "Datetime", "KeywordList"];

/** What the server says, in one shape. */
export function namespaceDescription(answer: NamespaceAnswer): NamespaceDescription {
  const { namespaceInfo: info, config, replicationConfig: replication } = answer;
  return {
    name: info?.name ?? "",
    id: info?.id ?? "",
    state: nameIn(states, info?.state),
    description: info?.description ?? "",
    owner: info?.ownerEmail ?? "",
    data: sorted(info?.data ?? {}),
    retentionSeconds: secondsOf(config?.workflowExecutionRetentionTtl),
    historyArchival: {
      state: nameIn(archivalStates, config?.historyArchivalState),
      uri: config?.historyArchivalUri ?? "",
    },
    visibilityArchival: {
      state: nameIn(archivalStates, config?.visibilityArchivalState),
      uri: config?.visibilityArchivalUri ?? "",
    },
    replication: {
      global: answer.isGlobalNamespace ?? false,
      activeCluster: replication?.activeClusterName ?? "",
      clusters: (replication?.clusters ?? []).map(({ clusterName }) => clusterName ?? ""),
      // Servers up to 1.17 made namespaces without one, which are normal.
      state: nameIn(replicationStates, replication?.state),
      failoverVersion: numberIn(answer.failoverVersion),
      failovers: (answer.failoverHistory ?? []).map(({ failoverTime, failoverVersion }) => {
        const time = isoTime(failoverTime);
        return {
          ...defined({ time }),
          failoverVersion: numberIn(failoverVersion),
        };
      }),
    },
  };
}

/** Types of search attributes as Temporal's CLI names them. */
export function searchAttributeTypes(
  attributes: Readonly<Record<string, number>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(sorted(attributes));
  return Object.fromEntries(entries.map(([name, type]) => [name, nameIn(valueTypes, type)]));
}

/** By their keys, which the server gives in any order. */
function sorted<T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** A namespace for people. */
export function namespaceText(namespace: NamespaceDescription): string {
  const { historyArchival, visibilityArchival, replication, searchAttributes } = namespace;
  const { global, activeCluster, clusters, state, failoverVersion, failovers } = replication;
  const attributes = Object.entries(searchAttributes ?? {});
  return [
    `Namespace ${namespace.name}`,
    ...facts([
      ["id", namespace.id],
      ["state", namespace.state],
      ["description", cell(namespace.description)],
      ["owner", cell(namespace.owner)],
      ["data", ...Object.entries(namespace.data).map(([key, value]) => `${key}=${cell(value)}`)],
      ["retention", durationText(namespace.retentionSeconds)],
      ["history archival", archivalText(historyArchival)],
      ["visibility archival", archivalText(visibilityArchival)],
      ["global", global ? "yes" : "no"],
      ["clusters", ...clusters.map((name) => (name === activeCluster ? `${name} (active)` : name))],
      ["replication", state],
      ["failover version", String(failoverVersion)],
      ...(failovers.length === 0 ? [] : [["failovers", ...failovers.map(failoverText)] as const]),
      ...(searchAttributes === undefined
        ? []
        : [
            [
              "search attributes",
              ...attributes.map(([name, type]) => `${name} (${type})`),
            ] as const,
          ]),
    ]),
  ].join("\n");
}

function archivalText({ state, uri }: Archival): string {
  return uri === "" ? state : `${state}, ${uri}`;
}

function failoverText({
  time,
  failoverVersion,
}: NamespaceDescription["replication"]["failovers"][number]): string {
  return `${time ?? "-"} to version ${failoverVersion}`;
}

/** Namespaces as a table. */
export function namespacesText(namespaces: readonly NamespaceDescription[]): string {
  if (namespaces.length === 0) return "There is no namespace.";
  const rows = namespaces.map(({ name, state, retentionSeconds, owner, description }) => [
    ...[name, state, durationText(retentionSeconds)],
    ...[cell(owner), cell(description)],
  ]);
  return columns([["name", "state", "retention", "owner", "description"], ...rows]).join("\n");
}
