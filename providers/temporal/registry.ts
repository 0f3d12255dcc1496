/**
 * The resource `temporal:cluster:Registry`.
 */
import { defined } from "../../platform/defined.ts";
import {
  type Consent,
  identityViolations,
  type RegisteredClusters,
} from "../../platform/identity.ts";
import type { ResourceType } from "../protocol/provider.ts";
import type { Properties } from "../protocol/values.ts";

/** Keeps its inputs, and refuses those that part a cluster from its data. */
export const registry: ResourceType = {
  onChange: "update",
  check: (news, olds) => {
    const [before, after] = [clustersOf(olds), clustersOf(news)];
    return {
      inputs: { ...news, clusters: withKnownPlaces(before, after) },
      failures: identityViolations(before, after, consentOf(news)).map(({ message }) => ({
        // The engine would print the property's old path and value; the message names the user's own key.
        property: "",
        reason: message,
      })),
    };
  },
  create: (inputs) => Promise.resolve({ id: "clusters", outputs: inputs }),
  update: (_state, inputs) => Promise.resolve(inputs),
};

function clustersOf(properties: Properties): RegisteredClusters {
  return (properties["clusters"] ?? {}) as RegisteredClusters;
}

function consentOf(properties: Properties): Consent {
  return {
    retired: (properties["retired"] ?? []) as Consent["retired"],
    moved: (properties["moved"] ?? {}) as Consent["moved"],
  };
}

/** The clusters; one whose place is not given, because it does not answer, has its data and its archive where it had them. */
function withKnownPlaces(before: RegisteredClusters, after: RegisteredClusters): Properties {
  return Object.fromEntries(
    Object.entries(after).map(([name, cluster]) => {
      if (cluster.data !== undefined) return [name, cluster];
      const { data, archive } = before[name] ?? {};
      return [name, { ...cluster, ...defined({ data, archive }) }];
    }),
  );
}
