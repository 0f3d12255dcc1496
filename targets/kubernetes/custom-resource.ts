/**
 * What an operator runs: the object of its kind, and who may connect to the pods that it makes. And what somebody's programs find by themselves.
 */
import * as kubernetes from "@pulumi/kubernetes";
import type {
  CustomResource,
  DeclaredObject,
  LabelledTexts,
} from "../../platform/custom-resource.ts";
import { prefixed } from "../names.ts";
import { dataOptions, optionsOf, seconds } from "../options.ts";
import type { DeployOptions, Ready } from "../target.ts";
import { customResourcePolicyOf } from "./network-policy.ts";
import { awaited, metadata, notAwaited, type TargetContext } from "./context.ts";

/** Makes the object; ready when the operator says so. Its policy comes first, so that no pod is open meanwhile. */
export function customResourceOf(
  object: CustomResource,
  context: TargetContext,
  deploy: DeployOptions,
): Ready {
  const policy = customResourcePolicyOf(object, context, deploy);
  const limit = seconds(object.timeoutSeconds);
  return [
    new kubernetes.apiextensions.CustomResource(
      prefixed(context.owner, object.name),
      {
        apiVersion: object.apiVersion,
        kind: object.kind,
        metadata: metadata(context, object.name, object.name, awaited(object.readyCondition)),
        spec: object.spec,
      },
      optionsOf(
        { ...deploy, dependsOn: [policy, ...(deploy.dependsOn ?? [])] },
        {
          ...dataOptions(object.onDestroy),
          customTimeouts: { create: limit, update: limit, delete: limit },
        },
      ),
    ),
  ];
}

/** Makes an object that somebody's operator reads when it likes. */
export function declaredObjectOf(
  { apiVersion, kind, name, labels, spec }: DeclaredObject,
  context: TargetContext,
  deploy: DeployOptions,
): Ready {
  return [
    new kubernetes.apiextensions.CustomResource(
      prefixed(context.owner, name),
      {
        ...{ apiVersion, kind, spec },
        metadata: metadata(context, name, name, notAwaited, labels),
      },
      optionsOf(deploy),
    ),
  ];
}

/** Makes texts that somebody's program finds by their labels. */
export function labelledTextsOf(
  { name, labels, annotations, texts }: LabelledTexts,
  context: TargetContext,
  deploy: DeployOptions,
): Ready {
  return [
    new kubernetes.core.v1.ConfigMap(
      prefixed(context.owner, name),
      { metadata: metadata(context, name, name, annotations, labels), data: { ...texts } },
      optionsOf(deploy),
    ),
  ];
}
