/**
 * Fields that the server never changes: another value needs another object. A table by kind, from the validation of each API
 * (kubernetes/kubernetes, pkg/apis/.../validation) and the vendor's own (pulumi-kubernetes, provider/pkg/provider/diff.go).
 */
const always = /^(apiVersion|kind|metadata\.(name|namespace))$/;

const selector = /^spec\.selector\b/;

const fields: Readonly<Record<string, RegExp>> = {
  ClusterRoleBinding: /^roleRef\b/,
  // The vendor's way unless told otherwise: what reads them would not notice another content.
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

/** Whether another value of a field needs another object. */
export function isImmutable(kind: string, path: string): boolean {
  return always.test(path) || (fields[kind]?.test(path) ?? false);
}
