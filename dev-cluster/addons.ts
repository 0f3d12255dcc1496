/**
 * The objects that every cluster has from its start: DNS, and volumes for claims.
 */
import type { Plan } from "./plan.ts";
import { coreDnsImage } from "./programs.ts";

/** A Kubernetes object. */
type KubernetesObject = Readonly<Record<string, unknown>>;

const dnsName = { name: "coredns", namespace: "kube-system" } as const;

/** Label by which others find the cluster's DNS, in network policies for instance. */
const dnsLabel = { "k8s-app": "kube-dns" } as const;

const corefile = `.:53 {
  errors
  health
  ready
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
  }
  forward . /etc/resolv.conf
  cache 10
  reload
  loadbalance
}
`;

/** The objects, in the order in which they are applied. */
export function addons(plan: Plan): readonly KubernetesObject[] {
  return [
    administrators,
    storageClass,
    ...dnsRights,
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: dnsName,
      data: { Corefile: corefile },
    },
    dnsDeployment,
    dnsService(plan),
  ];
}

/** The group in which kubeadm's certificates put the kubeconfig's user and the API server itself; `kubeadm init` would bind it. */
const administrators: KubernetesObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "kubeadm:cluster-admins" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
  subjects: [
    { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "kubeadm:cluster-admins" },
  ],
};

/** The class of claims that name none; served by offline/go/kubernetes/volumes.go. */
const storageClass: KubernetesObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name: "standard",
    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
  },
  provisioner: "temporal-platform/local",
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};

const dnsRights: readonly KubernetesObject[] = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: dnsName },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "system:coredns" },
    rules: [
      {
        apiGroups: [""],
        resources: ["endpoints", "services", "pods", "namespaces"],
        verbs: ["list", "watch"],
      },
      {
        apiGroups: ["discovery.k8s.io"],
        resources: ["endpointslices"],
        verbs: ["list", "watch"],
      },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "system:coredns" },
    roleRef: {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: "system:coredns",
    },
    subjects: [{ kind: "ServiceAccount", ...dnsName }],
  },
];

const dnsDeployment: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { ...dnsName, labels: dnsLabel },
  spec: {
    selector: { matchLabels: dnsLabel },
    template: {
      metadata: { labels: dnsLabel },
      spec: {
        serviceAccountName: dnsName.name,
        priorityClassName: "system-cluster-critical",
        // Not the cluster's DNS, which is itself, but the node's.
        dnsPolicy: "Default",
        containers: [
          {
            name: "coredns",
            image: coreDnsImage,
            imagePullPolicy: "Never",
            command: ["/coredns", "-conf", "/etc/coredns/Corefile"],
            ports: [
              { name: "dns", containerPort: 53, protocol: "UDP" },
              { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
            ],
            readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
            livenessProbe: { httpGet: { path: "/health", port: 8080 }, timeoutSeconds: 5 },
            resources: { requests: { cpu: "50m", memory: "32Mi" }, limits: { memory: "170Mi" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
              readOnlyRootFilesystem: true,
            },
            volumeMounts: [{ name: "config", mountPath: "/etc/coredns" }],
          },
        ],
        volumes: [{ name: "config", configMap: { name: dnsName.name } }],
      },
    },
  },
};

function dnsService({ dns }: Plan): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kube-dns", namespace: "kube-system", labels: dnsLabel },
    spec: {
      clusterIP: dns,
      selector: dnsLabel,
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
      ],
    },
  };
}
