/**
 * One cluster on a Docker engine: a network of its own, volumes, containers.
 */
import { resolve } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerTargetChoice } from "../../platform/cluster.ts";
import { defined } from "../../platform/defined.ts";
import { labels, type Owner, stoppedTogether } from "../../platform/labels.ts";
import { contextDigest } from "../../clients/build-context.ts";
import type { Image } from "../../platform/images.ts";
import type { Versions } from "../../platform/worker-versions.ts";
import type {
  LiveDirectory,
  Mount,
  Ports,
  Task as TaskSpec,
  Volume,
  Workload,
} from "../../platform/workload.ts";
import { addressesOf } from "../addresses.ts";
import { groupNames, StopGroups } from "../stop-groups.ts";
import type {
  Addresses,
  Deployed,
  DeployOptions,
  OpenDockerTarget,
  Ready,
  StopGroup,
  Target,
  VersionsOptions,
} from "../target.ts";
import { versionsOptions } from "../versions.ts";
import { publishedAuthority } from "./address.ts";
import { containerArgs } from "./container.ts";
import { prefixed } from "../names.ts";
import { dataOptions, optionsOf, runningOptions, seconds } from "../options.ts";
import { readinessCheck } from "./health.ts";
import { dockerLabels, type TargetContext } from "./context.ts";
import { ownershipTask, taskArgs } from "./task.ts";
import { versionsArgs } from "./versions.ts";
import { DockerImage } from "../../providers/temporal/image/sdk.ts";
import { ContainerGroup, Network, Readiness, Task } from "../../providers/temporal/sdk.ts";
import { WorkerDeployment } from "../../providers/temporal/worker-deployment/sdk.ts";

/** Longest time that stopping a container may take beyond its own grace, and starting beyond its own limit, in seconds. */
const engineMarginSeconds = 30;

/**
 * The target on one engine; see {@link Target}.
 *
 * @param owner Whose containers these are; names and labels come from it.
 * @param choice The engine and the published addresses.
 */
export function dockerTarget(owner: Owner, choice: DockerTargetChoice): Target {
  return {
    open: (deploy) => {
      const name = prefixed(owner, "network");
      const network = new Network(
        name,
        { ...hostOf(choice), name, labels: labels(owner) },
        optionsOf(deploy, { deleteBeforeReplace: true }),
      );
      return new NetworkTarget({ owner, choice, network });
    },
  };
}

/** Runs workloads and tasks as containers of one engine, in a network. */
class NetworkTarget implements OpenDockerTarget {
  readonly kind = "docker";
  readonly ready: Ready;
  readonly place: Network;
  readonly #context: TargetContext;
  readonly #volumes = new Map<string, Ready>();
  readonly #groups = new StopGroups();

  constructor(context: TargetContext) {
    this.#context = context;
    this.place = context.network;
    this.ready = [this.place];
  }

