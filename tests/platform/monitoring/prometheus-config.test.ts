import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { renderGatewayConfig } from "../../../platform/gateway-config.ts";
import {
  prometheusArguments,
  renderPrometheusConfig,
} from "../../../platform/monitoring/prometheus-config.ts";
import { clusterWith } from "../../../testkit/clusters.ts";
import { judge } from "../../../testkit/promtool.ts";

const kubernetes = { target: { kind: "kubernetes", context: "x", namespace: "orders" } };

const archiving = { archival: { kind: "managed" } };
const searching = { visibility: { kind: "managed" } };
const own = {
  kind: "managed",
  receivers: { oncall: { kind: "webhook", url: { env: "ALERTS_URL" } } },
};

/** The config of a cluster's Prometheus, as it is written and as it is read. */
function rendered(
  monitoring: object = {},
  more: object = {},
): { readonly text: string; readonly config: Record<string, unknown> } {
  const cluster = clusterWith({ ...more, monitoring: { kind: "managed", ...monitoring } });
  if (cluster.monitoring.kind !== "managed") throw new Error("it is not managed");
  const text = renderPrometheusConfig(cluster, cluster.monitoring);
  return { text, config: load(text) as Record<string, unknown> };
}

/** What is scraped, by job: the names that are looked up, their kinds of records and the port; or addresses. */
function jobsOf(config: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const jobs = config["scrape_configs"] as readonly {
    readonly job_name: string;
    readonly dns_sd_configs?: readonly { names: string[]; type: string; port: number }[];
    readonly static_configs?: unknown;
  }[];
  return Object.fromEntries(
    jobs.map((job) => [
      job.job_name,
      job.dns_sd_configs?.map(({ names, type, port }) => `${names.join(" ")} ${type} ${port}`) ??
        job.static_configs,
    ]),
  );
}

