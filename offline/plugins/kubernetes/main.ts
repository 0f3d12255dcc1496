/**
 * The plugin `kubernetes`, for machines that cannot download the vendor's: every object that a Kubernetes API server knows, with the
 * vendor's settings and annotations as far as this program uses them. Helm, Kustomize and YAML files are the vendor's alone.
 */
import { serve } from "../../../providers/protocol/serve.ts";
import { KubernetesApi } from "./cluster.ts";
import { objectType } from "./object-type.ts";
import { version } from "./version.ts";

let cluster: KubernetesApi | undefined;

await serve({
  version,
  types: {},
  async configure(settings) {
    cluster = await KubernetesApi.connect(settings);
  },
  otherType(token) {
    if (/^kubernetes:(helm\.sh|kustomize|yaml)/.test(token)) {
      throw new Error(
        `${token} needs the vendor's plugin, which could not be downloaded here: this machine's own has only plain objects`,
      );
    }
    if (cluster === undefined) throw new Error("the provider was not configured");
    return objectType(cluster);
  },
});
