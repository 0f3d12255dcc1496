import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { artifactsOf, mavenArtifacts } from "../../offline/maven.ts";
import { versions } from "../../platform/images.ts";

const pinned = fileURLToPath(new URL("../../offline/maven/opensearch/", import.meta.url));
const content = "a jar";
const hashOfContent = "fc8bd814a3051a9717431182d5af2a2d654481aac82a028c05c73afa4ca38823";

let directory: string;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "maven-"));
  directory = made;
  mkdirSync(join(made, "bin"));
  mkdirSync(join(made, "pins"));
  // In the place of Maven: puts one jar where it is told to.
  const program = `#!/bin/sh
for one in "$@"; do case $one in *outputDirectory=*) output=\${one#*=} ;; esac; done
[ -z "\${output:-}" ] || { mkdir -p "$output" && printf '${content}' > "$output/one-1.0.jar"; }
`;
  writeFileSync(join(made, "bin", "mvn"), program, { mode: 0o755 });
  writeFileSync(join(made, "pins", "pom.xml"), "<project/>");
  vi.stubEnv("PATH", `${join(made, "bin")}:${process.env["PATH"] ?? ""}`);
  return () => {
    vi.unstubAllEnvs();
    rmSync(made, { recursive: true });
  };
});

const fetched = (): Promise<string> =>
  mavenArtifacts("one", join(directory, "pins"), join(directory, "cache"), () => undefined);
const pin = (sha256: string): void => {
  writeFileSync(join(directory, "pins", "artifacts.sha256"), `${sha256}  lib/one-1.0.jar\n`);
};

describe("artifacts of Maven Central", () => {
  it("are there when they are the ones that were pinned", async () => {
    pin(hashOfContent);
    const output = await fetched();
    expect(readFileSync(join(output, "one-1.0.jar"), "utf8")).toBe(content);
  });

  it("are fetched once", async () => {
    pin(hashOfContent);
    const output = await fetched();
    rmSync(join(directory, "bin", "mvn"));
    expect(await fetched()).toBe(output);
  });

  it("are refused when they are others, and nothing of them stays", async () => {
    pin("0".repeat(64));
    await expect(fetched()).rejects.toThrow(
      `one-1.0.jar of Maven Central has the SHA-256 ${hashOfContent}, and not 000`,
    );
    expect(existsSync(join(directory, "cache", "maven", "one"))).toBe(false);
  });
});

describe("the pins of OpenSearch", () => {
  it("are of the catalogue's version, all with a place in the image", async () => {
    const pom = readFileSync(join(pinned, "pom.xml"), "utf8");
    expect(pom).toContain(`<opensearch.version>${versions.opensearch}</opensearch.version>`);
    const paths = (await artifactsOf(pinned)).map(({ path }) => path);
    expect(paths).toContain(`lib/opensearch-${versions.opensearch}.jar`);
    expect(paths).toContain(`opensearch-security-${versions.opensearch}.0.zip`);
    expect(paths.filter((path) => !/^(lib|modules\/[a-z0-9-]+)\/[^/]+\.jar$/.test(path))).toEqual([
      `opensearch-security-${versions.opensearch}.0.zip`,
    ]);
  });
});
