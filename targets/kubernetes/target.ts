/**
 * One cluster in a namespace of a Kubernetes cluster.
 */
import * as kubernetes from "@pulumi/kubernetes";
import type { KubernetesTargetChoice } from "../../platform/cluster.ts";
import { labels, type Owner, stoppedTogether } from "../../platform/labels.ts";
import { ControllerGroup } from "../../providers/temporal/sdk.ts";
import type { CustomResource } from "../../platform/custom-resource.ts";
import type { DataPolicy, Task, Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { dataOptions, optionsOf } from "../options.ts";
import type { Address, DeployOptions, Ready, Target } from "../target.ts";
import { type ExposedPort, exposeOf, internalAddress } from "./exposure.ts";
import { filesOf, publish } from "./files.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { denyAll, policyOf } from "./network-policy.ts";
import { customResourceOf } from "./custom-resource.ts";
import { metadata, objectLabels, type TargetContext } from "./context.ts";
import { autoscalerOf, disruptionBudgetOf } from "./scaling.ts";
import { SecretStore } from "./secrets.ts";
import { servicesOf } from "./service.ts";
import { claimsOf } from "./storage.ts";
import { jobOf } from "./task.ts";
import { controllerOf } from "./workload.ts";

/**
 * Time that pods have to end when all of them go, in seconds. Their own is for handing work over to those that stay, and nobody does. A service of
 * Temporal's ends in 2 to 3 s unless it waits for another one (platform/shutdown.ts).
 */
const lastStopGraceSeconds = 3;

/** Runs workloads and tasks as pods of one Kubernetes namespace; see {@link Target}. */
export class KubernetesTarget implements Target {
  readonly #owner: Owner;
  readonly #choice: KubernetesTargetChoice;
  readonly #onDestroy: DataPolicy;
  readonly #secrets = new SecretStore();
  readonly #exposed = new Map<string, ExposedPort>();
  #context: TargetContext | undefined;

  /**
   * @param owner Whose pods these are; names and labels come from it.
   * @param choice The Kubernetes cluster and what it is asked for.
   * @param onDestroy What happens to data; a namespace that goes takes the data in it along.
   */
  constructor(owner: Owner, choice: KubernetesTargetChoice, onDestroy: DataPolicy) {
    this.#owner = owner;
    this.#choice = choice;
    this.#onDestroy = onDestroy;
  }

  open(placement: DeployOptions): Ready {
    const namespace = this.#namespace(placement);
    const before = {
      owner: this.#owner,
      choice: this.#choice,
      namespace: namespace?.metadata.name ?? this.#choice.namespace,
      serviceAccount: "",
    };
    const account = new kubernetes.core.v1.ServiceAccount(
      prefixed(this.#owner, "service-account"),
      {
        metadata: metadata(before, prefixed(this.#owner), "platform"),
        automountServiceAccountToken: false,
      },
      optionsOf(placement),
    );
    this.#context = { ...before, serviceAccount: account.metadata.name };
    return [
      ...(namespace === undefined ? [] : [namespace]),
      account,
      denyAll(this.#context, placement),
    ];
  }

  stopTogether(placement: DeployOptions): ControllerGroup {
    const { context } = this.#choice;
    const kubeconfig = kubeconfigPath(this.#choice);
    return new ControllerGroup(
      prefixed(this.#owner, "workloads"),
      {
        ...(kubeconfig === undefined ? {} : { kubeconfig }),
        context,
        namespace: this.#opened().namespace,
        labels: { ...labels(this.#owner), ...stoppedTogether },
        stopGraceSeconds: lastStopGraceSeconds,
      },
      optionsOf(placement),
    );
  }

  keep(workload: Workload, placement: DeployOptions): Ready {
    return claimsOf(workload, this.#opened(), placement);
  }

  run(workload: Workload, placement: DeployOptions): Ready {
    const context = this.#opened();
    const before: Ready = [
      ...this.keep(workload, placement),
      ...servicesOf(workload, context, placement),
      policyOf(workload, context, placement),
      ...disruptionBudgetOf(workload, context, placement),
      ...(placement.dependsOn ?? []),
    ];
    const secret = this.#secrets.finder(context, placement);
    const controller = controllerOf(
      workload,
      context,
      { ...placement, dependsOn: before },
      filesOf(workload, context, placement, secret),
      secret,
    );
    const beside = { parent: placement.parent };
    return [
      controller,
      ...autoscalerOf(workload, context, beside),
      // Not after the pods: nodes and balancers take a moment to learn of a new port, and know it by the time that the pods are ready.
      ...this.#expose(workload, context, beside),
    ];
  }

  complete(task: Task, placement: DeployOptions): Ready {
    const context = this.#opened();
    const secret = this.#secrets.finder(context, placement);
    const files = filesOf(task, context, placement, secret);
    const job = jobOf(task, context, placement, files, secret);
    if (task.publishes === undefined) return [job];
    const published = publish(task, task.publishes, context, { ...placement, dependsOn: [job] });
    return [job, published];
  }

  customResource(object: CustomResource, placement: DeployOptions): Ready {
    return customResourceOf(object, this.#opened(), placement);
  }

  address(workload: Workload, port: string): Address {
    const found = workload.ports.find(({ name }) => name === port);
    if (found === undefined) throw new Error(`${workload.name} has no port ${port}`);
    const exposed = this.#exposed.get(`${workload.name} ${port}`);
    return exposed?.address ?? internalAddress(workload, found, this.#opened());
  }

  #namespace(placement: DeployOptions): kubernetes.core.v1.Namespace | undefined {
    if (this.#choice.namespacePolicy === "existing") return undefined;
    return new kubernetes.core.v1.Namespace(
      prefixed(this.#owner, "namespace"),
      {
        metadata: {
          name: this.#choice.namespace,
          labels: {
            ...objectLabels({ owner: this.#owner, choice: this.#choice }),
            "pod-security.kubernetes.io/enforce": "restricted",
          },
        },
      },
      optionsOf(placement, dataOptions(this.#onDestroy)),
    );
  }

  #expose(workload: Workload, context: TargetContext, placement: DeployOptions): Ready {
    return workload.ports.flatMap((port) => {
      if (port.exposed === undefined) return [];
      const exposed = exposeOf(workload, port, port.exposed, context, placement);
      this.#exposed.set(`${workload.name} ${port.name}`, exposed);
      return exposed.ready;
    });
  }

  #opened(): TargetContext {
    if (this.#context === undefined) throw new Error("the target is used before it is opened");
    return this.#context;
  }
}
