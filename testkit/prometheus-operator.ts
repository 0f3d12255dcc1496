/**
 * A Prometheus operator, and the Prometheus that it runs: the real ones, built from their Go modules (testkit/prometheus-operator/). The kinds of
 * objects and the rights are those of the operator's own release.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { load } from "js-yaml";
import { z } from "zod";
import { ensureGo, type Go, goBuilt, goPins } from "../offline/go.ts";
import { writeArchive } from "../offline/images/archive.ts";
import { imageSize, loadImage } from "../offline/images/engine.ts";
import { placed } from "../offline/images/programs.ts";
import { pathsOf } from "../offline/paths.ts";
import { devClusterOfTest, imagesInCluster } from "./images.ts";
import type { TestCluster } from "./test-cluster.ts";

const moduleDir = join(import.meta.dirname, "prometheus-operator");
const operatorModule = "github.com/prometheus-operator/prometheus-operator";
const prometheusModule = "github.com/prometheus/prometheus";

/** What is compiled, by the program's name; each is in `/bin` of the official images as well. */
const programs = {
  operator: { module: operatorModule, path: "cmd/operator" },
  "prometheus-config-reloader": {
    module: operatorModule,
    path: "cmd/prometheus-config-reloader",
  },
  prometheus: {
    module: prometheusModule,
    path: "cmd/prometheus",
    // Those of clouds are most of the program, and none of them is asked here.
    tags: "remove_all_sd,enable_kubernetes_sd",
  },
} as const;

/** A kind of objects, as the operator's release describes it. */
const kind = z.looseObject({
  apiVersion: z.string(),
  kind: z.literal("CustomResourceDefinition"),
  metadata: z.looseObject({ name: z.string() }),
});

/** See {@link kind}. */
export type ObjectKind = z.infer<typeof kind>;

/** A release of the operator, and the Prometheus that it is built with. */
export interface OperatorRelease {
  /** Of the operator, such as `0.95.2`. */
  readonly version: string;
  /** Of Prometheus, such as `3.13.1`. */
  readonly prometheusVersion: string;
  /** References of the images as the cluster has them. */
  readonly images: Readonly<Record<"operator" | "reloader" | "prometheus", string>>;
  /** The kinds of objects of the API group monitoring.coreos.com. */
  readonly kinds: readonly ObjectKind[];
  /** The rules of the operator's ClusterRole. */
  readonly rights: readonly object[];
}

/**
 * Sees to it that a cluster can run the operator: a dev cluster gets an image that is built here, another one pulls the official ones. The first build
 * takes minutes.
 */
export async function operatorRelease(cluster: TestCluster): Promise<OperatorRelease> {
  const { cache: cacheDir } = pathsOf(process.env);
  const go = await ensureGo(cacheDir, console.log);
  const operator = await moduleOf(go, operatorModule);
  const prometheus = await moduleOf(go, prometheusModule);
  const version = operator.version.replace(/^v/, "");
  const prometheusVersion = releaseOf(prometheus.version);
  const versions = { version, prometheusVersion };
  const images =
    devClusterOfTest(cluster) === undefined
      ? officialImages(versions)
      : await builtImages(cluster, cacheDir, go, versions);
  const examples = join(operator.directory, "example");
  return {
    ...versions,
    images,
    kinds: await kindsIn(join(examples, "prometheus-operator-crd")),
    rights: await rightsIn(join(examples, "rbac", "prometheus-operator")),
  };
}

/** Versions of both programs. */
type Versions = Pick<OperatorRelease, "version" | "prometheusVersion">;

function officialImages({ version, prometheusVersion }: Versions): OperatorRelease["images"] {
  const operators = "quay.io/prometheus-operator";
  return {
    operator: `${operators}/prometheus-operator:v${version}`,
    reloader: `${operators}/prometheus-config-reloader:v${version}`,
    prometheus: `quay.io/prometheus/prometheus:v${prometheusVersion}`,
  };
}

/** One image with all programs and nothing else. */
async function builtImages(
  cluster: TestCluster,
  cacheDir: string,
  go: Go,
  { version, prometheusVersion }: Versions,
): Promise<OperatorRelease["images"]> {
  const pins = await goPins(go, moduleDir);
  const reference = `temporal-platform-test/prometheus-operator:${version}-${pins}`;
  const docker = new Docker();
  if ((await imageSize(docker, reference)) === undefined) {
    const places: Record<string, string> = {};
    for (const [name, { module, path, ...more }] of Object.entries(programs)) {
      const its = module === operatorModule ? version : prometheusVersion;
      const built = await goBuilt(
        `compile ${name} ${its}`,
        go,
        {
          moduleDir,
          package: `${module}/${path}`,
          output: join(cacheDir, "programs", `prometheus-operator-${version}-${pins}`, name),
          ldflags: `-X github.com/prometheus/common/version.Version=${its}`,
          ...more,
        },
        console.log,
      );
      places[built] = `bin/${name}`;
    }
    await makeImage(docker, reference, places, join(cacheDir, "images"));
  }
  await imagesInCluster(cluster, [reference]);
  return { operator: reference, reloader: reference, prometheus: reference };
}

async function makeImage(
  docker: Docker,
  reference: string,
  places: Readonly<Record<string, string>>,
  directory: string,
): Promise<void> {
  const archive = join(directory, `prometheus-operator-${process.pid}.tar`);
  const workDir = `${archive}.work`;
  try {
    const layer = await placed(workDir, places);
    await writeArchive(archive, reference, [{ directory: layer }], {
      User: "65534:65534",
      Env: ["PATH=/bin"],
      Labels: { "temporal-platform/built-from": "package registries" },
    });
    await loadImage(docker, archive);
  } finally {
    await rm(archive, { force: true });
    await rm(workDir, { recursive: true, force: true });
  }
}

/** A module in the version that go.mod names, unpacked. */
async function moduleOf(
  go: Go,
  name: string,
): Promise<{ readonly version: string; readonly directory: string }> {
  const args = ["mod", "download", "-json", name];
  const { stdout } = await execa(go.command, args, { cwd: moduleDir, env: go.env });
  const answer = z.object({ Version: z.string(), Dir: z.string() }).parse(JSON.parse(stdout));
  return { version: answer.Version, directory: answer.Dir };
}

/** The release that a version of Prometheus's Go module is: 3.5.1 for v0.305.1 (its RELEASE.md, "go module version"). */
function releaseOf(moduleVersion: string): string {
  const [, minor, patch] = /^v0\.3(\d\d)\.(\d+)$/.exec(moduleVersion) ?? [];
  if (minor === undefined || patch === undefined) {
    throw new Error(`${moduleVersion} is no version of series 3 of Prometheus's module`);
  }
  return `3.${Number(minor)}.${patch}`;
}

async function kindsIn(directory: string): Promise<readonly ObjectKind[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".yaml"));
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
  return texts.map((text) => kind.parse(load(text)));
}

async function rightsIn(directory: string): Promise<readonly object[]> {
  const text = await readFile(join(directory, "prometheus-operator-cluster-role.yaml"), "utf8");
  return z.object({ rules: z.array(z.looseObject({})) }).parse(load(text)).rules;
}
