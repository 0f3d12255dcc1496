import { expect, it } from "vitest";
import { resolveSettings } from "../../config/load.ts";
import { connectionBudget } from "../../platform/database.ts";
import { renderServerConfig } from "../../platform/server-config.ts";
import { golden } from "../support/golden.ts";
import { runProgram, shippedConfig } from "../support/harness.ts";

it.each(["dev"])("Pulumi.%s.yaml makes what its golden says", async (stack) => {
  const program = await runProgram({ stack });
  await expect(golden(program)).toMatchFileSnapshot(`../golden/${stack}.json`);
});

it("Pulumi.prod.yaml describes what its golden says, down to the server's config", async () => {
  const { clusters } = resolveSettings(shippedConfig("prod"), {});
  const described = clusters.map((cluster) => ({
    cluster,
    connections: connectionBudget(cluster),
    serverConfig: renderServerConfig(cluster).split("\n"),
  }));
  await expect(`${JSON.stringify(described, null, 2)}\n`).toMatchFileSnapshot(
    "../golden/prod.json",
  );
});

it("the same in a preview, where what providers make is not known yet", async () => {
  const [preview, update] = [
    await runProgram({ stack: "dev", preview: true }),
    await runProgram({ stack: "dev" }),
  ];
  expect(preview.resources.map(({ urn }) => urn)).toEqual(update.resources.map(({ urn }) => urn));
});
