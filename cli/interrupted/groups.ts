/**
 * Groups of workloads that are stopped together, and what a killed deployment leaves of them: the members leave the state first, and the group
 * stops them when it is deleted itself. A deployment that is killed in between leaves members that nobody knows.
 */
import { z } from "zod";
import type { StackState, StateResource } from "../pulumi/export.ts";

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

/** A worker with versions that run. It outlives its group, and is known as a member by its labels alone. */
const versioned = z.object({ lifecycle: z.literal("running"), runner: z.object({ labels }) });

type Labels = z.output<typeof labels>;

/** The labels of what runs of a worker with versions; nothing of other resources. */
function runningVersions({ type, inputs }: StateResource): readonly Labels[] {
  if (type !== "temporal:worker:Deployment") return [];
  const read = versioned.safeParse(inputs);
  return read.success ? [read.data.runner.labels] : [];
}

function isLabelled(all: Labels, some: Labels): boolean {
  return Object.entries(some).every(([key, value]) => all[key] === value);
}

/** The groups without a member in the state: those of a `down` that was killed, or of an `up` that did not come so far. */
export function groupsWithoutMembers({ resources }: StackState): readonly Group[] {
  const versions = resources.flatMap(runningVersions);
  return resources.flatMap(({ type, urn, inputs }): Group[] => {
    if (resources.some(({ deletedWith }) => deletedWith === urn)) return [];
    const without = <G extends Group>(group: G): readonly G[] =>
      versions.some((one) => isLabelled(one, group.labels)) ? [] : [group];
    switch (type) {
      case "temporal:docker:WorkloadGroup": {
        const read = onDocker.safeParse(inputs);
        return read.success ? [...without({ on: "docker", ...read.data })] : [];
      }
      case "temporal:kubernetes:WorkloadGroup": {
        const read = onKubernetes.safeParse(inputs);
        return read.success ? [...without({ on: "kubernetes", ...read.data })] : [];
      }
      default:
        return [];
    }
  });
}
