/**
 * What runs in a namespace for monitoring, as Kubernetes' objects: a Prometheus operator with a Prometheus of its own, or a Prometheus that goes by
 * annotations of pods. All is allowed by the restricted standard.
 */
import { dump } from "js-yaml";
import type { OperatorRelease } from "./prometheus-operator.ts";
import { type Manifest, restricted } from "./test-namespace.ts";

/** Prometheus's port. */
const port = 9090;

/** User of the programs: nobody, as in the official images. */
const user = 65_534;
const podSecurity = {
  ...{ runAsNonRoot: true, runAsUser: user, runAsGroup: user, fsGroup: user },
  seccompProfile: { type: "RuntimeDefault" },
} as const;

/** Name of the operator's Deployment, account and, with the namespace's before it, rights. */
export const operatorName = "prometheus-operator";

/** Name of the Prometheus that the operator runs. */
export const operatedName = "operated";

/** Name of the StatefulSet that the operator makes of it. */
export const operatedStatefulSet = `prometheus-${operatedName}`;

/** Name of the Deployment of the Prometheus that goes by annotations. */
export const annotatedName = "annotated";

/** What may look for pods in the whole Kubernetes cluster: Prometheus's account, as the operator's documents have it ("Getting started", RBAC). */
const prometheusAccount = "prometheus";
const discovery = [
  {
    apiGroups: [""],
    resources: ["pods", "services", "endpoints"],
    verbs: ["get", "list", "watch"],
  },
];

/**
 * Rights in the whole cluster, and whose they are.
 *
 * @param namespace That of the accounts.
 */
export function clusterRights({ rights }: OperatorRelease, namespace: string): readonly Manifest[] {
  return [
    ...boundRole(operatorName, rights, namespace),
    ...boundRole(prometheusAccount, discovery, namespace),
  ];
}

function boundRole(
  account: string,
  rules: readonly object[],
  namespace: string,
): readonly Manifest[] {
  const name = `${namespace}-${account}`;
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name }, rules },
    {
      ...{ apiVersion, kind: "ClusterRoleBinding", metadata: { name } },
      roleRef: { apiGroup, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
  ];
}

/** The accounts of both. */
export const accounts: readonly Manifest[] = [operatorName, prometheusAccount].map((name) => ({
  ...{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } },
}));

/**
 * The operator.
 *
 * @param namespaces Those that it looks at, its own included; to the others it is blind.
 */
export function operator(
  { images }: OperatorRelease,
  namespaces: readonly string[],
): readonly Manifest[] {
  const labels = { app: operatorName };
  const container = {
    name: "operator",
    image: images.operator,
    command: ["/bin/operator"],
    args: [
      `--prometheus-config-reloader=${images.reloader}`,
      `--namespaces=${namespaces.join(",")}`,
    ],
    readinessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 1 },
    securityContext: { ...restricted, runAsUser: user, readOnlyRootFilesystem: true },
  };
  return [
    {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: operatorName } },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { serviceAccountName: operatorName, containers: [container] },
        },
      },
    },
  ];
}

/**
 * A Prometheus of the operator's, and a port of the node that leads to it.
 *
 * @param labels Labels of the objects that it goes by.
 * @param watched The namespace in which they are.
 */
export function operatedPrometheus(
  { images, prometheusVersion: version }: OperatorRelease,
  labels: Readonly<Record<string, string>>,
  watched: string,
): readonly Manifest[] {
  const selector = { matchLabels: labels };
  const namespaces = { matchLabels: { "kubernetes.io/metadata.name": watched } };
  return [
    {
      ...{ apiVersion: "monitoring.coreos.com/v1", kind: "Prometheus" },
      metadata: { name: operatedName },
      spec: {
        ...{ image: images.prometheus, version, replicas: 1 },
        ...{ scrapeInterval: "15s", evaluationInterval: "15s" },
        serviceAccountName: prometheusAccount,
        podMonitorSelector: selector,
        podMonitorNamespaceSelector: namespaces,
        ruleSelector: selector,
        ruleNamespaceSelector: namespaces,
        securityContext: podSecurity,
        // The official image starts it by itself.
        containers: [{ name: "prometheus", command: ["/bin/prometheus"] }],
      },
    },
    reached({ "operator.prometheus.io/name": operatedName }, operatedName),
  ];
}

/** Kubernetes' Prometheus by convention: it scrapes the pods that say so in their annotations, where they say. */
const byAnnotations = {
  global: { scrape_interval: "15s" },
  scrape_configs: [
    {
      job_name: "kubernetes-pods",
      kubernetes_sd_configs: [{ role: "pod" }],
      relabel_configs: [
        {
          source_labels: ["__meta_kubernetes_pod_annotation_prometheus_io_scrape"],
          ...{ action: "keep", regex: true },
        },
        {
          source_labels: ["__meta_kubernetes_pod_annotation_prometheus_io_path"],
          ...{ target_label: "__metrics_path__", regex: "(.+)" },
        },
        {
          source_labels: ["__address__", "__meta_kubernetes_pod_annotation_prometheus_io_port"],
          regex: String.raw`([^:]+)(?::\d+)?;(\d+)`,
          ...{ target_label: "__address__", replacement: "$1:$2" },
        },
        { action: "labelmap", regex: "__meta_kubernetes_pod_label_(.+)" },
        { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
        { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
        {
          source_labels: ["__meta_kubernetes_pod_phase"],
          ...{ action: "drop", regex: "Pending|Succeeded|Failed|Completed" },
        },
      ],
    },
  ],
};

/** A Prometheus that nobody's operator runs and that goes by annotations, and a port of the node that leads to it. */
export function annotatedPrometheus({ images }: OperatorRelease): readonly Manifest[] {
  const labels = { app: annotatedName };
  const metadata = { name: annotatedName };
  const container = {
    name: "prometheus",
    image: images.prometheus,
    command: ["/bin/prometheus"],
    args: ["--config.file=/etc/annotated/prometheus.yml", "--storage.tsdb.path=/data"],
    readinessProbe: { httpGet: { path: "/-/ready", port }, periodSeconds: 1 },
    securityContext: { ...restricted, readOnlyRootFilesystem: true },
    volumeMounts: [
      { name: "config", mountPath: "/etc/annotated" },
      { name: "data", mountPath: "/data" },
    ],
  };
  const volumes = [
    { name: "config", secret: { secretName: annotatedName } },
    { name: "data", emptyDir: {} },
  ];
  return [
    {
      ...{ apiVersion: "v1", kind: "Secret", metadata },
      stringData: { "prometheus.yml": dump(byAnnotations, { lineWidth: -1 }) },
    },
    {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: prometheusAccount,
            securityContext: podSecurity,
            ...{ containers: [container], volumes },
          },
        },
      },
    },
    reached(labels, annotatedName),
  ];
}

/** Name of the Service that leads to a Prometheus. */
export function outsideOf(name: string): string {
  return `${name}-outside`;
}

function reached(selector: Readonly<Record<string, string>>, name: string): Manifest {
  return {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: outsideOf(name) } },
    spec: { type: "NodePort", selector, ports: [{ port }] },
  };
}
