import { expect, it } from "vitest";
import { golden } from "../support/golden.ts";
import { runProgram } from "../support/harness.ts";

it.each(["dev"])("Pulumi.%s.yaml makes what its golden says", async (stack) => {
  const program = await runProgram({ stack });
  await expect(golden(program)).toMatchFileSnapshot(`../golden/${stack}.json`);
});

it("the same in a preview, where what providers make is not known yet", async () => {
  const [preview, update] = [
    await runProgram({ stack: "dev", preview: true }),
    await runProgram({ stack: "dev" }),
  ];
  expect(preview.resources.map(({ urn }) => urn)).toEqual(update.resources.map(({ urn }) => urn));
});
