/**
 * What a killed deployment was making, by the state of its stack.
 */
import { z } from "zod";
import { defined } from "../../platform/defined.ts";
import { providerSettings, type StackState } from "../pulumi/export.ts";

/** Something that was being made when a deployment was killed. */
export type Unfinished =
  | {
      readonly on: "docker";
      readonly kind: "container";
      readonly name: string;
      /** Address of its engine; undefined for the user's default. */
      readonly host?: string;
    }
  | {
      readonly on: "kubernetes";
      readonly apiVersion: string;
      readonly kind: string;
      readonly name: string;
      readonly namespace?: string;
      /** Path or text of the kubeconfig; undefined for the user's default. */
      readonly kubeconfig?: string;
      readonly context?: string;
    };

/** What killed deployments were making, and the ids of what the stack knows of on engines. */
export interface Interrupted {
  readonly unfinished: readonly Unfinished[];
  readonly known: ReadonlySet<string>;
}

const container = z.object({ name: z.string() });

const object = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().exactOptional() }),
});

/** Our own types on Docker take over what an interrupted deployment has made, and volumes are made at once. */
const containerType = "docker:index/container:Container";

/** What was being made when a deployment was killed. */
export function interrupted(state: StackState): Interrupted {
  const { resources, pending } = state;
  const unfinished = pending.flatMap(({ type, resource: made }): Unfinished[] => {
    if (type !== "creating") return [];
    const { host, kubeconfig, context } = providerSettings(made, state);
    if (made.type === containerType) {
      const named = container.safeParse(made.inputs);
      if (!named.success) return [];
      const where = host === undefined ? {} : { host };
      return [{ on: "docker", kind: "container", ...named.data, ...where }];
    }
    if (!made.type.startsWith("kubernetes:")) return [];
    const named = object.safeParse(made.inputs);
    if (!named.success) return [];
    const { metadata, ...sort } = named.data;
    const { name, namespace } = metadata;
    const id = namespace === undefined ? name : `${namespace}/${name}`;
    // Objects of different kinds may have the same id.
    if (resources.some((one) => one.type === made.type && one.id === id)) return [];
    return [
      {
        ...{ on: "kubernetes", ...sort, ...metadata },
        ...defined({ kubeconfig, context }),
      },
    ];
  });
  return { unfinished, known: new Set(resources.map(({ id }) => id)) };
}