  stopTogether(group: StopGroup, deploy: DeployOptions): ContainerGroup {
    const name = this.#name(groupNames[group.kind]);
    const made = new ContainerGroup(
      name,
      {
        ...hostOf(this.#context.choice),
        name,
        labels: { ...labels(this.#context.owner), ...stoppedTogether[group.kind] },
      },
      optionsOf(deploy),
    );
    return this.#groups.add(group, made);
  }

  keep<P extends Ports>(workload: Workload<P>, { parent }: DeployOptions): Deployed<P> {
    const { mounts, liveDirectories = [], image } = workload;
    const live = liveDirectories.map((directory) => liveVolume(image, directory));
    const ready = [...mounts.map(({ volume }) => volume), ...live].flatMap((volume) =>
      this.#volume(volume, { parent }),
    );
    return { ready, addresses: this.#addresses(workload) };
  }

  run<P extends Ports>(described: Workload<P>, deploy: DeployOptions): Deployed<P> {
    const { image, ready: imageReady } = this.#image(described, deploy);
    const workload = { ...described, image };
    const volumes = workload.mounts.flatMap((mount) =>
      this.#ownedVolume(workload.image, mount, deploy),
    );
    const replicas: Readiness[] = [];
    for (let index = 0; index < workload.replicas; index++) {
      // One after the other: a change reaches the next replica only when the one before is ready.
      const before = [
        ...imageReady,
        ...volumes,
        ...replicas.slice(-1),
        ...(deploy.dependsOn ?? []),
      ];
      const name = this.#name(workload.name, String(index));
      const container = new docker.Container(
        name,
        containerArgs(
          workload,
          index,
          this.#context,
          deploy.secrets ?? {},
          this.#groups.labelsOf(deploy),
        ),
        optionsOf(
          { ...deploy, dependsOn: before },
          {
            ...runningOptions(deploy),
            deleteBeforeReplace: true,
            // The provider takes these for changes in place and then leaves the container as it is.
            replaceOnChanges: ["healthcheck", "tmpfs", "mounts"],
            customTimeouts: { delete: seconds(workload.stopGraceSeconds + engineMarginSeconds) },
          },
        ),
      );
      // A successor waits until its predecessor says that it is well; whoever waits for all of them, until they can be used.
      const last = index === workload.replicas - 1;
      const timeoutSeconds = workload.startTimeoutSeconds;
      replicas.push(
        new Readiness(
          `${name}-ready`,
          {
            ...hostOf(this.#context.choice),
            container: container.id,
            name,
            ...readinessCheck(workload, last, timeoutSeconds + engineMarginSeconds),
            timeoutSeconds,
          },
          { parent: container },
        ),
      );
    }
    return { ready: replicas, addresses: this.#addresses(workload) };
  }

  runVersions(described: Workload, versions: Versions, deploy: VersionsOptions): Ready {
    // An older version is started again from an image that the program no longer names.
    const { image, ready } = this.#image(described, deploy, { retainOnDelete: true });
    return [
      new WorkerDeployment(
        this.#name(described.name),
        versionsArgs({ ...described, image }, versions, this.#context, deploy),
        versionsOptions(
          { ...deploy, dependsOn: [...ready, ...(deploy.dependsOn ?? [])] },
          this.place,
        ),
      ),
    ];
  }

  complete(task: TaskSpec, deploy: DeployOptions): Ready {
    const { publishes, image } = task;
    const live =
      publishes === undefined
        ? []
        : this.#ownedVolume(
            image,
            { volume: liveVolume(image, publishes), path: publishes.path },
            deploy,
          );
    return [
      new Task(
        this.#name(task.name),
        taskArgs(task, this.#context, deploy.secrets ?? {}),
        optionsOf({ ...deploy, dependsOn: [...live, ...(deploy.dependsOn ?? [])] }),
      ),
    ];
  }

  #addresses<P extends Ports>(workload: Workload<P>): Addresses<P> {
    return addressesOf(workload, ({ port, exposed }) => {
      const authority =
        exposed?.kind === "host"
          ? publishedAuthority(exposed.address, exposed.port, this.#context.choice.host)
          : `${workload.name}:${port}`;
      return { authority: pulumi.output(authority), transport: "cleartext" };
    });
  }

  /** The image of a workload; one that nobody has brought to the engine is pulled or built, when it runs. */
  #image(
    { name, image, imageOrigin }: Workload,
    { parent, lifecycle = "running" }: DeployOptions & Partial<VersionsOptions>,
    more: pulumi.CustomResourceOptions = {},
  ): { readonly image: Image; readonly ready: Ready } {
    if (imageOrigin === undefined) return { image, ready: [] };
    const directory = imageOrigin.kind === "directory" ? resolve(imageOrigin.path) : undefined;
    // What is in the directory is what the image is called by: another content is another image, and other containers.
    const reference =
      directory === undefined ? image.reference : `${image.reference}:${contextDigest(directory)}`;
    if (lifecycle === "stopped") return { image: { ...image, reference }, ready: [] };
    const made = new DockerImage(
      this.#name(name, "image"),
      {
        ...hostOf(this.#context.choice),
        reference,
        ...defined({ directory }),
        labels: labels(this.#context.owner, name),
      },
      { parent, ...more },
    );
    return { image: { ...image, reference }, ready: [made] };
  }

  #name(...parts: string[]): string {
    return prefixed(this.#context.owner, ...parts);
  }

  #volume(volume: Volume, deploy: DeployOptions): Ready {
    const known = this.#volumes.get(volume.name);
    if (known !== undefined) return known;
    const made = [
      new docker.Volume(
        this.#name(volume.name),
        {
          name: this.#name(volume.name),
          labels: dockerLabels(labels(this.#context.owner, volume.name)),
        },
        optionsOf(deploy, dataOptions(volume.onDestroy)),
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

/** The engine of a resource of our own provider; none for the user's default. */
function hostOf({ host }: DockerTargetChoice): { readonly host?: string } {
  return host === undefined ? {} : { host };
}

/** The volume that a task publishes into. What is in it can be made again. */
function liveVolume(image: Image, { name }: LiveDirectory): Volume {
  return { name, owner: image.user, sizeGiB: 1, onDestroy: "delete" };
}
