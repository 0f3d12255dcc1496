/**
 * OpenSearch from Maven Central, at the official image's paths: the server, the modules that Temporal needs, and the security plugin.
 */
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { opensearchImage, versions } from "../../platform/images.ts";
import type { Report } from "../steps.ts";
import type { Layer } from "./archive.ts";
import { describeModule, javaRoot, type JavaModule, nettyPolicy, placedJars } from "./java.ts";

const pinned = fileURLToPath(new URL("../maven/opensearch/", import.meta.url));

/** Where the official image has OpenSearch. */
const home = "usr/share/opensearch";

/** The security plugin's archive, which is unpacked to this directory of {@link home}. */
const security = {
  archive: `opensearch-security-${versions.opensearch}.0.zip`,
  directory: "plugins/opensearch-security",
};

const modules: readonly JavaModule[] = [
  {
    name: "mapper-extras",
    description: "Further types of fields",
    classname: "org.opensearch.index.mapper.MapperExtrasPlugin",
  },
  {
    name: "reindex",
    description: "Changes of documents by a query",
    classname: "org.opensearch.index.reindex.ReindexPlugin",
  },
  {
    name: "transport-netty4",
    description: "HTTP and the port between nodes, by Netty",
    classname: "org.opensearch.transport.Netty4Plugin",
    policy: nettyPolicy,
  },
];

/** The layers: Debian's Java and curl, and OpenSearch. */
export async function opensearchLayers(
  cacheDir: string,
  workDir: string,
  recipeHash: string,
  report: Report,
): Promise<Layer[]> {
  const { directory: root, java } = await javaRoot(cacheDir, recipeHash, report);
  const places = { cacheDir, workDir, report };
  const artifacts = await placedJars("opensearch", pinned, home, places);
  const directory = join(workDir, home);
  const server = { name: "opensearch", version: versions.opensearch } as const;
  for (const module of modules) {
    await describeModule(module, join(directory, "modules", module.name), server);
  }
  await unpack(join(artifacts, security.archive), join(directory, security.directory), root);
  await symlink(java, join(directory, "jdk"));
  const { user } = opensearchImage();
  return [{ directory: root }, { directory: workDir, owners: { [`${home}/data`]: user } }];
}

/** Unpacks a zip archive by the program that the image has for it. */
async function unpack(archive: string, directory: string, root: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await execa(join(root, "bin/busybox"), ["unzip", "-q", archive, "-d", directory]);
  // Its example of a config, with demo users, and scripts that set them up.
  for (const name of ["config", "tools"]) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}
