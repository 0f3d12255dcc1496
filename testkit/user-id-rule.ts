/**
 * An admission rule that does with a namespace's pods what OpenShift's `restricted-v2` does: pods that name user ids are refused, the others get
 * the namespace's. It is a mutating webhook in the cluster itself, which Caddy answers.
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
          caBundle: Buffer.from(certificate).toString("base64"),
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
  const caddyfile = `{
	admin off
	auto_https off
	persist_config off
}
:${String(port)} {
	tls ${directory}/ids.pem ${directory}/ids.pem
	templates {
		mime application/json
	}
	header Content-Type application/json
	respond <<END
		{{ with (fromJson (placeholder "http.request.body")).request }}
		{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": {"uid": "{{ .uid }}",
		{{ with .object.spec.securityContext }}{{ if or .runAsUser .runAsGroup .fsGroup }}
		"allowed": false, "status": {"message": "user ids are the namespace's"}
		{{ else }}
		"allowed": true, "patchType": "JSONPatch", "patch": "${Buffer.from(JSON.stringify(patch)).toString("base64")}"
		{{ end }}{{ end }}
		}}
		{{ end }}
		END
}
`;
  const container = {
    name: "caddy",
    image: gateway.reference,
    command: ["caddy", "run", "--config", `${directory}/Caddyfile`, "--adapter", "caddyfile"],
    env: ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"].map((name) => ({ name, value: "/tmp" })),
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    // The official image's program is not run without it.
    securityContext: {
      ...restricted,
      runAsUser: 1000,
      capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
    },
    volumeMounts: [
      { name: "files", mountPath: directory },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
  const volumes = [
    { name: "files", secret: { secretName: "ids" } },
    { name: "tmp", emptyDir: {} },
  ];
  const metadata = { name: "ids" };
  return [
    {
      ...{ apiVersion: "v1", kind: "Secret", metadata },
      stringData: { Caddyfile: caddyfile, "ids.pem": pem },
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
