/**
 * The resource `temporal:cluster:Registry`.
 */
import { identityViolations, type RegisteredClusters } from "../../platform/identity.ts";
import type { ResourceType } from "../protocol/provider.ts";
import type { Properties } from "../protocol/values.ts";

/** Keeps its inputs, and refuses those that part a cluster from its data. */
export const registry: ResourceType = {
  onChange: "update",
  check: (news, olds) => ({
    inputs: news,
    failures: identityViolations(
      clustersOf(olds),
      clustersOf(news),
      (news["retired"] ?? []) as readonly string[],
    ).map(({ message }) => ({
      // The engine would print the property's old path and value; the message names the user's own key.
      property: "",
      reason: message,
    })),
  }),
  create: (inputs) => Promise.resolve({ id: "clusters", outputs: inputs }),
  update: (_state, inputs) => Promise.resolve(inputs),
};

function clustersOf(properties: Properties): RegisteredClusters {
  return (properties["clusters"] ?? {}) as RegisteredClusters;
}
