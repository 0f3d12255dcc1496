import { describe, expect, it } from "vitest";
import { givenSecretValues } from "../../config/given-secrets.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

const external = { kind: "external", bucket: "closed-workflows", region: "eu-central-1" };
const byRole = { ...external, credentials: { kind: "role" } };
const byKeys = { ...external, credentials: { kind: "keys" } };
const onDocker = (more: object): string => verdictOnDocker({}, more);
const archiving = (archival: object): object => ({ namespaces: { orders: { archival } } });

describe("archival of a cluster", () => {
  it("is off until it is asked for, and namespaces archive nothing until they say so", () => {
    expect(clusterWith().archival).toEqual({ kind: "none" });
    const { namespaces } = clusterWith({ archival: { kind: "managed" } });
    expect(namespaces["default"]?.archival).toEqual({
      history: "disabled",
      visibility: "disabled",
    });
  });

  it("has a volume and memory where the platform runs the object store", () => {
    expect(clusterWith({ archival: { kind: "managed" } }).archival).toEqual({
      ...{ kind: "managed", storageGiB: 20, resources: { memoryMiB: 512 } },
    });
  });

  it("finds keys in variables of its own, and never in AWS's, which may be an administrator's", () => {
    const cluster = clusterWith({ archival: byKeys });
    const environment = {
      ...{ AWS_ACCESS_KEY_ID: "admin", AWS_SECRET_ACCESS_KEY: "everything" },
      TEMPORAL_ARCHIVE_ACCESS_KEY_ID: "app",
      TEMPORAL_ARCHIVE_SECRET_ACCESS_KEY: "hidden",
    };
    expect(givenSecretValues([cluster], environment)).toEqual({
      dev: { ARCHIVE_ACCESS_KEY_ID: "app", ARCHIVE_SECRET_ACCESS_KEY: "hidden" },
    });
    expect(() => givenSecretValues([cluster], {})).toThrow(
      "clusters[0].archival.credentials.accessKeyId: the environment variable TEMPORAL_ARCHIVE_ACCESS_KEY_ID is missing",
    );
  });

  it("needs no keys with a role", () => {
    expect(givenSecretValues([clusterWith({ archival: byRole })], {})).toEqual({ dev: {} });
  });

  it("takes an address without a path, as the server wants it", () => {
    const archival = { ...byRole, endpoint: "https://minio.example.com:9000/" };
    expect(clusterWith({ archival }).archival).toMatchObject({
      endpoint: "https://minio.example.com:9000",
    });
  });

  it.each<[string, object, string]>([
    ["no bucket", { kind: "external" }, "archival.bucket: is missing"],
    ["no region", { ...byRole, region: undefined }, "archival.region: is missing"],
    ["no way in", external, "archival.credentials"],
    [
      "a bucket that S3 does not take",
      { ...byRole, bucket: "Closed_Workflows" },
      "archival.bucket",
    ],
    ["an endpoint without a scheme", { ...byRole, endpoint: "minio:9000" }, "archival.endpoint"],
    [
      "an endpoint with a path",
      { ...byRole, endpoint: "https://minio.example.com/s3" },
      "archival.endpoint: must have no path",
    ],
    ["keys in the file", { ...byKeys, accessKeyId: "AKIA" }, "unknown key accessKeyId"],
  ])("is refused with %s", (_what, archival, message) => {
    expect(onDocker({ archival })).toContain(message);
  });

  it("takes keys from a Kubernetes Secret where there is one", () => {
    const accessKeyId = { name: "s3", key: "id" };
    const credentials = { kind: "keys", accessKeyId };
    const archival = { ...external, credentials };
    const cluster: object = { archival };
    expect(verdictOnKubernetes(cluster)).toBe("accepted");
    expect(onDocker({ archival })).toContain(
      "[0].archival.credentials.accessKeyId: needs a kubernetes target",
    );
  });
});

describe("archival of a namespace", () => {
  it("is refused where the cluster has nowhere to put it", () => {
    expect(onDocker(archiving({ history: "enabled" }))).toContain(
      "[0].namespaces.orders.archival.history: needs an object store: set the cluster's archival.kind to managed or external",
    );
    expect(onDocker(archiving({ visibility: "disabled" }))).toBe("accepted");
  });

  it("may go to a bucket and a path of its own", () => {
    const more = (uri: string): string =>
      onDocker({ archival: byRole, ...archiving({ history: "enabled", uri }) });
    expect(more("s3://orders-archive/closed")).toBe("accepted");
    expect(more("file:///tmp/archive")).toContain("namespaces.orders.archival.uri");
  });
});
