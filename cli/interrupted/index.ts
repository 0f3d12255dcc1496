/**
 * What a deployment leaves behind when it is killed in the middle of making something: the engine or the Kubernetes cluster has it, the
 * stack's state does not, and every later deployment fails because its name is taken.
 */
import type { StackState } from "../pulumi/export.ts";
import type { StackPlace } from "../pulumi/stack.ts";
import type { Report } from "../../offline/steps.ts";
import { removeFromEngine, removeMembersFromEngine } from "./docker.ts";
import { groupsWithoutMembers } from "./groups.ts";
import { removeFromCluster, removeMembersFromCluster } from "./kubernetes.ts";
import { interrupted } from "./unfinished.ts";

/**
 * Removes what a killed deployment was making, so that the next one can make it anew. Only what carries the stack's label, and is not in
 * its state, is touched; an engine or cluster that does not answer is left to the deployment to complain about.
 */
export async function removeUnfinished(
  { environment, stack }: StackPlace,
  state: StackState,
  report: Report,
): Promise<void> {
  const { unfinished, known } = interrupted(state);
  for (const thing of unfinished) {
    const removed = await (
      thing.on === "docker"
        ? removeFromEngine(thing, stack, known, environment["DOCKER_HOST"])
        : removeFromCluster(thing, stack, report)
    ).catch(() => false);
    if (!removed) continue;
    report(`  removed the ${thing.kind} ${thing.name}, which a killed deployment left half made`);
  }
  for (const group of groupsWithoutMembers(state)) {
    const removed = await (
      group.on === "docker"
        ? removeMembersFromEngine(group, known, environment["DOCKER_HOST"])
        : removeMembersFromCluster(group)
    ).catch(() => []);
    for (const name of removed) {
      report(`  removed ${name}, which a killed deployment was about to stop`);
    }
  }
}
