/**
 * One cluster on a Docker engine: a network of its own, volumes, containers.
 */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerTargetChoice } from "../../platform/cluster.ts";
import { labels, type Owner, stoppedTogether } from "../../platform/labels.ts";
import type { Image } from "../../platform/images.ts";
import type { CustomResource } from "../../platform/custom-resource.ts";
import type {
  LiveDirectory,
  Mount,
  Task as TaskSpec,
  Volume,
  Workload,
} from "../../platform/workload.ts";
import type { Address, DeployOptions, Ready, Target } from "../target.ts";
import { publishedAuthority } from "./address.ts";
import { containerArgs } from "./container.ts";
import { prefixed } from "../names.ts";
import { dataOptions, optionsOf, runningOptions, seconds } from "../options.ts";
import { readinessCommand } from "./health.ts";
import { dockerLabels, type TargetContext } from "./context.ts";
import { ownershipTask, taskArgs } from "./task.ts";
import { ContainerGroup, Network, Readiness, Task } from "../../providers/temporal/sdk.ts";

/** Longest time that stopping a container may take beyond its own grace, and starting beyond its own limit, in seconds. */
const engineMarginSeconds = 30;

/** Runs workloads and tasks as containers of one engine; see {@link Target}. */
export class DockerTarget implements Target {
  readonly #context: Omit<TargetContext, "network">;
  #network: Network | undefined;
  readonly #volumes = new Map<string, Ready>();

  /**
   * @param owner Whose containers these are; names and labels come from it.
   * @param choice The engine and the published addresses.
   */
  constructor(owner: Owner, choice: DockerTargetChoice) {
    this.#context = { owner, choice };
  }

  open(placement: DeployOptions): Ready {
    const name = this.#name("network");
    this.#network = new Network(
      name,
      { ...this.#host, name, labels: labels(this.#context.owner) },
      optionsOf(placement, { deleteBeforeReplace: true }),
    );
    return [this.#network];
  }

  stopTogether(placement: DeployOptions): ContainerGroup {
    return new ContainerGroup(
      this.#name("workloads"),
      {
        ...this.#host,
        name: this.#name("workloads"),
        labels: { ...labels(this.#context.owner), ...stoppedTogether },
      },
      optionsOf(placement),
    );
  }

  keep({ mounts, liveDirectories = [], image }: Workload, { parent }: DeployOptions): Ready {
    const live = liveDirectories.map((directory) => liveVolume(image, directory));
    return [...mounts.map(({ volume }) => volume), ...live].flatMap((volume) =>
      this.#volume(volume, { parent }),
    );
  }

  run(workload: Workload, placement: DeployOptions): Ready {
    const volumes = workload.mounts.flatMap((mount) =>
      this.#ownedVolume(workload.image, mount, placement),
    );
    const { stoppedWith } = placement;
    const replicas: Readiness[] = [];
    for (let index = 0; index < workload.replicas; index++) {
      // One after the other: a change reaches the next replica only when the one before is ready.
      const before = [...volumes, ...replicas.slice(-1), ...(placement.dependsOn ?? [])];
      const name = this.#name(workload.name, String(index));
      const container = new docker.Container(
        name,
        containerArgs(
          workload,
          index,
          this.#opened(),
          placement.secrets ?? {},
          stoppedWith !== undefined,
        ),
        optionsOf(
          { ...placement, dependsOn: before },
          {
            ...runningOptions(placement),
            deleteBeforeReplace: true,
            // The provider takes these for changes in place and then leaves the container as it is.
            replaceOnChanges: ["healthcheck", "tmpfs", "mounts"],
            customTimeouts: { delete: seconds(workload.stopGraceSeconds + engineMarginSeconds) },
          },
        ),
      );
      // A successor waits until its predecessor says that it is well; whoever waits for all of them, until they can be used.
      const last = index === workload.replicas - 1;
      const check = last ? (workload.usable ?? workload.health) : workload.health;
      const timeoutSeconds = workload.startTimeoutSeconds;
      replicas.push(
        new Readiness(
          `${name}-ready`,
          {
            ...this.#host,
            container: container.id,
            name,
            command: readinessCommand(check, timeoutSeconds + engineMarginSeconds),
            timeoutSeconds,
          },
          { parent: container },
        ),
      );
    }
    return replicas;
  }

  complete(task: TaskSpec, placement: DeployOptions): Ready {
    const { publishes, image } = task;
    const live =
      publishes === undefined
        ? []
        : this.#ownedVolume(
            image,
            { volume: liveVolume(image, publishes), path: publishes.path },
            placement,
          );
    return [
      new Task(
        this.#name(task.name),
        taskArgs(task, this.#opened(), placement.secrets ?? {}),
        optionsOf({ ...placement, dependsOn: [...live, ...(placement.dependsOn ?? [])] }),
      ),
    ];
  }

  customResource(object: CustomResource): never {
    throw new Error(`${object.name} is an operator's: a Docker engine has none`);
  }

  address(workload: Workload, port: string): Address {
    const found = workload.ports.find(({ name }) => name === port);
    if (found === undefined) throw new Error(`${workload.name} has no port ${port}`);
    const { exposed } = found;
    const authority =
      exposed?.kind === "host"
        ? publishedAuthority(exposed.address, exposed.port, this.#context.choice.host)
        : `${workload.name}:${found.port}`;
    return { authority: pulumi.output(authority), transport: "cleartext" };
  }

  get #host(): { readonly host?: string } {
    const { host } = this.#context.choice;
    return host === undefined ? {} : { host };
  }

  #opened(): TargetContext {
    if (this.#network === undefined) throw new Error("the target is used before it is opened");
    return { ...this.#context, network: this.#network };
  }

  #name(...parts: string[]): string {
    return prefixed(this.#context.owner, ...parts);
  }

  #volume(volume: Volume, placement: DeployOptions): Ready {
    const known = this.#volumes.get(volume.name);
    if (known !== undefined) return known;
    const made = [
      new docker.Volume(
        this.#name(volume.name),
        {
          name: this.#name(volume.name),
          labels: dockerLabels(labels(this.#context.owner, volume.name)),
        },
        optionsOf(placement, dataOptions(volume.onDestroy)),
      ),
    ];
    this.#volumes.set(volume.name, made);
    return made;
  }

  #ownedVolume(image: Image, mount: Mount, { parent }: DeployOptions): Ready {
    const volumes = this.#volume(mount.volume, { parent });
    return [
      ...volumes,
      ...this.complete(ownershipTask(image, mount), { parent, dependsOn: volumes }),
    ];
  }
}

/** The volume that a task publishes into. What is in it can be made again. */
function liveVolume(image: Image, { name }: LiveDirectory): Volume {
  return { name, owner: image.user, sizeGiB: 1, onDestroy: "delete" };
}
