/**
 * Fields that the server never changes: another value needs another object. A table by kind, from the validation of each API
 * (kubernetes/kubernetes, pkg/apis/.../validation) and the vendor's own (pulumi-kubernetes, provider/pkg/provider/diff.go).
 */
import type { Manifest } from "../manifest.ts";

const always = /^(apiVersion|kind|metadata\.(name|namespace))$/;

const selector = /^spec\.selector\b/;

const fields: Readonly<Record<string, RegExp>> = {
  ClusterRoleBinding: /^roleRef\b/,
  ConfigMap: /^(data|binaryData|immutable)\b/,
  DaemonSet: selector,
  Deployment: selector,
  Job: /^spec\.(selector|template|completionMode|completions|podFailurePolicy|backoffLimitPerIndex|manualSelector)\b/,
  PersistentVolume:
    /^spec\.(?!(capacity|persistentVolumeReclaimPolicy|claimRef|mountOptions|storageClassName)\b)/,
  PersistentVolumeClaim: /^spec\.(?!(resources|volumeAttributesClassName)\b)/,
  Pod: /^spec\.(?!((initC|c)ontainers\[\d+\]\.(image|resources)|activeDeadlineSeconds|tolerations)\b)/,
  ReplicaSet: selector,
  RoleBinding: /^roleRef\b/,
  Secret: /^(type|data|stringData|immutable)\b/,
  Service: /^spec\.clusterIPs?\b/,
  StatefulSet:
    /^spec\.(?!(replicas|ordinals|template|updateStrategy|revisionHistoryLimit|persistentVolumeClaimRetentionPolicy|minReadySeconds)\b)/,
  StorageClass: /^(provisioner|parameters|reclaimPolicy|volumeBindingMode)\b/,
};

/**
 * Whether another value of a field needs another object.
 *
 * @param mutableConfigMaps The provider's `enableConfigMapMutable`: only a ConfigMap that calls itself immutable is. Without it every one is taken
 *   for that, as the vendor's plugin does: what reads it might not notice another content.
 */
export function isImmutable(object: Manifest, path: string, mutableConfigMaps = false): boolean {
  const { kind } = object;
  if (always.test(path)) return true;
  if (kind === "ConfigMap" && mutableConfigMaps && object["immutable"] !== true) return false;
  return fields[kind]?.test(path) ?? false;
}
