/**
 * What Temporal holds, as resources that a program uses. Each needs a {@link TemporalProvider}, and stays in Temporal when the program no longer names
 * it, unless `onRemove` says otherwise.
 */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { SearchAttributeType } from "../../../platform/search-attributes.ts";
import type { scheduleSchema } from "./schedule/inputs.ts";

/** How a frontend is reached. */
export type FrontendArgs =
  /** At an address, such as that of a gateway or of Temporal Cloud. Certificates and keys are PEM. */
  | {
      readonly kind: "address";
      /** As host:port. */
      readonly address: pulumi.Input<string>;
      readonly transport: "tls" | "cleartext";
      /** Certificate of an authority of one's own; the system's when left out. */
      readonly authority?: pulumi.Input<string>;
      /** By which the frontend knows the client. */
      readonly client?: {
        readonly certificate: pulumi.Input<string>;
        readonly key: pulumi.Input<string>;
      };
      /** Name that the frontend's certificate must have; that of the address when left out. */
      readonly serverName?: pulumi.Input<string>;
      readonly apiKey?: pulumi.Input<string>;
    }
  /** Inside a container, through the engine's API. */
  | {
      readonly kind: "docker";
      /** Address of the engine, as in DOCKER_HOST; the user's default when left out. */
      readonly host?: string;
      /** Name of the container. */
      readonly container: string;
      readonly port: number;
    }
  /** Inside a Kubernetes cluster, by a port-forward through the API server. */
  | {
      readonly kind: "kubernetes";
      /** Path of the kubeconfig; the user's default when left out. */
      readonly kubeconfig?: string;
      readonly context: string;
      readonly namespace: string;
      readonly service: string;
      readonly port: number;
    }
  /** Stopped on purpose: what changes meanwhile is done when the cluster runs again. */
  | { readonly kind: "stopped" };

/** The frontend that objects are kept in. */
export class TemporalProvider extends pulumi.ProviderResource {
  constructor(
    name: string,
    args: { readonly frontend: FrontendArgs },
    opts: pulumi.ResourceOptions = {},
  ) {
    const { frontend } = args;
    const secrets = frontend.kind === "address" && ("apiKey" in frontend || "client" in frontend);
    super("temporal", name, { frontend: secrets ? pulumi.secret(frontend) : frontend }, opts);
  }
}

/** What every object says. */
interface ObjectArgs {
  /** What becomes of it in Temporal when the program no longer names it; `keep` by default. */
  readonly onRemove?: "keep" | "delete" | "protect";
  /** Where the cluster's database lives: elsewhere, the object is made again. */
  readonly store?: Readonly<Record<string, string>>;
}

/** What objects say that Temporal may hold before the program does. */
interface AdoptableArgs extends ObjectArgs {
  /** Whether one that exists, and is not what the program says, is taken over and changed; `refuse` by default. */
  readonly existing?: "adopt" | "refuse";
}

/** Whether closed workflows are archived, and where. */
export interface ArchivalArgs {
  readonly state: "enabled" | "disabled";
  /** Never changes once it is set; the cluster's own when left out. */
  readonly uri?: string;
}

/** Arguments of {@link Namespace}; what is left out stays as it is. */
export interface NamespaceArgs extends AdoptableArgs {
  readonly name: string;
  /** How long closed workflows are kept, in seconds; an hour at least. */
  readonly retentionSeconds: number;
  /** For people. Can be changed, and not be taken away. */
  readonly description?: string;
  /** E-mail address. Can be changed, and not be taken away. */
  readonly owner?: string;
  /** Keys can be added and changed, and not be taken away. */
  readonly data?: Readonly<Record<string, string>>;
  readonly historyArchival?: ArchivalArgs;
  readonly visibilityArchival?: ArchivalArgs;
  /** Whether other clusters may have it, too. Never back to local. */
  readonly global?: boolean;
}

/** A namespace. */
export class Namespace extends pulumi.CustomResource {
  constructor(name: string, args: NamespaceArgs, opts: pulumi.CustomResourceOptions) {
    super("temporal:index:Namespace", name, { ...args }, opts);
  }
}

/** Arguments of {@link SearchAttribute}. */
export interface SearchAttributeArgs extends ObjectArgs {
  readonly namespace: string;
  readonly name: string;
  /** Never changes. */
  readonly type: SearchAttributeType;
}

/** A custom search attribute of a namespace. */
export class SearchAttribute extends pulumi.CustomResource {
  constructor(name: string, args: SearchAttributeArgs, opts: pulumi.CustomResourceOptions) {
    super("temporal:index:SearchAttribute", name, { ...args }, opts);
  }
}

/** Arguments of {@link Schedule}. */
export type ScheduleArgs = Immutable<z.input<typeof scheduleSchema>> & ObjectArgs;

type Immutable<T> = T extends readonly (infer Element)[]
  ? readonly Immutable<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T;

/** A schedule of a namespace, which starts workflows at times. */
export class Schedule extends pulumi.CustomResource {
  constructor(name: string, args: ScheduleArgs, opts: pulumi.CustomResourceOptions) {
    super("temporal:index:Schedule", name, { ...args }, opts);
  }
}

/** Arguments of {@link NexusEndpoint}. */
export interface NexusEndpointArgs extends AdoptableArgs {
  readonly name: string;
  /** For people. */
  readonly description?: string;
  /** Who answers its operations: workers of a task queue, or a server elsewhere. */
  readonly target:
    { readonly namespace: string; readonly taskQueue: string } | { readonly url: string };
}

/** A Nexus endpoint of a cluster. */
export class NexusEndpoint extends pulumi.CustomResource {
  constructor(name: string, args: NexusEndpointArgs, opts: pulumi.CustomResourceOptions) {
    super("temporal:index:NexusEndpoint", name, { ...args }, opts);
  }
}
