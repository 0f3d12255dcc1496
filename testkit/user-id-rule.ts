/**
 * An admission rule that does with a namespace's pods what OpenShift's `restricted-v2` does: pods that name user ids are refused, the others get
 * the namespace's. It is a mutating webhook in the cluster itself, which HAProxy answers.
 */
import { KubernetesObjectApi } from "@kubernetes/client-node";
import { imageCatalogue } from "../platform/images.ts";
import { defaultServerVersion } from "../platform/versions.ts";
import type { TestCluster } from "./test-cluster.ts";
import { type Manifest, restricted, TestNamespace } from "./test-namespace.ts";

/** A rule that is in force. */
export interface UserIdRule {
  /** Takes it away. */
  dispose(): Promise<void>;
}

const port = 8443;
const { gateway, postgres } = imageCatalogue(defaultServerVersion);

/**
 * Puts the rule into force.
 *
 * @param namespace Whose pods it is about.
 * @param id User id and group of volumes of all of them; no image has an account of that number.
 */
export async function giveUserIds(
  { config }: TestCluster,
  namespace: string,
  id: number,
): Promise<UserIdRule> {
  const host = await TestNamespace.create(config, `${namespace}-ids`);
  const key = "ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  const name = `subjectAltName=DNS:ids.${host.name}.svc`;
  const pem = await host.run("certificate", {
    image: postgres.reference,
    command: [
      ...["sh", "-ec"],
      `cd /tmp
openssl req -x509 -newkey ${key} -days 2 -subj /CN=ids -addext ${name} -keyout key.pem -out certificate.pem 2>/dev/null
cat key.pem certificate.pem`,
    ],
    securityContext: { ...restricted, runAsUser: 1000 },
  });
  await host.apply(...answering(pem, id));
  await host.ready("Deployment", "ids");
  const objects = KubernetesObjectApi.makeApiClient(config);
  const rule: object = asking(host.name, namespace, pem.slice(pem.indexOf("-----BEGIN CERT")));
  await objects.create(rule);
  return {
    async dispose() {
      await objects.delete(rule);
      await host.remove();
    },
  };
}

/** What tells the API server to ask. */
function asking(host: string, namespace: string, certificate: string): object {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: host },
    webhooks: [
      {
        name: "ids.temporal-platform.test",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        rules: [
          { operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] },
        ],
        clientConfig: {
          service: { name: "ids", namespace: host },
          caBundle: base64(certificate),
        },
      },
    ],
  };
}

/** What answers the API server's questions. */
function answering(pem: string, id: number): readonly Manifest[] {
  const labels = { app: "ids" };
  const directory = "/etc/ids";
  const path = "/spec/securityContext";
  const patch = [
    { op: "add", path: `${path}/runAsUser`, value: id },
    { op: "add", path: `${path}/fsGroup`, value: id },
  ];
  const own = ["runAsUser", "runAsGroup", "fsGroup"].map(
    (name) =>
      `  acl own req.body,json_query('$.request.object${path.replaceAll("/", ".")}.${name}') -m found`,
  );
  const config = `global
  # The question has the whole pod.
  tune.bufsize 131072
defaults
  mode http
  timeout client 10s
frontend ids
  bind :${port} ssl crt ${directory}/ids.pem
  option http-buffer-request
  http-request set-var(txn.uid) req.body,json_query('$.request.uid')
${own.join("\n")}
${answer({ allowed: false, status: { message: "user ids are those of the namespace" } })} if own
${answer({ allowed: true, patchType: "JSONPatch", patch: base64(JSON.stringify(patch)) })}
`;
  const container = {
    name: "haproxy",
    image: gateway.reference,
    command: ["haproxy", "-db", "-f", `${directory}/ids.cfg`],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    securityContext: { ...restricted, runAsUser: 1000 },
    volumeMounts: [{ name: "files", mountPath: directory }],
  };
  const volumes = [{ name: "files", secret: { secretName: "ids" } }];
  const metadata = { name: "ids" };
  return [
    {
      ...{ apiVersion: "v1", kind: "Secret", metadata },
      stringData: { "ids.cfg": config, "ids.pem": pem },
    },
    {
      ...{ apiVersion: "v1", kind: "Service", metadata },
      spec: { selector: labels, ports: [{ port: 443, targetPort: port }] },
    },
    {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container], volumes } },
      },
    },
  ];
}

/** The line by which HAProxy answers a question. */
function answer(response: object): string {
  const review = {
    ...{ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" },
    response: { uid: "%[var(txn.uid)]", ...response },
  };
  return `  http-request return status 200 content-type application/json lf-string '${JSON.stringify(review)}'`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
