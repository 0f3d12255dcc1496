import { expect, it } from "vitest";
import { resolveSettings } from "../../config/load.ts";
import { reach } from "../../targets/index.ts";
import { shippedConfig } from "../support/harness.ts";

it("a target that this version cannot deploy to is refused, naming the key", () => {
  const [cluster] = resolveSettings(shippedConfig("prod"), {}).clusters;
  if (cluster === undefined) throw new Error("Pulumi.prod.yaml names no cluster");
  expect(() => reach("prod", cluster)).toThrow(
    "clusters[name=prod].target.kind: kubernetes cannot be deployed by this version yet; use docker",
  );
});
