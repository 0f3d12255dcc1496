import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { goldens } from "../../testkit/golden.ts";
import { runProgram } from "../../testkit/harness.ts";

const folder = (stack: string): string => join(import.meta.dirname, "..", "golden", stack);

it.each(["dev", "prod"])("Pulumi.%s.yaml makes what its goldens say", async (stack) => {
  const files = goldens(await runProgram({ stack }));
  for (const [name, content] of files) {
    await expect(content).toMatchFileSnapshot(join(folder(stack), name));
  }
  expect(readdirSync(folder(stack)).filter((name) => !files.has(name))).toEqual([]);
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
