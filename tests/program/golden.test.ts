import { expect, it } from "vitest";
import { golden } from "../../testkit/golden.ts";
import { runProgram } from "../../testkit/harness.ts";

it.each(["dev", "prod"])("Pulumi.%s.yaml makes what its golden says", async (stack) => {
  const program = await runProgram({ stack });
  await expect(golden(program)).toMatchFileSnapshot(`../golden/${stack}.json`);
});

it.each(["dev", "prod"])(
  "%s is the same in a preview, where what providers make is not known yet",
  async (stack) => {
    const [preview, update] = [
      await runProgram({ stack, preview: true }),
      await runProgram({ stack }),
    ];
    expect(preview.resources.map(({ urn }) => urn)).toEqual(update.resources.map(({ urn }) => urn));
  },
);
