import { describe, expect, it } from "vitest";
import { type Recording, runOnKubernetes } from "../../../testkit/harness.ts";
import { podsOf } from "../../../testkit/pods.ts";

/** What differs between two programs: files and pods, by what they are for. */
async function changed(more: object): Promise<{ files: string[]; pods: string[] }> {
  const [before, after] = [await runOnKubernetes(), await runOnKubernetes({}, more)];
  const files = (program: Recording): Map<string, string> =>
    new Map(
      program
        .ofType("kubernetes:core/v1:ConfigMap")
        .map(({ name, inputs }) => [
          name.replace(/^temporal-c-(.*?)(-files)?$/, "$1"),
          JSON.stringify(inputs["data"]),
        ]),
    );
  const pods = (program: Recording): Map<string, string> =>
    new Map(podsOf(program).map(({ component, spec }) => [component, JSON.stringify(spec)]));
  return {
    files: differing(files(before), files(after)),
    pods: differing(pods(before), pods(after)),
  };
}

function differing(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...after].flatMap(([key, value]) => (before.get(key) === value ? [] : [key])).sort();
}

const roles = ["frontend", "history", "matching", "worker"];

describe("a change of config", () => {
  it.each([
    [
      "the log level",
      { server: { logLevel: "warn" } },
      ["cluster-metadata", "config-check", ...roles],
    ],
    [
      "dynamic config",
      { server: { dynamicConfig: { "frontend.namespaceRPS": 9 } } },
      ["config-check", "dynamic-config"],
    ],
    ["a namespace", { namespaces: { default: { retention: "7d" } } }, []],
    [
      "a name of the web UI",
      { gateway: { hosts: ["t.example.com"] } },
      ["gateway", "gateway-check"],
    ],
  ])(
    "%s changes the files of those that use it, whose new name replaces their pods",
    async (_what, more, users) => {
      expect((await changed(more)).files).toEqual([...users].sort());
    },
  );

  it.each(["history", "frontend", "matching", "worker"])(
    "another number of replicas of %s leaves every pod and file as it is",
    async (role) => {
      const more = { server: { roles: { [role]: { replicas: 3 } } } };
      expect(await changed(more)).toEqual({ files: [], pods: [] });
    },
  );

  it.each([
    ["that is read when it is used reaches running pods", "frontend.namespaceRPS", 9, []],
    ["that history reads at its start replaces history", "history.cacheTTL", "2h", ["history"]],
    ["in another spelling, too", "History.CacheTTL", "2h", ["history"]],
    ["that all roles read at their start replaces them", "system.ringpopReplicaPoints", 9, roles],
  ])("a key of dynamic config %s", async (_what, key, value, pods) => {
    expect((await changed({ server: { dynamicConfig: { [key]: value } } })).pods).toEqual(pods);
  });

  it("memory of a role replaces its pods alone", async () => {
    const more = { server: { roles: { matching: { resources: { memory: "2GiB" } } } } };
    expect((await changed(more)).pods).toEqual(["matching"]);
  });
});
