/**
 * One cluster in a namespace of a Kubernetes cluster.
 */
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { defined } from "../../platform/defined.ts";
import type { KubernetesTargetChoice } from "../../platform/cluster.ts";
import { labels, type Owner, stoppedTogether } from "../../platform/labels.ts";
import { ControllerGroup } from "../../providers/temporal/sdk.ts";
import { WorkerDeployment } from "../../providers/temporal/worker-deployment/sdk.ts";
import type {
  CustomResource,
  DeclaredObject,
  LabelledTexts,
} from "../../platform/custom-resource.ts";
import type { Versions } from "../../platform/worker-versions.ts";
import {
  type DataPolicy,
  type Ports,
  portsOf,
  type Task,
  type Workload,
} from "../../platform/workload.ts";
import { addressesOf } from "../addresses.ts";
import { prefixed } from "../names.ts";
import { dataOptions, optionsOf, seconds } from "../options.ts";
import { groupNames, StopGroups } from "../stop-groups.ts";
import type {
  Deployed,
  DeployOptions,
  OpenKubernetesTarget,
  Ready,
  StopGroup,
  Target,
  VersionsOptions,
} from "../target.ts";
import { versionsOptions } from "../versions.ts";
import { type ExposedPort, exposeOf, internalAddress } from "./exposure.ts";
import { filesOf, publish } from "./files.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { denyAll, policyOf } from "./network-policy.ts";
import { customResourceOf, declaredObjectOf, labelledTextsOf } from "./custom-resource.ts";
import { metadata, objectLabels, type TargetContext } from "./context.ts";
import { autoscalerOf, disruptionBudgetOf } from "./scaling.ts";
import { SecretStore } from "./secrets.ts";
import { servicesOf } from "./service.ts";
import { claimsOf } from "./storage.ts";
import { completionOf, jobOf } from "./task.ts";
import { versionsArgs } from "./versions.ts";
import { controllerOf } from "./workload.ts";

/**
 * Time that pods have to end when all of them go, in seconds. Their own is for handing work over to those that stay, and nobody does; as on Docker
 * (`closingAlone` in platform/shutdown.ts).
 */
const lastStopGraceSeconds = 3;

/** Longest time that the end of pods may take beyond their own grace, in seconds. */
const endMarginSeconds = 120;

/**
 * The target in a namespace of a Kubernetes cluster; see {@link Target}.
 *
 * @param owner Whose pods these are; names and labels come from it.
 * @param choice The Kubernetes cluster and what it is asked for.
 * @param onDestroy What happens to data; a namespace that goes takes the data in it along.
 */
export function kubernetesTarget(
  owner: Owner,
  choice: KubernetesTargetChoice,
  onDestroy: DataPolicy,
): Target {
  return {
    open: (deploy) => {
      const namespace = namespaceOf(owner, choice, onDestroy, deploy);
      const before = {
        owner,
        choice,
        namespace: namespace?.metadata.name ?? choice.namespace,
        serviceAccount: "",
      };
      const account = new kubernetes.core.v1.ServiceAccount(
        prefixed(owner, "service-account"),
        {
          metadata: metadata(before, prefixed(owner), "platform"),
          automountServiceAccountToken: false,
        },
        optionsOf(deploy),
      );
      const context = { ...before, serviceAccount: account.metadata.name };
      return new NamespaceTarget(context, namespace ?? account, [
        ...(namespace === undefined ? [] : [namespace]),
        account,
        denyAll(context, deploy),
      ]);
    },
  };
}

/** Runs workloads and tasks as pods of one Kubernetes namespace. */
class NamespaceTarget implements OpenKubernetesTarget {
  readonly kind = "kubernetes";
  readonly choice: KubernetesTargetChoice;
  readonly ready: Ready;
  readonly place: pulumi.Resource;
  readonly #context: TargetContext;
  readonly #secrets = new SecretStore();
  readonly #groups = new StopGroups();

  constructor(context: TargetContext, place: pulumi.Resource, ready: Ready) {
    this.#context = context;
    this.choice = context.choice;
    this.place = place;
    this.ready = ready;
  }

  stopTogether(group: StopGroup, deploy: DeployOptions): ControllerGroup {
    const { owner, choice, namespace } = this.#context;
    const kubeconfig = kubeconfigPath(choice);
    const made = new ControllerGroup(
      prefixed(owner, groupNames[group.kind]),
      {
        ...defined({ kubeconfig }),
        context: choice.context,
        namespace,
        labels: { ...labels(owner), ...stoppedTogether[group.kind] },
        ...(group.kind === "cluster" ? { stopGraceSeconds: lastStopGraceSeconds } : {}),
      },
      optionsOf(
        deploy,
        group.kind === "cluster"
          ? {}
          : {
              customTimeouts: {
                delete: seconds(group.longestGraceSeconds + endMarginSeconds),
              },
            },
      ),
    );
    return this.#groups.add(group, made);
  }

