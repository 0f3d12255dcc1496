import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { archiveBucketTask } from "../../components/archive.ts";
import { roleWorkload } from "../../components/server.ts";
import { archiveCommand, bucketUrl } from "../../platform/archival.ts";
import { serviceRoles } from "../../platform/roles.ts";
import { renderServerConfig } from "../../platform/server-config.ts";
import { dynamicConfigOf } from "../../platform/server-settings.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const external = {
  ...{ kind: "external", bucket: "closed", region: "eu-central-1", credentials: { kind: "role" } },
};

/** What the server reads of archival. */
function rendered(archival: object): object {
  const text = renderServerConfig(clusterWith({ archival })).replace(/\{\{[^}]*\}\}/g, "expanded");
  const config = load(text) as Record<string, unknown>;
  return { archival: config["archival"], namespaceDefaults: config["namespaceDefaults"] };
}

describe("the server's static config", () => {
  it("has nothing of a provider where nothing is archived, which the server would refuse", () => {
    const off = { state: "disabled", enableRead: false };
    const never = { state: "disabled" };
    expect(rendered({ kind: "none" })).toEqual({
      archival: { history: off, visibility: off },
      namespaceDefaults: { archival: { history: never, visibility: never } },
    });
  });

  it("archives to the bucket and reads from it, and no namespace does unless it says so", () => {
    const on = {
      ...{ state: "enabled", enableRead: true },
      provider: { s3store: { region: "eu-central-1", s3ForcePathStyle: false } },
    };
    const unlessAsked = { state: "disabled", URI: "s3://closed/prod" };
    expect(rendered({ ...external, prefix: "prod" })).toEqual({
      archival: { history: on, visibility: on },
      namespaceDefaults: { archival: { history: unlessAsked, visibility: unlessAsked } },
    });
  });

  it("finds the platform's own object store by its name", () => {
    expect(rendered({ kind: "managed" })).toMatchObject({
      archival: {
        history: { provider: { s3store: { endpoint: "http://archive:8333" } } },
      },
    });
  });
});

describe("the server's dynamic config", () => {
  const key = "history.TaskDLQUnexpectedErrorAttempts";

  it("lets an object store be away for a week before a workflow is put aside", () => {
    expect(dynamicConfigOf(clusterWith())).not.toHaveProperty(key);
    const [attempts] = dynamicConfigOf(clusterWith({ archival: external }))[key] ?? [];
    // It waits for 3 minutes between two attempts at most.
    expect((Number(attempts?.value) * 3) / 60 / 24).toBeGreaterThan(7);
  });
});

describe("a bucket's address", () => {
  it.each([
    ["Amazon's", {}, "https://closed.s3.eu-central-1.amazonaws.com"],
    [
      "Amazon's in China",
      { region: "cn-north-1" },
      "https://closed.s3.cn-north-1.amazonaws.com.cn",
    ],
    ["a path", { pathStyle: true, endpoint: "http://minio:9000" }, "http://minio:9000/closed"],
    ["a host", { endpoint: "https://s3.example.com" }, "https://closed.s3.example.com"],
  ])("is %s", (_what, more, url) => {
    const store = { bucket: "closed", region: "eu-central-1", pathStyle: false, ...more };
    expect(bucketUrl(store)).toBe(url);
  });
});

describe("the keys", () => {
  const environment = { AWS_ACCESS_KEY_ID: { secret: "ARCHIVE_ACCESS_KEY_ID" } };

  it("are given to the roles that use the object store, and to no other", () => {
    const cluster = clusterWith({ archival: { kind: "managed" } });
    const having = serviceRoles.filter(
      (role) => "AWS_SECRET_ACCESS_KEY" in roleWorkload(cluster, role).environment,
    );
    expect(having.toSorted()).toEqual(["frontend", "history"]);
    expect(roleWorkload(cluster, "history").environment).toMatchObject(environment);
  });

  it("are tried before any role has them; a role can be tried by the server alone", () => {
    const keys = { ...external, credentials: { kind: "keys" } };
    expect(archiveBucketTask(clusterWith({ archival: keys }))?.environment).toMatchObject(
      environment,
    );
    expect(archiveBucketTask(clusterWith({ archival: external }))).toBeUndefined();
    expect(archiveBucketTask(clusterWith())).toBeUndefined();
  });
});

describe("the platform's own object store", () => {
  it.each([
    [1, 64],
    [20, 128],
    [100, 1024],
    [1000, 1024],
  ])("fills files that fit a volume of %i GiB: %i MiB", (storageGiB, limitMiB) => {
    expect(archiveCommand({ storageGiB })).toContain(`-master.volumeSizeLimitMB=${limitMiB}`);
  });

  it("tells nobody of itself, and lets only S3 be called from outside its container", () => {
    expect(archiveCommand({ storageGiB: 20 })).toEqual(
      expect.arrayContaining([
        ...["-master.telemetry=false", "-ip.bind=127.0.0.1", "-s3.ip.bind=0.0.0.0"],
      ]),
    );
  });
});
