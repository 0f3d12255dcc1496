import { expect, it } from "vitest";
import { configReference } from "../../config/reference.ts";

it("docs/config-reference.md is what the schema says; `npm run docs` refreshes it", async () => {
  await expect(configReference()).toMatchFileSnapshot("../../docs/config-reference.md");
});
