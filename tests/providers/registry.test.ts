import { describe, expect, it } from "vitest";
import { registry } from "../../providers/temporal/registry.ts";

const call = { name: "clusters", preview: true, signal: new AbortController().signal };
const dev = {
  numHistoryShards: 512,
  failoverVersionIncrement: 10,
  initialFailoverVersion: 1,
  serverVersion: "1.32.2",
};

function failures(news: object, olds: object): readonly string[] {
  return registry
    .check?.({ ...news }, { ...olds }, call)
    .failures.map(({ reason }) => reason) as readonly string[];
}

describe("the registry", () => {
  it("takes any clusters on the first deployment", () => {
    expect(failures({ clusters: { dev }, retired: [] }, {})).toEqual([]);
  });

  it("refuses at preview what would endanger data", () => {
    const before = { clusters: { dev }, retired: [] };
    const after = { clusters: { dev: { ...dev, numHistoryShards: 4 } }, retired: [] };
    expect(failures(after, before)).toEqual([expect.stringContaining("is 512 for ever")]);
  });

  it("keeps what it was given", async () => {
    const inputs = { clusters: { dev }, retired: [] };
    await expect(registry.create(inputs, call)).resolves.toEqual({
      id: "clusters",
      outputs: inputs,
    });
    await expect(registry.update?.({}, inputs, call)).resolves.toEqual(inputs);
  });
});
