import { describe, expect, it } from "vitest";
import { infoText } from "../../cli/commands/info.ts";
import { chosenClusters, configuredClusters } from "../../cli/configuration.ts";
import { startupSteps } from "../../components/startup.ts";

const file = `config:
  temporal-platform:common:
    server: { numHistoryShards: 16 }
  temporal-platform:clusters:
    - name: east
      target: { kind: docker }
`;

describe("the configuration of a stack file", () => {
  it("has every default, and what is common", async () => {
    const [east] = await configuredClusters(file, {});
    expect(east).toMatchObject({
      name: "east",
      identity: { numHistoryShards: 16 },
      target: { kind: "docker" },
      gateway: { user: "temporal" },
    });
  });

  it("is read as well when a key was set as JSON", async () => {
    const text = `config:\n  temporal-platform:clusters: '[{"name":"west","target":{"kind":"docker"}}]'\n`;
    const clusters = await configuredClusters(text, {});
    expect(clusters.map(({ name }) => name)).toEqual(["west"]);
  });

  it("is refused with all its faults", async () => {
    const wrong = file.replace("16", "0").replace("docker", "podman");
    const refused = configuredClusters(wrong, {});
    await expect(refused).rejects.toThrow(/numHistoryShards/);
    await expect(refused).rejects.toThrow(/target/);
  });

  it("names its clusters when another one is wanted", async () => {
    const clusters = await configuredClusters(file, {});
    expect(chosenClusters("dev", clusters, undefined)).toHaveLength(1);
    expect(() => chosenClusters("dev", clusters, "west")).toThrow(
      "stack dev has no cluster west; there are: east",
    );
  });
});

describe("info", () => {
  it("shows the configuration, and when each part starts", async () => {
    const [east] = await configuredClusters(file, {});
    if (east === undefined) throw new Error("no cluster");
    const { name, ...configuration } = east;
    const text = infoText({ name, configuration, startup: startupSteps(east) });
    expect(text).toMatch(/^ {2}identity:$/m);
    expect(text).toMatch(/^ {4}numHistoryShards: 16$/m);
    expect(text).toMatch(
      /^ {2}cluster-metadata +task +1 +schema, config-check +120 s +- +temporalio\/server:\S+$/m,
    );
    expect(text).toMatch(/^ {2}history +workload +1 +cluster-metadata +180 s +3 s +temporalio/m);
  });
});