  keep<P extends Ports>(workload: Workload<P>, deploy: DeployOptions): Deployed<P> {
    return {
      ready: claimsOf(workload, this.#context, deploy),
      addresses: addressesOf(workload, (port) => internalAddress(workload, port, this.#context)),
    };
  }

  run<P extends Ports>(workload: Workload<P>, deploy: DeployOptions): Deployed<P> {
    const context = this.#context;
    const before: Ready = [
      ...claimsOf(workload, context, deploy),
      ...servicesOf(workload, context, deploy),
      policyOf(workload, context, deploy),
      ...disruptionBudgetOf(workload, context, deploy),
      ...(deploy.dependsOn ?? []),
    ];
    const secret = this.#secrets.finder(context, deploy);
    const controller = controllerOf(
      workload,
      context,
      { ...deploy, dependsOn: before },
      this.#groups.labelsOf(deploy),
      filesOf(workload, context, deploy, secret),
      secret,
    );
    const beside = { parent: deploy.parent };
    const autoscaler = autoscalerOf(workload, context, beside, controller);
    // Not after the pods: nodes and balancers take a moment to learn of a new port, and know it by the time that the pods are ready.
    const exposed = exposedPorts(workload, context, beside);
    return {
      ready: [controller, ...autoscaler, ...[...exposed.values()].flatMap(({ ready }) => ready)],
      addresses: addressesOf(
        workload,
        (port) => exposed.get(port.name)?.address ?? internalAddress(workload, port, context),
      ),
    };
  }

  runVersions(workload: Workload, versions: Versions, deploy: VersionsOptions): Ready {
    const context = this.#context;
    // What their pods need is that of a workload's, and no part of any version.
    const beside: Ready =
      deploy.lifecycle === "stopped"
        ? []
        : [
            ...servicesOf(workload, context, deploy),
            policyOf(workload, context, deploy),
            ...disruptionBudgetOf(workload, context, deploy),
          ];
    const secret = this.#secrets.finder(context, deploy);
    const dependsOn = [...beside, ...(deploy.dependsOn ?? [])];
    return [
      new WorkerDeployment(
        prefixed(context.owner, workload.name),
        versionsArgs(workload, versions, context, deploy, secret),
        versionsOptions({ ...deploy, dependsOn }, this.place),
      ),
    ];
  }

  complete(task: Task, deploy: DeployOptions): Ready {
    const context = this.#context;
    const secret = this.#secrets.finder(context, deploy);
    const files = filesOf(task, context, deploy, secret);
    const completion = completionOf(task, jobOf(task, context, deploy, files, secret), context);
    if (task.publishes === undefined) return [completion];
    const published = publish(task, task.publishes, context, {
      ...deploy,
      dependsOn: [completion],
    });
    return [completion, published];
  }

  customResource(object: CustomResource, deploy: DeployOptions): Ready {
    return customResourceOf(object, this.#context, deploy);
  }

  declare(object: DeclaredObject, deploy: DeployOptions): Ready {
    return declaredObjectOf(object, this.#context, deploy);
  }

  offer(texts: LabelledTexts, deploy: DeployOptions): Ready {
    return labelledTextsOf(texts, this.#context, deploy);
  }
}

/** Makes the namespace, unless it is there already. */
function namespaceOf(
  owner: Owner,
  choice: KubernetesTargetChoice,
  onDestroy: DataPolicy,
  deploy: DeployOptions,
): kubernetes.core.v1.Namespace | undefined {
  if (choice.namespacePolicy === "existing") return undefined;
  return new kubernetes.core.v1.Namespace(
    prefixed(owner, "namespace"),
    {
      metadata: {
        name: choice.namespace,
        labels: {
          ...objectLabels({ owner, choice }),
          "pod-security.kubernetes.io/enforce": "restricted",
        },
      },
    },
    optionsOf(deploy, dataOptions(onDestroy)),
  );
}

/** Makes what exposes the ports of a workload that are exposed, by the ports' names. */
function exposedPorts(
  workload: Workload,
  context: TargetContext,
  deploy: DeployOptions,
): ReadonlyMap<string, ExposedPort> {
  const exposed = portsOf(workload).flatMap((port) =>
    port.exposed === undefined
      ? []
      : [[port.name, exposeOf(workload, port, port.exposed, context, deploy)] as const],
  );
  return new Map(exposed);
}
