import { describe, expect, it } from "vitest";
import { callOf } from "../../testkit/call.ts";
import { registry } from "../../providers/temporal/registry.ts";

const call = callOf({ name: "clusters", preview: true });
const dev = {
  numHistoryShards: 512,
  failoverVersionIncrement: 10,
  initialFailoverVersion: 1,
  serverVersion: "1.32.2",
};

async function failures(news: object, olds: object): Promise<readonly string[]> {
  const checked = await registry.check?.({ ...news }, { ...olds }, call);
  return checked?.failures.map(({ reason }) => reason) ?? [];
}

describe("the registry", () => {
  it("takes any clusters on the first deployment", async () => {
    expect(await failures({ clusters: { dev }, retired: [], moved: {} }, {})).toEqual([]);
  });

  it("refuses at preview what would endanger data", async () => {
    const before = { clusters: { dev }, retired: [], moved: {} };
    const after = { clusters: { dev: { ...dev, numHistoryShards: 4 } }, retired: [], moved: {} };
    expect(await failures(after, before)).toEqual([expect.stringContaining("is 512 for ever")]);
  });

  it("refuses at preview what would delete an archive, and forgets one that is gone on purpose", async () => {
    const data = { "target.kind": "docker", "target.host": "default" };
    const archive = { kind: "managed", onDestroy: "delete" };
    const before = { clusters: { dev: { ...dev, data, archive } }, retired: [], moved: {} };
    const off = { clusters: { dev: { ...dev, data } }, retired: [], moved: {} };
    expect(await failures(off, before)).toEqual([
      expect.stringContaining("its volume would be deleted"),
    ]);
    const agreed = { ...off, moved: { dev: { "archival.kind": "none" } } };
    const checked = await registry.check?.(agreed, before, call);
    expect(checked).toEqual({ inputs: agreed, failures: [] });
  });

  it("remembers where the data of a cluster is that does not answer now", async () => {
    const data = { "target.kind": "docker", "target.host": "default" };
    const archive = { kind: "managed", onDestroy: "delete" };
    const before = { clusters: { dev: { ...dev, data, archive } }, retired: [], moved: {} };
    const silent = { clusters: { dev }, retired: [], moved: {} };
    const checked = await registry.check?.(silent, before, call);
    expect(checked).toEqual({ inputs: before, failures: [] });
  });

  it("keeps what it was given", async () => {
    const inputs = { clusters: { dev }, retired: [], moved: {} };
    await expect(registry.create(inputs, call)).resolves.toEqual({
      id: "clusters",
      outputs: inputs,
    });
    await expect(registry.update?.({}, inputs, call)).resolves.toEqual(inputs);
  });
});
