/**
 * Groups of workloads that are stopped together, and what a killed deployment leaves of them: the members leave the state first, and the group
 * stops them when it is deleted itself. A deployment that is killed in between leaves members that nobody knows.
 */
import { z } from "zod";
import type { StackState } from "../pulumi/export.ts";

/** A group that the state still has. */
export type Group =
  | {
      readonly on: "docker";
      readonly labels: Readonly<Record<string, string>>;
      /** Address of its engine; undefined for the user's default. */
      readonly host?: string | undefined;
    }
  | {
      readonly on: "kubernetes";
      readonly labels: Readonly<Record<string, string>>;
      readonly namespace: string;
      readonly context: string;
      /** Path of the kubeconfig; undefined for the user's default. */
      readonly kubeconfig?: string | undefined;
    };

const labels = z.record(z.string(), z.string());
const onDocker = z.object({ host: z.string().optional(), labels });
const onKubernetes = z.object({
  kubeconfig: z.string().optional(),
  context: z.string(),
  namespace: z.string(),
  labels,
});

/** The groups without a member in the state: those of a `down` that was killed, or of an `up` that did not come so far. */
export function groupsWithoutMembers({ resources }: StackState): readonly Group[] {
  return resources.flatMap(({ type, urn, inputs }): Group[] => {
    if (resources.some(({ deletedWith }) => deletedWith === urn)) return [];
    switch (type) {
      case "temporal:docker:WorkloadGroup": {
        const read = onDocker.safeParse(inputs);
        return read.success ? [{ on: "docker", ...read.data }] : [];
      }
      case "temporal:kubernetes:WorkloadGroup": {
        const read = onKubernetes.safeParse(inputs);
        return read.success ? [{ on: "kubernetes", ...read.data }] : [];
      }
      default:
        return [];
    }
  });
}
