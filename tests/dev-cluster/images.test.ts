import { describe, expect, it } from "vitest";
import { dockerClient } from "../../clients/docker.ts";
import { loadImage, fullReference, idsInside } from "../../dev-cluster/images.ts";

describe("a reference inside a cluster", () => {
  it.each([
    ["postgres:15.20-bookworm", "docker.io/library/postgres:15.20-bookworm"],
    ["temporalio/server:1.32.2", "docker.io/temporalio/server:1.32.2"],
    ["registry.example.com/mirror/caddy:2", "registry.example.com/mirror/caddy:2"],
    ["localhost/caddy:2", "localhost/caddy:2"],
    ["mirror:5000/caddy:2", "mirror:5000/caddy:2"],
    ["docker.io/library/caddy:2", "docker.io/library/caddy:2"],
  ])("of %s is %s", (reference, full) => {
    expect(fullReference(reference)).toBe(full);
  });
});

describe("an image that is named by its digest", () => {
  it("is not carried: it would have another one inside", async () => {
    const nobody = dockerClient("unix:///nowhere.sock", {});
    const carried = loadImage(nobody, nobody.getContainer("n"), "ui:1@sha256:0a", () => undefined);
    await expect(carried).rejects.toThrow(
      "the image ui:1@sha256:0a cannot be loaded into a dev cluster under its digest: name it by its tag there",
    );
  });
});

describe("what is inside", () => {
  it("is known by the ids that were noted when it was carried there", () => {
    const list = `REF TYPE DIGEST SIZE PLATFORMS LABELS
docker.io/library/caddy:2 application/vnd sha256:aa 72 MiB linux/amd64 io.cri=managed,temporal-platform/id=sha256:0f1e
docker.io/library/other:1 application/vnd sha256:bb 72 MiB linux/amd64 io.cri=managed
`;
    expect([...idsInside(list)]).toEqual([["docker.io/library/caddy:2", "sha256:0f1e"]]);
    expect(idsInside("").size).toBe(0);
  });
});
