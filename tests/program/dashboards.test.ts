import { describe, expect, it } from "vitest";
import { type Recorded, type Recording, runProgram } from "../../testkit/harness.ts";

const sidecar = { kind: "grafana-sidecar", folder: "Shop" };

/** Runs a cluster on Kubernetes that is watched so. */
const onKubernetes = (
  monitoring: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Recording> =>
  runProgram({
    ...{ stack: "prod", environment },
    config: {
      clusters: [
        { name: "c", target: { kind: "kubernetes", context: "x", namespace: "shop" }, monitoring },
      ],
    },
  });

const dashboardsIn = (program: Recording): readonly Recorded[] =>
  program.ofType("kubernetes:core/v1:ConfigMap").filter(({ name }) => name.includes("-dashboard-"));

describe("dashboards for a sidecar", () => {
  it.each(["managed", "operator"])(
    "are a ConfigMap each beside %s, with the label and the folder by which the sidecar finds them",
    async (kind) => {
      const found = dashboardsIn(await onKubernetes({ kind, dashboards: sidecar }));
      expect(found.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["temporal-c-dashboard-server", "temporal-c-dashboard-gateway"]),
      );
      for (const { inputs } of found) {
        expect(inputs).toMatchObject({
          metadata: {
            namespace: "shop",
            labels: { grafana_dashboard: "1" },
            annotations: { grafana_folder: "Shop" },
          },
        });
        const [[file, text] = ["", ""]] = Object.entries(inputs["data"] as Record<string, string>);
        expect(file).toMatch(/^temporal-c-[a-z]+\.json$/);
        expect(JSON.parse(text)).toMatchObject({ tags: ["temporal", "temporal-c"] });
      }
    },
  );

  it("are there when the cluster runs, and when its config asks for them", async () => {
    const monitoring = { kind: "managed", dashboards: sidecar };
    const stopped = await onKubernetes(monitoring, { TEMPORAL_LIFECYCLE: "stopped" });
    expect(dashboardsIn(stopped)).toEqual([]);
    expect(dashboardsIn(await onKubernetes({ kind: "managed" }))).toEqual([]);
  });
});

describe("the page of a managed Prometheus", () => {
  it("is served by it, from files of its own, at the port that it has anyway", async () => {
    const program = await runProgram({
      stack: "dev",
      config: {
        clusters: [{ name: "dev", target: { kind: "docker" }, monitoring: { kind: "managed" } }],
      },
    });
    const { inputs } = program.named("temporal-dev-prometheus-0");
    const words = inputs["entrypoints"] as readonly string[];
    expect(words).toContain("--web.user-assets=/etc/monitoring-page");
    for (const name of [
      "index.html",
      "page.css",
      "page.js",
      "chart.js",
      "format.js",
      "figures.json",
    ])
      expect(words.join(" ")).toContain(`> '/etc/monitoring-page/${name}'`);
    expect(inputs["ports"]).toEqual([]);
  });

  it("is mounted by itself on Kubernetes, in no other directory of files", async () => {
    const program = await onKubernetes({ kind: "managed" });
    const prometheus = program
      .ofType("kubernetes:apps/v1:StatefulSet")
      .find(({ name }) => name === "temporal-c-prometheus");
    const { spec } = prometheus?.inputs as {
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly containers: readonly { readonly volumeMounts: { mountPath: string }[] }[];
          };
        };
      };
    };
    const mounted = spec.template.spec.containers.flatMap(({ volumeMounts }) =>
      volumeMounts.map(({ mountPath }) => mountPath),
    );
    expect(mounted).toEqual(expect.arrayContaining(["/etc/monitoring", "/etc/monitoring-page"]));
  });
});
