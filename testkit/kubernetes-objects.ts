/**
 * Small applications for tests of a Kubernetes cluster, made from the platform's images and allowed by the restricted standard.
 */
import { type Manifest, restricted } from "./test-namespace.ts";

/** A command that starts a PostgreSQL that lets everybody in, with its data in $PGDATA. */
export const openPostgres = [
  "sh",
  "-ec",
  `[ -s "$PGDATA/PG_VERSION" ] || initdb --auth trust --username postgres >/dev/null
echo 'host all all all trust' >"$PGDATA/pg_hba.conf"
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp`,
];

/** A command that starts a PostgreSQL whose superuser `temporal` has the password in $PASSWORD, with its data in $PGDATA. */
export const guardedPostgres = [
  "sh",
  "-ec",
  `if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf %s "$PASSWORD" >/tmp/password
  initdb --auth-local trust --auth-host scram-sha-256 --username temporal --pwfile /tmp/password >/dev/null
fi
echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=300`,
];

/**
 * A database named `db`, on a volume, and a port of the node that leads to it.
 *
 * @param password Of its superuser `temporal`; it lets everybody in when left out.
 */
export function database(image: string, nodePort: number, password?: string): readonly Manifest[] {
  const labels = { app: "db" };
  const ready = ["pg_isready", "--host=localhost"];
  const service = { apiVersion: "v1", kind: "Service" };
  const workload = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db" },
    spec: {
      serviceName: "db",
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          securityContext: {
            runAsUser: 999,
            runAsGroup: 999,
            fsGroup: 999,
            // Else every start opens the files to the group, and PostgreSQL refuses a data directory that others may write.
            fsGroupChangePolicy: "OnRootMismatch",
          },
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: "postgres",
              image,
              command: password === undefined ? openPostgres : guardedPostgres,
              env: [
                { name: "PGDATA", value: "/data/pg" },
                ...(password === undefined ? [] : [{ name: "PASSWORD", value: password }]),
              ],
              ports: [{ name: "sql", containerPort: 5432 }],
              startupProbe: { exec: { command: ready }, periodSeconds: 1, failureThreshold: 60 },
              readinessProbe: { exec: { command: ready }, periodSeconds: 1 },
              livenessProbe: { tcpSocket: { port: "sql" } },
              securityContext: restricted,
              volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  };
  const port = { port: 5432, targetPort: "sql" };
  return [
    {
      ...service,
      metadata: { name: "db" },
      spec: { clusterIP: "None", selector: labels, ports: [port] },
    },
    {
      ...service,
      metadata: { name: "db-outside" },
      spec: { type: "NodePort", selector: labels, ports: [{ ...port, nodePort }] },
    },
    workload,
  ];
}

/** A web page named `page` that HAProxy says, one word on a port of the node, and keeps saying it while its pods are replaced. */
export function page(image: string, word: string, nodePort: number): readonly Manifest[] {
  const labels = { app: "page" };
  const workload = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "page" },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "haproxy",
              image,
              command: [
                "sh",
                "-ec",
                `cat >/tmp/page.cfg <<END
defaults
  mode http
  timeout client 10s
frontend page
  bind :8080
  http-request return status 200 content-type text/plain string ${word}
END
exec haproxy -db -f /tmp/page.cfg`,
              ],
              // A pod that goes away answers until the node's rules no longer lead to it.
              lifecycle: { preStop: { sleep: { seconds: 3 } } },
              readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
              securityContext: { ...restricted, runAsUser: 1000 },
            },
          ],
        },
      },
    },
  };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "page" },
      spec: {
        type: "NodePort",
        selector: labels,
        ports: [{ port: 80, targetPort: 8080, nodePort }],
      },
    },
    workload,
  ];
}
