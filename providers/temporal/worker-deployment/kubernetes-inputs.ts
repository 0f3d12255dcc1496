/**
 * What a worker on Kubernetes is started from.
 */
import { z } from "zod";

const text = z.record(z.string(), z.string());

/** Where its Deployments are. */
export const kubernetesPlaceSchema = z.object({
  kind: z.literal("kubernetes"),
  /** Path; the user's default when left out. */
  kubeconfig: z.string().optional(),
  context: z.string(),
  namespace: z.string(),
  /** All Deployments carry them. */
  labels: text.default({}),
  /** Variables of all versions that are keys of Secrets in the namespace, over those of the manifest. */
  secretVariables: z
    .record(z.string(), z.object({ name: z.string(), key: z.string() }))
    .default({}),
});

export type KubernetesPlace = z.output<typeof kubernetesPlaceSchema>;

/** One version: a Deployment, whose name, namespace, number of replicas and selector are filled in. */
export const kubernetesSpecSchema = z.object({
  manifest: z.looseObject({
    apiVersion: z.literal("apps/v1"),
    kind: z.literal("Deployment"),
    metadata: z.looseObject({ labels: text.optional(), annotations: text.optional() }).optional(),
    spec: z.looseObject({
      template: z.looseObject({
        metadata: z.looseObject({ labels: text.optional() }).optional(),
        spec: z.looseObject({
          containers: z
            .array(
              z.looseObject({
                name: z.string(),
                env: z.array(z.looseObject({ name: z.string() })).optional(),
              }),
            )
            .min(1),
        }),
      }),
    }),
  }),
});

export type KubernetesSpec = z.output<typeof kubernetesSpecSchema>;
