/**
 * What OpenSearch and Elasticsearch 7 are made from: Debian's Java, jars of Maven Central, and modules, which Maven Central has without the files that
 * say what they are.
 */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { artifactsOf, mavenArtifacts } from "../maven.ts";
import type { Report } from "../steps.ts";
import { placed } from "./programs.ts";
import { debianRoot } from "./root.ts";

/** What Debian's packages bring along and Java without a screen does not need. */
const needless = [
  "usr/lib/debug",
  "usr/share/fonts",
  "usr/share/fontconfig",
  "usr/share/alsa",
  "usr/share/java",
  "usr/share/X11",
  "usr/share/bash-completion",
];

/** A root file system with Java and curl. */
export interface JavaRoot {
  readonly directory: string;
  /** Path of Java inside; its name has the architecture. */
  readonly java: string;
}

/** A root file system with Java and curl, made once. */
export async function javaRoot(
  cacheDir: string,
  recipeHash: string,
  report: Report,
): Promise<JavaRoot> {
  const path = join(cacheDir, "roots", `java-${recipeHash}`);
  const packages = ["curl", "openjdk-17-jre-headless"];
  const directory = await debianRoot(path, packages, needless, report);
  const machines = "usr/lib/jvm";
  const name = (await readdir(join(directory, machines))).find((one) => one.startsWith("java-17-"));
  if (name === undefined) throw new Error(`Debian's package of Java has nothing in /${machines}`);
  return { directory, java: `/${machines}/${name}` };
}

/**
 * Puts a program's jars at their places in a directory that is made anew.
 *
 * @param pinned Directory with the program's `pom.xml` and `artifacts.sha256`.
 * @param home Where the program is in the image.
 * @returns The directory that has all its artifacts side by side.
 */
export async function placedJars(
  name: string,
  pinned: string,
  home: string,
  {
    cacheDir,
    workDir,
    report,
  }: {
    readonly cacheDir: string;
    readonly workDir: string;
    readonly report: Report;
  },
): Promise<string> {
  const artifacts = await mavenArtifacts(name, pinned, cacheDir, report);
  const jars = (await artifactsOf(pinned)).filter(({ path }) => path.endsWith(".jar"));
  const places = jars.map(({ path }) => [join(artifacts, basename(path)), `${home}/${path}`]);
  await placed(workDir, Object.fromEntries(places) as Record<string, string>, [`${home}/data`]);
  return artifacts;
}

/** A module. */
export interface JavaModule {
  readonly name: string;
  readonly description: string;
  readonly classname: string;
  /** What its code may do (docs.oracle.com, "Default Policy Implementation and Policy File Syntax"); nothing by default. */
  readonly policy?: string;
}

/**
 * What Netty's module may do. Without getClassLoader its threads do not end by themselves, and the server waits for them when it is asked to stop: 51
 * seconds instead of one.
 */
export const nettyPolicy = `grant {
  permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read";
  permission java.net.SocketPermission "*", "accept,connect";
  permission java.lang.RuntimePermission "setContextClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
  permission java.util.PropertyPermission "*", "read,write";
};
`;

/**
 * Writes the files that describe a module.
 *
 * @param directory The module's own; it need not be there.
 */
export async function describeModule(
  { name, description, classname, policy }: JavaModule,
  directory: string,
  server: { readonly name: "opensearch" | "elasticsearch"; readonly version: string },
): Promise<void> {
  const properties = {
    ...{ name, description, classname, version: server.version, "java.version": "11" },
    ...{ [`${server.name}.version`]: server.version, "has.native.controller": "false" },
  };
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "plugin-descriptor.properties"), lines.join(""));
  if (policy !== undefined) await writeFile(join(directory, "plugin-security.policy"), policy);
}
