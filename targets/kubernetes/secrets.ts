/**
 * Secrets of a cluster as Kubernetes Secrets.
 */
import * as kubernetes from "@pulumi/kubernetes";
import type { SecretName } from "../../platform/secrets.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { DeployOptions } from "../target.ts";
import type { SecretFinder, SecretKeyReference } from "./container.ts";
import { type TargetContext, unnamed } from "./context.ts";

/**
 * Makes each secret once, whoever asks first.
 *
 * A Secret cannot change, and its name is the provider's: another value is another Secret with another name, which replaces the pods that
 * use it and no others, and nothing that can be guessed from has to stand in a pod's annotation.
 */
export class SecretStore {
  readonly #made = new Map<SecretName, SecretKeyReference>();

  /** How containers find the secrets that were given for them. */
  finder(context: TargetContext, deploy: DeployOptions): SecretFinder {
    return (secret) => {
      const source = deploy.secrets?.[secret];
      if (source === undefined) throw new Error(`the secret ${secret} is named but not given`);
      if (source.kind === "existing") return { name: source.name, key: source.key };
      const known = this.#made.get(secret);
      if (known !== undefined) return known;
      const object = new kubernetes.core.v1.Secret(
        prefixed(context.owner, secret.toLowerCase().replaceAll("_", "-")),
        {
          metadata: unnamed(context),
          immutable: true,
          stringData: { [secret]: source.value },
        },
        optionsOf({ parent: deploy.parent }),
      );
      const reference = { name: object.metadata.name, key: secret };
      this.#made.set(secret, reference);
      return reference;
    };
  }
}
