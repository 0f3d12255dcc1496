import { describe, expect, it } from "vitest";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

const sidecar = { kind: "grafana-sidecar" };

/** The dashboards of a cluster on Kubernetes that is watched so. */
const chosen = (monitoring: object): unknown => {
  const target = { kind: "kubernetes", context: "x" };
  const { monitoring: choice } = clusterWith({ target, monitoring });
  return "dashboards" in choice ? choice.dashboards : undefined;
};

describe("monitoring.dashboards", () => {
  it.each(["managed", "operator"])(
    "of %s are put nowhere unless the config asks for it",
    (kind) => {
      expect(chosen({ kind })).toEqual({ kind: "none" });
    },
  );

  it("for a sidecar have the label by which the charts' sidecar finds them, and a folder", () => {
    expect(chosen({ kind: "managed", dashboards: sidecar })).toEqual({
      ...{ kind: "grafana-sidecar", folder: "Temporal" },
      labels: { grafana_dashboard: "1" },
    });
  });

  it("for a sidecar have labels and a folder as the config says", () => {
    const own = { ...sidecar, labels: { team: "shop" }, folder: "Shop" };
    expect(chosen({ kind: "operator", dashboards: own })).toEqual(own);
  });

  it("for a sidecar are refused on Docker, where there is none", () => {
    expect(verdictOnDocker({}, { monitoring: { kind: "managed", dashboards: sidecar } })).toBe(
      "[0].monitoring.dashboards.kind: needs a kubernetes target: write them as files by `resource-temporal dashboards --output DIR` on docker",
    );
  });

  it.each(["none", "annotations"])(
    "are no key of %s, whose series do not say of which cluster they are",
    (kind) => {
      expect(verdictOnKubernetes({ ...{ monitoring: { kind, dashboards: sidecar } } })).toMatch(
        /^\[0\]\.monitoring.*dashboards/,
      );
    },
  );
});
