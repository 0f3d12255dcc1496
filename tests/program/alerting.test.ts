import { describe, expect, it } from "vitest";
import { startupSteps } from "../../components/startup.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { everythingBefore, type Recording, runProgram } from "../../testkit/harness.ts";
import { podsOf, violations } from "../../testkit/pods.ts";
import { callers } from "./kubernetes/callers.ts";

const address = "https://hooks.example.com/hidden-by-a-test";
const password = "also-hidden-by-a-test";
const environment = { ALERTS_URL: address, METRICS_PASSWORD: password };
const receivers = { oncall: { kind: "webhook", url: { env: "ALERTS_URL" } } };
const alerting = { kind: "managed", alertmanager: { kind: "managed", receivers } };

const onDocker = (
  monitoring: object,
  given: Readonly<Record<string, string>> = environment,
): Promise<Recording> =>
  runProgram({
    ...{ stack: "dev", environment: given },
    config: { clusters: [{ name: "dev", target: { kind: "docker" }, monitoring }] },
  });
const onKubernetes = (monitoring: object, cluster: object = {}): Promise<Recording> =>
  runProgram({
    ...{ stack: "prod", environment },
    config: {
      clusters: [
        { name: "c", target: { kind: "kubernetes", context: "x" }, monitoring, ...cluster },
      ],
    },
  });
const names = (program: Recording): readonly string[] => program.resources.map(({ name }) => name);
const variables = (program: Recording, name: string): readonly string[] =>
  program.named(name).inputs["envs"] as readonly string[];

describe("postgres_exporter", () => {
  it("connects as a role of its own, whose password PostgreSQL and nobody else has", async () => {
    const program = await onDocker({ kind: "managed" });
    const own = variables(program, "temporal-dev-postgres-exporter-0");
    const generated = own.find((word) => word.startsWith("DATA_SOURCE_PASS="))?.split("=")[1];
    expect(generated).toMatch(/^generated-/);
    expect(own).toEqual(
      expect.arrayContaining([
        "DATA_SOURCE_USER=temporal_exporter",
        "DATA_SOURCE_URI=postgres:5432/postgres?sslmode=disable&application_name=postgres_exporter",
      ]),
    );
    const holders = program.resources.filter(
      ({ type, inputs }) =>
        type.startsWith("docker:") && JSON.stringify(inputs).includes(String(generated)),
    );
    expect(holders.map(({ name }) => name).sort()).toEqual([
      ...["temporal-dev-postgres-0", "temporal-dev-postgres-exporter-0"],
    ]);
    for (const { secretPaths } of holders) expect(secretPaths.join(" ")).toContain("envs");
  });

  it("leaves no role behind where it is switched off", async () => {
    const program = await onDocker({ kind: "managed", postgresExporter: { kind: "none" } });
    expect(names(program).filter((name) => name.includes("exporter"))).toEqual([]);
    const { inputs } = program.named("temporal-dev-postgres-0");
    expect(JSON.stringify(inputs["envs"])).not.toContain("EXPORTER_PASSWORD");
    expect(JSON.stringify(inputs["entrypoints"])).toContain(
      "DROP ROLE IF EXISTS temporal_exporter",
    );
  });

  it("comes after PostgreSQL, and stops with the cluster", async () => {
    const program = await onDocker({ kind: "managed" });
    const exporter = program.named("temporal-dev-postgres-exporter-0");
    expect(everythingBefore(program, exporter)).toContain("temporal-dev-postgres-0-ready");
    expect(exporter.deletedWith).toBe("temporal-dev-workloads");
    const stopped = await onDocker({ kind: "managed" }, { TEMPORAL_LIFECYCLE: "stopped" });
    expect(names(stopped)).not.toContain("temporal-dev-postgres-exporter-0");
    expect(names(stopped)).toContain("dev-postgres-exporter-password");
  });

  it("is let in by PostgreSQL on Kubernetes, and read by Prometheus, in a restricted pod", async () => {
    const program = await onKubernetes({ kind: "managed" });
    const allowed = callers(program, "c");
    expect(allowed.find((line) => line.startsWith("postgres:5432 "))).toMatch(/postgres-exporter/);
    expect(allowed.find((line) => line.startsWith("postgres-exporter:9187 "))).toMatch(
      /\bprometheus\b/,
    );
    const pod = podsOf(program).find(({ component }) => component === "postgres-exporter");
    expect(pod && violations(pod.spec)).toEqual([]);
  });

  it("reaches somebody else's PostgreSQL by the role that is named, and by a database that no role is counted in", async () => {
    const role = { user: "watcher", password: { name: "watcher", key: "password" } };
    const program = await onKubernetes(
      { kind: "operator", postgresExporter: { kind: "managed", role } },
      { postgres: { kind: "cloudnative-pg" } },
    );
    const pod = podsOf(program).find(({ component }) => component === "postgres-exporter");
    const text = JSON.stringify(pod?.spec);
    expect(text).toContain("postgres-rw:5432/temporal_visibility?sslmode=verify-full&sslrootcert=");
    expect(text).toContain('"value":"watcher"');
    expect(text).toContain('"secretKeyRef":{"key":"password","name":"watcher"}');
    expect(text).toContain("postgres-ca");
  });
});

