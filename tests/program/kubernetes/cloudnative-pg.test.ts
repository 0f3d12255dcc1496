import { beforeAll, describe, expect, it } from "vitest";
import {
  everythingBefore,
  type Recorded,
  type Recording,
  runProgram,
} from "../../../testkit/harness.ts";
import { podsOf } from "../../../testkit/pods.ts";

const postgres = { kind: "cloudnative-pg", instances: 3 };
const operatorType = "kubernetes:helm.sh/v3:Release";
const databaseType = "kubernetes:postgresql.cnpg.io/v1:Cluster";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** The parts of a policy that are looked at. */
interface Policy {
  readonly podSelector: object;
  readonly ingress: readonly {
    readonly ports: readonly { readonly port: number }[];
    readonly from: readonly {
      readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
      readonly namespaceSelector?: {
        readonly matchExpressions: readonly { readonly values: readonly string[] }[];
      };
    }[];
  }[];
}

/** A cluster in a Kubernetes namespace of its own. */
function cluster(name: string, target: object = {}, more: object = {}): object {
  return {
    name,
    postgres,
    target: { kind: "kubernetes", context: "x", namespace: name, ...target },
    ...more,
  };
}

/** Runs a stack of clusters. */
function run(...clusters: readonly object[]): Promise<Recording> {
  const numbered = clusters.map((one, index) => ({
    ...one,
    identity: { initialFailoverVersion: index + 1 },
  }));
  return runProgram({ stack: "prod", config: { clusters: numbered } });
}

/** The object of a type for a cluster's PostgreSQL; all objects of a workload have the same name. */
function postgresOf(program: Recording, type: string, name = "c"): Recorded {
  const found = program.ofType(type).find((one) => one.name === `temporal-${name}-postgres`);
  if (found === undefined) throw new Error(`there is no ${type} of ${name}`);
  return found;
}

describe("the operator", () => {
  it("is a chart of an exact version, without a secret in its values", async () => {
    const chartRepository = "https://charts.example.com/cnpg";
    const program = await run(cluster("c", {}, { postgres: { ...postgres, chartRepository } }));
    const [release, ...others] = program.ofType(operatorType);
    expect(others).toEqual([]);
    expect(release?.inputs).toMatchObject({
      name: "cnpg",
      chart: "cloudnative-pg",
      version: "0.29.0",
      namespace: "cnpg-system",
      repositoryOpts: { repo: chartRepository },
      values: { replicaCount: 1 },
    });
    expect(release?.secretPaths).toEqual([]);
  });

  it("is one for all clusters of a Kubernetes cluster, and comes before what it operates", async () => {
    const program = await run(
      cluster("a"),
      cluster("b"),
      cluster("c", { context: "y" }),
      cluster("d", { kubeconfig: "/etc/kubeconfig" }),
    );
    expect(program.ofType(operatorType).map(({ name }) => name)).toEqual([
      "cnpg-x",
      "cnpg-x@/etc/kubeconfig",
      "cnpg-y",
    ]);
    for (const [name, operator] of Object.entries({
      a: "cnpg-x",
      b: "cnpg-x",
      c: "cnpg-y",
      d: "cnpg-x@/etc/kubeconfig",
    })) {
      expect(postgresOf(program, databaseType, name).dependsOn).toContain(operator);
    }
    const providers = program.ofType("pulumi:providers:kubernetes");
    expect(
      providers
        .filter(({ name }) => name.startsWith("cnpg-"))
        .map(({ inputs }) => [inputs["context"], inputs["kubeconfig"]]),
    ).toEqual([
      ["x", undefined],
      ["x", "/etc/kubeconfig"],
      ["y", undefined],
    ]);
  });

  it("that is there already is nobody's to install", async () => {
    const program = await run(
      cluster("c", {}, { postgres: { ...postgres, operator: "existing" } }),
    );
    expect(program.ofType(operatorType)).toEqual([]);
    expect(program.ofType(databaseType)).toHaveLength(1);
  });
});

