import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Properties } from "../../providers/protocol/values.ts";
import { image } from "../../providers/temporal/image/image.ts";
import { callOf } from "../../testkit/call.ts";
import { FakeEngine } from "./fake-engine.ts";

const reference = "temporal-dev-orders:0123456789abcdef";
const call = callOf();

let engine: FakeEngine;
let built: Properties;
let pulled: Properties;
beforeEach(async () => {
  const started = await FakeEngine.start();
  const directory = mkdtempSync(join(tmpdir(), "image-"));
  writeFileSync(join(directory, "Dockerfile"), "FROM scratch");
  engine = started;
  built = { host: engine.host, reference, directory, labels: { a: "b" } };
  pulled = { host: engine.host, reference: "localhost:1/team/orders:1.4.2", labels: {} };
  return () => {
    started.stop();
    rmSync(directory, { recursive: true });
  };
});

describe("an image of a directory", () => {
  it("is built of its content, under its reference", async () => {
    await expect(image.create(built, call)).resolves.toEqual({ id: reference, outputs: built });
    expect(engine.builds.map((build) => build.reference)).toEqual([reference]);
    expect(engine.builds[0]?.archive.toString("latin1")).toContain("FROM scratch");
  });

  it("is not built when it is there already, nor in a preview", async () => {
    engine.images.add(reference);
    await image.create(built, call);
    const nowhere = { ...built, host: "unix:///nowhere.sock" };
    await image.create(nowhere, callOf({ preview: true }));
    expect(engine.builds).toEqual([]);
  });

  it("that cannot be built says why, with the last lines of the output", async () => {
    const events = [
      { stream: "Step 2/2 : RUN npm install\n" },
      { stream: "npm error code E404\n" },
      { error: "The command '/bin/sh -c npm install' returned a non-zero code: 1" },
    ];
    engine.onBuild = () => [
      200,
      Buffer.from(events.map((one) => `${JSON.stringify(one)}\n`).join("")),
    ];
    await expect(image.create(built, call)).rejects.toThrow(
      `the image of ${String(built["directory"])} was not built: The command '/bin/sh -c npm install' returned a non-zero code: 1. Its last lines:\nStep 2/2 : RUN npm install\nnpm error code E404`,
    );
  });

  it("that cannot even be begun says why", async () => {
    engine.onBuild = () => [400, { message: "dockerfile parse error line 1", error: '"error"' }];
    await expect(image.create(built, call)).rejects.toThrow("dockerfile parse error line 1");
  });

  it("is removed with its resource, and its steps stay for the next", async () => {
    engine.images.add(reference);
    await image.delete?.(reference, built, call);
    expect([...engine.images]).toEqual([]);
    await image.delete?.(reference, built, call);
  });

  it("is another one with another content, and the same wherever its directory is", () => {
    const { onChange } = image;
    if (typeof onChange !== "function") throw new Error("it tells the differences");
    const known = { inputs: built, outputs: built };
    const by = (more: object) =>
      onChange(known, { ...built, ...more }).properties.map((one) => one.by);
    expect(by({})).toEqual([]);
    expect(by({ reference: "temporal-dev-orders:1" })).toEqual(["replace"]);
    expect(by({ host: "ssh://other" })).toEqual(["replace"]);
    expect(by({ directory: "/elsewhere" })).toEqual(["update"]);
  });
});

describe("an image of a registry", () => {
  it("is pulled unless it is there, and stays when its resource goes", async () => {
    await image.create(pulled, call);
    await image.create(pulled, call);
    expect(engine.pulls.map((pull) => pull.reference)).toEqual([pulled["reference"]]);
    await image.delete?.("", pulled, call);
    expect([...engine.images]).toEqual([pulled["reference"]]);
  });

  it("that cannot be had says which registry says what", async () => {
    engine.onPull = () => [404, { message: "manifest unknown" }];
    await expect(image.create(pulled, call)).rejects.toThrow(
      /^the image localhost:1\/team\/orders:1\.4\.2 is not on tcp:\/\/.*, and localhost:1 has no image .*manifest unknown$/,
    );
  });
});

describe("an image that somebody has removed", () => {
  it("is missed by a refresh", async () => {
    const known = { inputs: built, outputs: built };
    await expect(image.read?.(reference, known, call)).resolves.toBeUndefined();
    engine.images.add(reference);
    await expect(image.read?.(reference, known, call)).resolves.toMatchObject({ id: reference });
  });
});
