/**
 * What an operator of a Kubernetes cluster runs: an object of the operator's own kind, which it turns into pods.
 */
import type { Caller, DataPolicy } from "./workload.ts";

/** An object of an operator's own kind. */
export interface CustomResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Unique inside a cluster. */
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Condition of its status that says that it can be used. */
  readonly readyCondition: string;
  /** Longest time until then, and until it is gone, in seconds. */
  readonly timeoutSeconds: number;
  /** Labels by which its pods are known. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly ports: readonly CustomResourcePort[];
  /** Kubernetes namespace of the operator. */
  readonly operatorNamespace: string;
  readonly onDestroy: DataPolicy;
}

/** An object that somebody's operator reads, and of which no pods of the cluster are made. */
export interface DeclaredObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Unique inside a cluster. */
  readonly name: string;
  /** Labels besides those that every object has. */
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Texts that somebody's program in the Kubernetes cluster finds by their labels. */
export interface LabelledTexts {
  /** Unique inside a cluster. */
  readonly name: string;
  /** Labels besides those that every object has. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** By names of files; together at most 1 MiB. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A port of the pods. */
export interface CustomResourcePort {
  readonly port: number;
  /** Who may connect: as to a workload, the pods to each other, or the operator. At least one. */
  readonly callers: readonly [CustomResourceCaller, ...CustomResourceCaller[]];
}

/** See {@link CustomResourcePort.callers}. */
export type CustomResourceCaller = Caller | "peers" | "operator";