describe("PostgreSQL by the operator", () => {
  let program: Recording;
  beforeAll(async () => {
    program = await run(
      cluster("c", {
        storageClass: "fast",
        imagePullSecrets: ["registry"],
        scheduling: { nodeSelector: { pool: "data" }, priorityClass: "high" },
        labels: { team: "platform" },
      }),
    );
  });

  it("is what the config asks for", () => {
    expect(postgresOf(program, databaseType).inputs["spec"]).toEqual({
      instances: 3,
      imageName: expect.stringMatching(
        /^ghcr\.io\/cloudnative-pg\/postgresql:15\.\d+-\S+@sha256:/,
      ) as unknown,
      imagePullSecrets: [{ name: "registry" }],
      enableSuperuserAccess: false,
      primaryUpdateMethod: "switchover",
      storage: { size: "20Gi", storageClass: "fast" },
      resources: { requests: { memory: "1024Mi", cpu: "100m" }, limits: { memory: "1024Mi" } },
      affinity: { nodeSelector: { pool: "data" } },
      priorityClassName: "high",
      inheritedMetadata: { labels: { team: "platform" } },
      postgresql: {
        parameters: expect.objectContaining({ max_connections: "512", jit: "off" }) as unknown,
      },
      bootstrap: {
        initdb: {
          database: "temporal",
          owner: "temporal",
          postInitSQL: ['CREATE DATABASE "temporal_visibility" OWNER "temporal"'],
        },
      },
    });
  });

  it("is waited for until its operator says that it is ready, by all who use it", () => {
    const { name, inputs, options } = postgresOf(program, databaseType);
    expect(inputs["metadata"]).toMatchObject({
      name: "postgres",
      annotations: { "pulumi.com/waitFor": "condition=Ready" },
    });
    expect(options.customTimeouts).toMatchObject({ create: "1800s" });
    const users = podsOf(program).filter(({ spec }) => JSON.stringify(spec).includes('"postgres-'));
    expect(users.map(({ component }) => component).sort()).toEqual(
      ["cluster-metadata", "frontend", "history", "matching", "schema", "worker"].sort(),
    );
    for (const { component, owner } of users) {
      expect(everythingBefore(program, owner), component).toContain(name);
    }
  });

  it("is spoken to over TLS, with the password and the authority's certificate that its operator keeps", () => {
    const history = podsOf(program).find(({ component }) => component === "history");
    expect(history?.spec.volumes).toContainEqual({
      name: "postgres",
      secret: {
        secretName: "postgres-ca",
        defaultMode: 0o444,
        items: [{ key: "ca.crt", path: "ca.pem" }],
      },
    });
    const [container] = history?.spec.containers ?? [];
    expect(container?.["volumeMounts"]).toContainEqual({
      name: "postgres",
      mountPath: "/etc/temporal/postgres",
      readOnly: true,
    });
    expect(container?.env).toContainEqual({
      name: "TEMPORAL_DB_PASSWORD",
      valueFrom: { secretKeyRef: { name: "postgres-app", key: "password" } },
    });
    const schema = podsOf(program).find(({ component }) => component === "schema");
    expect(schema?.spec.containers[0]?.env).toEqual(
      expect.arrayContaining([
        { name: "SQL_HOST", value: "postgres-rw" },
        { name: "SQL_TLS_DISABLE_HOST_VERIFICATION", value: "false" },
        { name: "SQL_TLS_CA_FILE", value: "/etc/temporal/postgres/ca.pem" },
      ]),
    );
  });

  it("takes connections from those who use it, its instances and its operator only", () => {
    const { podSelector, ingress } = postgresOf(program, policyType).inputs["spec"] as Policy;
    expect(podSelector).toEqual({ matchLabels: { "cnpg.io/cluster": "postgres" } });
    const told = ingress.map(({ ports, from }) => [
      ports.map(({ port }) => port).join(),
      from
        .map(
          ({ podSelector: pods, namespaceSelector }) =>
            pods?.matchLabels["app.kubernetes.io/component"] ??
            pods?.matchLabels["cnpg.io/cluster"] ??
            namespaceSelector?.matchExpressions[0]?.values.join(),
        )
        .join(" "),
    ]);
    expect(told).toEqual([
      ["5432", "schema cluster-metadata history matching frontend worker postgres cnpg-system"],
      ["8000", "postgres cnpg-system"],
      ["9187", "monitoring"],
    ]);
    expect(postgresOf(program, databaseType).dependsOn).toContain("temporal-c-postgres");
  });

  it.each([
    ["delete", {}],
    ["keep", { retainOnDelete: true }],
    ["protect", { protect: true }],
  ])("goes as the user says of data: %s", async (onDestroy, expected) => {
    const { options } = postgresOf(await run(cluster("c", {}, { onDestroy })), databaseType);
    const { protect, retainOnDelete } = options;
    expect(JSON.parse(JSON.stringify({ protect, retainOnDelete }))).toEqual(expected);
  });
});
