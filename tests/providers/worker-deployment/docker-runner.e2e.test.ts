/**
 * Versions of a worker as containers of a real engine.
 */
import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DockerRunner } from "../../../providers/temporal/worker-deployment/docker-runner.ts";
import type { WantedVersion } from "../../../providers/temporal/worker-deployment/runner.ts";
import { imageCatalogue } from "../../../platform/images.ts";
import { defaultServerVersion } from "../../../platform/versions.ts";

const docker = new Docker();
const name = `runner-e2e-${randomBytes(3).toString("hex")}`;
/** Any image with a shell does. */
const image = imageCatalogue(defaultServerVersion).adminTools.reference;
const place = { kind: "docker", network: name, labels: { test: name } } as const;
const runner = new DockerRunner(place, name);

beforeAll(async () => {
  await docker.createNetwork({ Name: name });
});

afterEach(async () => {
  const filters = { label: [`test=${name}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true });
  }
});

afterAll(async () => {
  await docker.getNetwork(name).remove();
});

/** A version whose program is a script. */
function version(
  buildId: string,
  more: { script?: string; replicas?: number } = {},
): WantedVersion {
  const { script = 'trap "exit 0" TERM; while :; do sleep 0.1; done', replicas = 2 } = more;
  const spec = {
    ...{ image, user: "1000:1000", memoryMiB: 32, stopGraceSeconds: 5 },
    command: ["/bin/sh", "-c", script],
  };
  return { buildId, spec, environment: { DB_PASSWORD: "hunter2" }, replicas };
}

/** Ids of a version's containers, by their names. */
async function ids(): Promise<Readonly<Record<string, string>>> {
  const filters = { label: [`test=${name}`] };
  const found = await docker.listContainers({ all: true, filters });
  return Object.fromEntries(
    found.map(({ Id, Names }) => [(Names[0] ?? "").replace(`/${name}-`, ""), Id] as const),
  );
}

describe("versions on an engine", () => {
  it("run beside each other, and end one by one", async () => {
    await runner.start(version("1.0"));
    await runner.start(version("2.0", { replicas: 1 }));
    expect(Object.keys(await ids()).sort()).toEqual(["1.0-0", "1.0-1", "2.0-0"]);
    expect([...(await runner.observe())].sort((a, b) => (a.buildId < b.buildId ? -1 : 1))).toEqual([
      { buildId: "1.0", replicas: 2, fingerprint: runner.fingerprint(version("1.0")) },
      { buildId: "2.0", replicas: 1, fingerprint: runner.fingerprint(version("2.0")) },
    ]);
    await runner.stop("1.0");
    expect(Object.keys(await ids())).toEqual(["2.0-0"]);
    await runner.stop("1.0");
  });

  it("are brought up to date in place, and left alone where they are", async () => {
    await runner.start(version("1.0"));
    const before = await ids();
    await runner.start(version("1.0"));
    expect(await ids()).toEqual(before);
    await runner.start(version("1.0", { replicas: 3 }));
    expect(await ids()).toMatchObject(before);
    await runner.start(version("1.0", { replicas: 1 }));
    expect(await ids()).toEqual({ "1.0-0": before["1.0-0"] });
    await runner.start(version("1.0", { replicas: 1, script: "sleep 100" }));
    expect((await ids())["1.0-0"]).not.toBe(before["1.0-0"]);
  });

  it("are started again where somebody has stopped them", async () => {
    await runner.start(version("1.0", { replicas: 1 }));
    await docker.getContainer(`${name}-1.0-0`).stop();
    expect(await runner.observe()).toMatchObject([{ buildId: "1.0", replicas: 0 }]);
    await runner.start(version("1.0", { replicas: 1 }));
    expect(await runner.observe()).toMatchObject([{ buildId: "1.0", replicas: 1 }]);
  });

  it("tell what they last said, without secrets", async () => {
    const broken = version("1.0", { replicas: 1, script: 'echo "no $DB_PASSWORD"; exit 3' });
    await runner.start(broken);
    await expect
      .poll(() => runner.complaint(broken), { timeout: 30_000 })
      .toMatch(
        new RegExp(
          `^Container ${name}-1.0-0 .*started again \\d+ times.*Its last lines:\\nno \\*\\*\\*`,
          "s",
        ),
      );
  });

  it("do not touch a container of that name that is not theirs", async () => {
    const Labels = { test: name };
    await docker.createContainer({ name: `${name}-1.0-0`, Image: image, Cmd: ["true"], Labels });
    await expect(runner.start(version("1.0"))).rejects.toThrow(
      `a container named ${name}-1.0-0 that is not ours exists on`,
    );
  });
});
