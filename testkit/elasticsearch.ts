/**
 * An Elasticsearch 7 that somebody else runs: a container on the host's bridge, reached by the host's address as a server beside the cluster is. Its
 * image is made of package registries, for tests alone. These have no x-pack, so that it knows no users and no passwords.
 */
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type Docker from "dockerode";
import { writeArchive } from "../offline/images/archive.ts";
import { imageSize, loadImage } from "../offline/images/engine.ts";
import { describeModule, javaRoot, nettyPolicy, placedJars } from "../offline/images/java.ts";
import { hashOfRecipes } from "../offline/images/recipes.ts";
import { pathsOf } from "../offline/paths.ts";
import { stackLabel } from "../platform/labels.ts";
import { hostAddress } from "./external-postgres.ts";
import { removeLeftOvers, testStackName } from "./leftovers.ts";
import { freePort } from "./stack.ts";
import { until } from "./test-namespace.ts";

const version = "7.17.29";
const reference = `temporal-platform-test/elasticsearch:${version}`;
const home = "usr/share/elasticsearch";
const port = 9200;
const user = { uid: 1000, gid: 1000 } as const;

/** The modules that Temporal needs. */
const modules = [
  { name: "mapper-extras", classname: "org.elasticsearch.index.mapper.MapperExtrasPlugin" },
  { name: "reindex", classname: "org.elasticsearch.reindex.ReindexPlugin" },
  {
    name: "transport-netty4",
    classname: "org.elasticsearch.transport.Netty4Plugin",
    policy: nettyPolicy,
  },
] as const;

const settings = `cluster.name: test
node.name: test
discovery.type: single-node
path.data: /tmp/data
path.logs: /tmp/logs
http.host: 0.0.0.0
transport.host: _local_
node.store.allow_mmap: false
`;

const logging = `appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`;

/** It takes what it is given from the arguments, so that the image has no config. */
const start = `set -e
export LIBFFI_TMPDIR=/tmp/tmp
mkdir -p /tmp/config /tmp/data /tmp/tmp
printf '%s' "$1" > /tmp/config/elasticsearch.yml
printf '%s' "$2" > /tmp/config/log4j2.properties
exec /${home}/jdk/bin/java -Xms512m -Xmx512m -Xss1m -Djava.io.tmpdir=/tmp/tmp -Djna.tmpdir=/tmp/tmp \\
  -Djava.security.manager=allow -Djava.locale.providers=SPI,COMPAT --add-opens=java.base/java.io=ALL-UNNAMED \\
  -Dio.netty.noUnsafe=true -Dio.netty.noKeySetOptimization=true -Dio.netty.allocator.numDirectArenas=0 \\
  -Dlog4j.shutdownHookEnabled=false -Dlog4j2.disable.jmx=true -Dlog4j2.formatMsgNoLookups=true \\
  -Des.path.home=/${home} -Des.path.conf=/tmp/config -Des.distribution.flavor=oss -Des.distribution.type=docker \\
  -Des.bundled_jdk=true -cp '/${home}/lib/*' org.elasticsearch.bootstrap.Elasticsearch
`;

/** See {@link startElasticsearch}. */
export interface Elasticsearch {
  /** Address as containers and the host see it. */
  readonly url: string;
  /** Ends it and starts it again with its data; waits until it answers. */
  restart(): Promise<void>;
  /** Removes it with its data. */
  dispose(): Promise<void>;
}

/** Starts it, after its image is made if there is none, and waits until it answers. */
export async function startElasticsearch(docker: Docker): Promise<Elasticsearch> {
  await ensureImage(docker);
  const label = testStackName();
  const host = await hostAddress(docker);
  const published = await freePort();
  const container = await docker.createContainer({
    name: label,
    Image: reference,
    Labels: { [stackLabel]: label },
    Entrypoint: ["/bin/sh", "-c", start, "sh"],
    Cmd: [settings, logging],
    ExposedPorts: { [`${port}/tcp`]: {} },
    HostConfig: {
      PortBindings: { [`${port}/tcp`]: [{ HostIp: host, HostPort: String(published) }] },
    },
  });
  await container.start();
  const url = `http://${host}:${published}`;
  const answers = (): Promise<boolean> =>
    until("Elasticsearch answers", async () => (await fetch(url)).ok);
  await answers();
  return {
    url,
    async restart() {
      await container.restart();
      await answers();
    },
    dispose: () => removeLeftOvers(docker, label),
  };
}

/** Makes the image as offline/images makes those of the catalogue. */
async function ensureImage(docker: Docker): Promise<void> {
  if ((await imageSize(docker, reference)) !== undefined) return;
  const { cache: cacheDir } = pathsOf(process.env);
  const archive = join(cacheDir, "images", `elasticsearch-${process.pid}.tar`);
  const workDir = `${archive}.work`;
  try {
    const report = console.log;
    const { directory: root, java } = await javaRoot(cacheDir, await hashOfRecipes(), report);
    const pinned = fileURLToPath(new URL("elasticsearch/", import.meta.url));
    await placedJars("elasticsearch", pinned, home, { cacheDir, workDir, report });
    const directory = join(workDir, home);
    for (const module of modules) {
      const described = { description: module.name, ...module };
      const place = join(directory, "modules", module.name);
      await describeModule(described, place, { name: "elasticsearch", version });
    }
    // It makes them itself where they are missing, which it may not do here.
    for (const name of ["bin", "plugins"]) await mkdir(join(directory, name));
    await symlink(java, join(directory, "jdk"));
    await writeArchive(archive, reference, [{ directory: root }, { directory: workDir }], {
      User: `${user.uid}:${user.gid}`,
      Env: ["PATH=/usr/bin:/bin"],
      Labels: { "org.opencontainers.image.version": version },
    });
    await loadImage(docker, archive);
  } finally {
    await rm(archive, { force: true });
    await rm(workDir, { recursive: true, force: true });
  }
}