describe("a managed Alertmanager", () => {
  it("has its secrets in its environment, and in no file and no input in clear", async () => {
    const program = await onDocker(alerting);
    const { inputs, secretPaths } = program.named("temporal-dev-alertmanager-0");
    expect(variables(program, "temporal-dev-alertmanager-0")).toContain(`SECRET_0=${address}`);
    expect(secretPaths.join(" ")).toContain("envs");
    expect(JSON.stringify(inputs["entrypoints"])).not.toContain("hidden-by-a-test");
    for (const other of program.resources) {
      if (other.name === "temporal-dev-alertmanager-0") continue;
      expect(JSON.stringify(other.inputs), other.name).not.toContain("hidden-by-a-test");
    }
  });

  it("comes after its own tool has judged the config, and Prometheus does not wait for it", async () => {
    const program = await onDocker(alerting);
    const before = (name: string) => everythingBefore(program, program.named(name));
    expect(before("temporal-dev-alertmanager-0")).toContain("temporal-dev-alertmanager-check");
    expect(before("temporal-dev-prometheus-0")).not.toContain("temporal-dev-alertmanager-0");
    const steps = startupSteps(clusterWith({ monitoring: alerting }));
    expect(steps.find(({ name }) => name === "alertmanager")?.after).toEqual([
      ...["alertmanager-check", "postgres"],
    ]);
  });

  it("runs as nobody with a volume, is published nowhere, and its volume stays while the cluster is stopped", async () => {
    const { inputs } = (await onDocker(alerting)).named("temporal-dev-alertmanager-0");
    expect(inputs).toMatchObject({
      ...{ image: "prom/alertmanager:v0.31.1", user: "65534:65534", readOnly: true, ports: [] },
      mounts: [{ source: "temporal-dev-alertmanager-data", target: "/alertmanager" }],
    });
    const stopped = await onDocker(alerting, { TEMPORAL_LIFECYCLE: "stopped" });
    expect(names(stopped)).toContain("temporal-dev-alertmanager-data");
    expect(names(stopped)).not.toContain("temporal-dev-alertmanager-0");
  });

  it("is reached by Prometheus alone: whoever reaches it can silence alerts", async () => {
    const program = await onKubernetes(alerting);
    expect(callers(program, "c")).toContain("alertmanager:9093 ← prometheus");
    const pods = podsOf(program).filter(({ component }) => component.startsWith("alertmanager"));
    expect(pods).toHaveLength(2);
    for (const { spec } of pods) expect(violations(spec)).toEqual([]);
  });
});

it("Prometheus reads from a file by what a storage elsewhere lets it in", async () => {
  const remoteWrite = {
    url: "https://metrics.example.com/write",
    authentication: { kind: "basic", username: "us", password: { env: "METRICS_PASSWORD" } },
  };
  const program = await onDocker({ kind: "managed", remoteWrite });
  const { inputs } = program.named("temporal-dev-prometheus-0");
  expect(variables(program, "temporal-dev-prometheus-0")).toContain(`SECRET_0=${password}`);
  const started = JSON.stringify(inputs["entrypoints"]);
  expect(started).toContain("password_file: /run/monitoring/monitoring.remote-write");
  expect(started).not.toContain(password);
  expect(JSON.stringify(program.named("temporal-dev-prometheus-check").inputs)).not.toContain(
    password,
  );
});

describe("the object store's metrics", () => {
  const archival = { kind: "managed" };

  it("are served where somebody reads them, and nowhere else", async () => {
    const watched = callers(await onKubernetes({ kind: "managed" }, { archival }), "c");
    expect(watched.find((line) => line.startsWith("archive:9327 "))).toMatch(/\bprometheus\b/);
    const unwatched = await onKubernetes({ kind: "none" }, { archival });
    expect(callers(unwatched, "c").filter((line) => line.startsWith("archive:"))).toHaveLength(1);
    expect(JSON.stringify(podsOf(unwatched).map(({ spec }) => spec))).not.toContain("metricsPort");
  });
});