describe("Prometheus", () => {
  it("finds every replica by the names of Docker's network", () => {
    expect(jobsOf(rendered().config)).toEqual({
      history: ["history. A 9090"],
      matching: ["matching. A 9090"],
      frontend: ["frontend-headless. A 9090"],
      worker: ["worker. A 9090"],
      gateway: ["gateway-headless. A 9101"],
      "postgres-exporter": ["postgres-exporter. A 9187"],
      prometheus: [{ targets: ["localhost:9090"] }],
    });
  });

  it("finds pods of either family of addresses by their full names", () => {
    const jobs = jobsOf(rendered({}, kubernetes).config);
    const name = "gateway-headless.orders.svc.cluster.local.";
    expect(jobs["gateway"]).toEqual([`${name} A 9101`, `${name} AAAA 9101`]);
  });

  it("finds what only some clusters have", () => {
    const jobs = jobsOf(
      rendered({ postgresExporter: { kind: "none" }, alertmanager: own }, archiving).config,
    );
    expect(jobs).toMatchObject({
      archive: ["archive. A 9327"],
      alertmanager: ["alertmanager. A 9093"],
    });
    expect(jobs).not.toHaveProperty("postgres-exporter");
    expect(jobsOf(rendered({}, searching).config)).toMatchObject({
      "elasticsearch-exporter": ["elasticsearch-exporter. A 9114"],
    });
  });

  it("names the cluster in every series and in what it sends elsewhere", () => {
    const { config } = rendered();
    const known = [{ target_label: "temporal_cluster", replacement: "dev" }];
    for (const job of config["scrape_configs"] as readonly object[]) {
      expect(job).toMatchObject({ relabel_configs: known });
    }
    expect(config["global"]).toMatchObject({ external_labels: { temporal_cluster: "dev" } });
  });

  it("tells nobody and sends nothing unless it is told where", () => {
    const { config } = rendered();
    expect(config).not.toHaveProperty("alerting");
    expect(config).not.toHaveProperty("remote_write");
  });

  it("finds Alertmanager at its scheme, host and path", () => {
    const { config } = rendered({
      alertmanager: { kind: "external", url: "https://alerts.example.com/team" },
    });
    expect(config["alerting"]).toEqual({
      alertmanagers: [
        {
          scheme: "https",
          path_prefix: "/team",
          static_configs: [{ targets: ["alerts.example.com"] }],
        },
      ],
    });
  });

  it("finds an Alertmanager of the platform's own by its name", () => {
    const at = (more: object): unknown => rendered({ alertmanager: own }, more).config["alerting"];
    const leads = (host: string): object => ({
      alertmanagers: [{ static_configs: [{ targets: [host] }] }],
    });
    expect(at({})).toEqual(leads("alertmanager:9093"));
    expect(at(kubernetes)).toEqual(leads("alertmanager.orders.svc.cluster.local:9093"));
  });

  it.each<[string, object, object]>([
    [
      "a password",
      { kind: "basic", username: "prometheus", password: { env: "PASSWORD" } },
      {
        basic_auth: {
          username: "prometheus",
          password_file: "/run/monitoring/monitoring.remote-write",
        },
      },
    ],
    [
      "a token",
      { kind: "bearer", token: { env: "TOKEN" } },
      {
        authorization: {
          type: "Bearer",
          credentials_file: "/run/monitoring/monitoring.remote-write",
        },
      },
    ],
  ])("reads %s from a file, and knows the server by its authority", (_, authentication, read) => {
    const url = "https://metrics.example.com/api/v1/write";
    const ca = "tests/config/authority.pem";
    const { text, config } = rendered({ remoteWrite: { url, authentication, ca } });
    expect(config["remote_write"]).toEqual([
      { url, ...read, tls_config: { ca_file: "/etc/monitoring/remote-write-ca.pem" } },
    ]);
    expect(text).not.toMatch(/PASSWORD|TOKEN/);
  });

  it("writes all samples to a storage elsewhere", () => {
    const url = "https://metrics.example.com/api/v1/write";
    expect(rendered({ remoteWrite: { url } }).config["remote_write"]).toEqual([{ url }]);
  });

  it("keeps what the config says, and never more than four fifths of its volume", () => {
    const { monitoring } = clusterWith({
      monitoring: { kind: "managed", retention: "30d", storage: "5GiB" },
    });
    if (monitoring.kind !== "managed") throw new Error("it is not managed");
    expect(prometheusArguments(monitoring)).toEqual(
      expect.arrayContaining([
        "--storage.tsdb.retention.time=30d",
        `--storage.tsdb.retention.size=${4 * 2 ** 30}B`,
      ]),
    );
  });

  it.each<[string, object, object]>([
    ["on Docker", {}, {}],
    ["on Kubernetes", {}, kubernetes],
    [
      "with an Alertmanager and a storage elsewhere",
      {
        alertmanager: {
          ...{ kind: "external", url: "https://alertmanager.example.com:9093" },
          authentication: { kind: "basic", username: "us", password: { env: "PASSWORD" } },
          ca: "tests/config/authority.pem",
        },
        remoteWrite: {
          url: "https://metrics.example.com/api/v1/write",
          authentication: { kind: "bearer", token: { env: "TOKEN" } },
        },
      },
      {},
    ],
    ["with everything of the platform's own", { alertmanager: own }, archiving],
  ])("%s takes the config, by the word of its own tool", async (_, monitoring, more) => {
    const { text } = rendered(monitoring, more);
    const { exitCode, output } = await judge(["check", "config", "--syntax-only", "config.yml"], {
      "config.yml": text,
    });
    expect(exitCode, output).toBe(0);
  });
});

describe("the gateway", () => {
  const metricsOf = (more: object): readonly string[] =>
    renderGatewayConfig(clusterWith(more))
      .split(/^(?=frontend |backend )/m)
      .filter((part) => part.startsWith("frontend metrics"));

  it("has no port for its metrics where nobody reads them", () => {
    expect(metricsOf({})).toEqual([]);
    expect(renderGatewayConfig(clusterWith())).not.toMatch(/\n\n$/);
  });

  it("has one of its own where somebody does, which serves nothing else", () => {
    const [metrics] = metricsOf({ monitoring: { kind: "managed" } });
    expect(metrics).toContain("bind *:9101 name metrics");
    expect(metrics).toContain("use-service prometheus-exporter if { path /metrics }");
    expect(metrics).toContain("return status 404");
  });

  it.each(["managed", "operator", "annotations"])(
    "has it in a pod at the addresses of the pod, for %s",
    (kind) => {
      const [metrics] = metricsOf({ ...kubernetes, monitoring: { kind } });
      expect(metrics).toContain('bind "${POD_IP}":9101 name metrics');
    },
  );
});
