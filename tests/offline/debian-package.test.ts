import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { canInstallPackages } from "../../offline/apt.ts";
import { unpackedPackage } from "../../offline/debian-package.ts";
import { UserError } from "../../offline/user-error.ts";

vi.mock("../../offline/apt.ts", () => ({ canInstallPackages: vi.fn(() => false) }));

let cache: string;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "cache-"));
  cache = made;
  return () => {
    rmSync(made, { recursive: true });
  };
});

describe("a package of Debian's that is only unpacked", () => {
  it("is taken from the cache, whatever the machine is", async () => {
    const there = join(cache, "debian", "prometheus");
    mkdirSync(there, { recursive: true });
    expect(await unpackedPackage("prometheus", cache, "a test")).toBe(there);
    expect(canInstallPackages).not.toHaveBeenCalled();
  });

  it("is the user's to install on a machine without Debian's tools, and leaves nothing behind", async () => {
    const asked = unpackedPackage("prometheus", cache, "judging rules");
    await expect(asked).rejects.toThrow(UserError);
    await expect(asked).rejects.toThrow(
      "judging rules needs the program of the package prometheus: install it (Debian and Ubuntu: apt-get install prometheus)",
    );
    expect(existsSync(join(cache, "debian"))).toBe(false);
  });
});
