/**
 * The programs of a cluster's node that Debian does not have, from the Go module proxy.
 */
import { symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureGo, type Go, goBuilt, goPins } from "../offline/go.ts";
import type { Report } from "../offline/steps.ts";

/** The newest Kubernetes whose kubelet still starts on a machine with cgroup v1. */
export const kubernetesVersion = "1.34.4";

/** CoreDNS, as Kubernetes' go.mod is independent of it. */
export const coreDnsVersion = "1.14.7";

/** The image that the cluster's DNS runs from; it travels inside the node's. */
export const coreDnsImage = `temporal-platform/coredns:${coreDnsVersion}`;

/** Directory of a program's Go module. */
export function moduleOf(program: "kubernetes" | "coredns"): string {
  return fileURLToPath(new URL(`../offline/go/${program}/`, import.meta.url));
}

/** Sources of the modules, beside go.mod and go.sum. */
const sources = { kubernetes: ["main.go", "volumes.go"], coredns: ["main.go"] } as const;

/**
 * All of Kubernetes and etcd as one program, built once; takes some ten minutes of a processor the first time. A link named kubectl stands
 * beside it.
 */
export async function kubernetesProgram(cacheDir: string, report: Report): Promise<string> {
  const go = await ensureGo(cacheDir, report);
  const [major = "", minor = ""] = kubernetesVersion.split(".");
  const values = {
    gitVersion: `v${kubernetesVersion}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
  };
  const ldflags = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap(
    (path) => Object.entries(values).map(([key, value]) => `-X ${path}.${key}=${value}`),
  );
  const program = await built("kubernetes", kubernetesVersion, go, cacheDir, report, ldflags);
  await linkKubectl(program);
  return program;
}

/** CoreDNS, built once. */
export async function coreDnsProgram(cacheDir: string, report: Report): Promise<string> {
  const go = await ensureGo(cacheDir, report);
  return built("coredns", coreDnsVersion, go, cacheDir, report);
}

/** Path of the program in the cache, there or not. */
export async function programPath(
  program: keyof typeof sources,
  version: string,
  go: Go,
  cacheDir: string,
): Promise<string> {
  const pins = await goPins(go, moduleOf(program), sources[program]);
  return join(cacheDir, "programs", `${program}-${version}-${pins}`, program);
}

async function built(
  program: keyof typeof sources,
  version: string,
  go: Go,
  cacheDir: string,
  report: Report,
  ldflags: readonly string[] = [],
): Promise<string> {
  const output = await programPath(program, version, go, cacheDir);
  const made = { moduleDir: moduleOf(program), package: ".", output, ldflags: ldflags.join(" ") };
  return goBuilt(`compile ${program} ${version}`, go, made, report);
}

async function linkKubectl(program: string): Promise<void> {
  try {
    await symlink("kubernetes", join(dirname(program), "kubectl"));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
