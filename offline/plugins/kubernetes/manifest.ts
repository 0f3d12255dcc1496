/**
 * Kubernetes objects as plain data.
 */
import { defined } from "../../../platform/defined.ts";
import type { Properties } from "../../../providers/protocol/values.ts";

/** The part of an object's metadata that this plugin looks at. */
export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** An object of any kind. */
export interface Manifest extends Properties {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: Metadata;
}

/** What an object is found by. */
export interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The vendor's annotations that say how an object is to be treated. */
export const annotations = {
  autonamed: "pulumi.com/autonamed",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
  patchForce: "pulumi.com/patchForce",
  replaceUnready: "pulumi.com/replaceUnready",
  skipAwait: "pulumi.com/skipAwait",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  waitFor: "pulumi.com/waitFor",
} as const;

/** The value of one of {@link annotations}. */
export function annotation(object: Properties, name: keyof typeof annotations): string | undefined {
  return metadataOf(object).annotations?.[annotations[name]];
}

/** An object's metadata; nothing when it has none or they are not known yet. */
export function metadataOf(object: Properties): Metadata {
  const { metadata } = object;
  return typeof metadata === "object" && metadata !== null ? metadata : {};
}

/** Members of an object but some. */
export function omit(object: object, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** What an object is found by. */
export function referenceTo(object: Manifest): Reference {
  const { name = "", namespace } = metadataOf(object);
  const { apiVersion, kind } = object;
  return { apiVersion, kind, name, ...defined({ namespace }) };
}

/** An object's id in the stack's state: `namespace/name`, or `name` where there are no namespaces. */
export function idOf({ name, namespace }: Reference): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The object of an id. */
export function withId({ apiVersion, kind }: Manifest, id: string): Reference {
  const [first = "", second] = id.split("/", 2);
  return second === undefined
    ? { apiVersion, kind, name: first }
    : { apiVersion, kind, namespace: first, name: second };
}

/** How an object is called in errors. */
export function spoken(reference: Reference): string {
  return `${reference.kind} ${idOf(reference)}`;
}
