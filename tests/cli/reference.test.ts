import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../cli/program/index.ts";
import { commandReference } from "../../cli/reference.ts";

const path = new URL("../../docs/commands.md", import.meta.url);

describe("docs/commands.md", () => {
  it("is what the commands say of themselves", async () => {
    const config = await resolveConfig(path);
    const text = await format(commandReference(createProgram("resource-temporal")), {
      ...config,
      parser: "markdown",
    });
    await expect(text).toMatchFileSnapshot(path.pathname);
  });
});
