import { describe, expect, it } from "vitest";
import { startupSteps } from "../../components/startup.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { everythingBefore, type Recording, runProgram } from "../../testkit/harness.ts";
import { podsOf, violations } from "../../testkit/pods.ts";
import { callers } from "./kubernetes/callers.ts";

const managed = { visibility: { kind: "managed" }, monitoring: { kind: "managed" } };
const user = { username: "watcher", password: { env: "WATCHER_PASSWORD" } };
const external = {
  visibility: {
    ...{ kind: "external", url: "https://search.example.com:9200" },
    credentials: { kind: "basic", username: "app" },
    tls: { ca: "tests/config/authority.pem" },
  },
  monitoring: { kind: "managed", elasticsearchExporter: { kind: "managed", user } },
};
const given = {
  TEMPORAL_VISIBILITY_PASSWORD: "of-the-servers",
  WATCHER_PASSWORD: "of-the-exporter",
};

const onDocker = (
  more: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Recording> =>
  runProgram({
    ...{ stack: "dev", environment },
    config: { clusters: [{ name: "dev", target: { kind: "docker" }, ...more }] },
  });
const onKubernetes = (more: object): Promise<Recording> =>
  runProgram({
    stack: "prod",
    config: { clusters: [{ name: "c", target: { kind: "kubernetes", context: "x" }, ...more }] },
  });
const names = (program: Recording): readonly string[] => program.resources.map(({ name }) => name);
const exporterOn = (program: Recording) => program.named("temporal-dev-elasticsearch-exporter-0");
const variables = (program: Recording): readonly string[] =>
  exporterOn(program).inputs["envs"] as readonly string[];

describe("elasticsearch_exporter", () => {
  it("asks the platform's own node as a user whose password the node and nobody else has", async () => {
    const program = await onDocker(managed);
    expect(exporterOn(program).inputs["entrypoints"]).toEqual(
      expect.arrayContaining(["--es.uri=http://opensearch:9200", "--es.all"]),
    );
    expect(variables(program)).toContain("ES_USERNAME=temporal_exporter");
    const generated = variables(program)
      .find((word) => word.startsWith("ES_PASSWORD="))
      ?.split("=")[1];
    expect(generated).toMatch(/^generated-/);
    const holders = program.resources.filter(
      ({ type, inputs }) =>
        type.startsWith("docker:") && JSON.stringify(inputs).includes(String(generated)),
    );
    expect(holders.map(({ name }) => name).sort()).toEqual([
      ...["temporal-dev-elasticsearch-exporter-0", "temporal-dev-opensearch-0"],
    ]);
    for (const { secretPaths } of holders) expect(secretPaths.join(" ")).toContain("envs");
  });

  it("is nowhere where it is switched off, and the node does not know its user", async () => {
    const elasticsearchExporter = { kind: "none" };
    const program = await onDocker({
      ...{ ...managed, monitoring: { kind: "managed", elasticsearchExporter } },
    });
    expect(names(program).filter((name) => name.includes("elasticsearch"))).toEqual([]);
    const { inputs } = program.named("temporal-dev-opensearch-0");
    expect(JSON.stringify(inputs)).not.toMatch(/EXPORTER_PASSWORD|temporal_exporter/);
  });

  it("comes after the node, when `info` says so, and stops with the cluster", async () => {
    const program = await onDocker(managed);
    const exporter = exporterOn(program);
    expect(everythingBefore(program, exporter)).toContain("temporal-dev-opensearch-0-ready");
    expect(exporter.deletedWith).toBe("temporal-dev-workloads");
    const step = startupSteps(clusterWith(managed)).find(
      ({ name }) => name === "elasticsearch-exporter",
    );
    expect(step?.after).toEqual(["postgres", "opensearch"]);
    const stopped = await onDocker(managed, { TEMPORAL_LIFECYCLE: "stopped" });
    expect(names(stopped)).not.toContain("temporal-dev-elasticsearch-exporter-0");
    expect(names(stopped)).toContain("dev-visibility-exporter-password");
  });

  it("is let in by the node on Kubernetes, and read by Prometheus, in a restricted pod", async () => {
    const program = await onKubernetes(managed);
    const allowed = callers(program, "c");
    expect(allowed.find((line) => line.startsWith("opensearch:9200 "))).toContain(
      " elasticsearch-exporter ",
    );
    expect(allowed.find((line) => line.startsWith("elasticsearch-exporter:9114 "))).toMatch(
      /\bprometheus\b/,
    );
    const pod = podsOf(program).find(({ component }) => component === "elasticsearch-exporter");
    expect(pod && violations(pod.spec)).toEqual([]);
  });

  it("asks somebody else's server as the user that is named, and knows it by its authority", async () => {
    const program = await onDocker(external, given);
    const { inputs } = exporterOn(program);
    expect(inputs["entrypoints"]).toEqual(
      expect.arrayContaining([
        "--es.uri=https://search.example.com:9200",
        "--es.ca=/etc/temporal/visibility/ca.pem",
      ]),
    );
    expect(variables(program)).toEqual(
      expect.arrayContaining(["ES_USERNAME=watcher", "ES_PASSWORD=of-the-exporter"]),
    );
    expect(JSON.stringify(inputs)).not.toContain("of-the-servers");
  });
});
