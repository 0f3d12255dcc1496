/**
 * The image of a cluster's node: Debian's containerd, and Kubernetes and CoreDNS as Go builds them.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { type ImageConfig, writeArchive } from "../offline/images/archive.ts";
import { imageSize, loadImage } from "../offline/images/engine.ts";
import { placed } from "../offline/images/programs.ts";
import { debianRoot } from "../offline/images/root.ts";
import { makeOnce } from "../offline/once.ts";
import { present, type Report, step } from "../offline/steps.ts";
import {
  coreDnsImage,
  coreDnsProgram,
  kubernetesProgram,
  kubernetesVersion,
  moduleOf,
} from "./programs.ts";

/** The image of the process that holds a pod together; containerd.toml names it. */
const pauseImage = "temporal-platform/pause:1";

const packages = [
  "catatonit",
  "containerd",
  "containernetworking-plugins",
  "iproute2",
  "iptables",
  "mount",
  "runc",
  "util-linux",
];

/** Plugins of containernetworking-plugins that the node's network has no use for, each of some 4 MB; and containerd's for tests. */
const needless = [
  ..."bandwidth bridge dhcp dummy firewall host-device ipvlan macvlan sbr static tuning vlan vrf"
    .split(" ")
    .map((name) => `usr/lib/cni/${name}`),
  "usr/bin/containerd-stress",
  "usr/bin/containerd-shim",
  "usr/bin/containerd-shim-runc-v1",
];

const path = "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Sees that the engine has the node's image.
 *
 * @returns Its reference, which names all that it is made from.
 * @throws UserError when a tool for building is missing and cannot be installed here.
 */
export async function ensureNodeImage(
  engine: Docker,
  cacheDir: string,
  report: Report,
): Promise<string> {
  const hash = await hashOfNode();
  const reference = `temporal-platform/kubernetes-node:${kubernetesVersion}-${hash}`;
  if ((await imageSize(engine, reference)) !== undefined) {
    present(`image ${reference}`, report);
    return reference;
  }
  const archive = join(cacheDir, "images", `kubernetes-node-${kubernetesVersion}-${hash}.tar`);
  await step(
    existsSync(archive)
      ? `load image ${reference} from the cache`
      : `build image ${reference}; the first time this takes some ten minutes`,
    async () => {
      await makeOnce(archive, (fresh) =>
        buildNode(reference, fresh, hash, cacheDir, (line) => {
          report(`  ${line}`);
        }),
      );
      await loadImage(engine, archive);
    },
    report,
  );
  return reference;
}

async function buildNode(
  reference: string,
  archive: string,
  hash: string,
  cacheDir: string,
  report: Report,
): Promise<void> {
  const work = `${archive}.work`;
  const kubernetes = await kubernetesProgram(cacheDir, report);
  const coredns = await coreDnsProgram(cacheDir, report);
  const rootPath = join(cacheDir, "roots", `kubernetes-node-${hash}`);
  const root = await debianRoot(rootPath, packages, needless, report);
  // What is in an image must not depend on who builds it.
  const umask = process.umask(0o022);
  try {
    const images = join(work, "images");
    await mkdir(images, { recursive: true });
    await writeSmall(join(images, "coredns.tar"), coreDnsImage, work, coredns, "coredns");
    const init = join(root, "usr/bin/catatonit");
    await writeSmall(join(images, "pause.tar"), pauseImage, work, init, "pause", ["-P"]);

    const files = await placed(join(work, "node"), {
      [kubernetes]: "usr/local/bin/kubernetes",
      [coredns]: "usr/local/bin/coredns",
      [join(import.meta.dirname, "node", "start.sh")]: "usr/local/bin/start-node",
      [join(import.meta.dirname, "node", "containerd.toml")]: "etc/kubernetes/containerd.toml",
      [join(images, "coredns.tar")]: "usr/share/kubernetes/images/coredns.tar",
      [join(images, "pause.tar")]: "usr/share/kubernetes/images/pause.tar",
    });
    await symlink("kubernetes", join(files, "usr/local/bin/kubectl"));
    await writeArchive(archive, reference, [{ directory: root }, { directory: files }], {
      User: "0:0",
      Env: [path, "KUBECONFIG=/etc/kubernetes/super-admin.conf"],
      Cmd: ["catatonit", "--", "start-node"],
      Labels: {
        "org.opencontainers.image.title": "kubernetes-node",
        "org.opencontainers.image.version": kubernetesVersion,
        "temporal-platform/built-from": "package registries",
      },
    });
  } finally {
    process.umask(umask);
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes an image of one static program. */
async function writeSmall(
  archive: string,
  reference: string,
  work: string,
  program: string,
  name: string,
  args: readonly string[] = [],
): Promise<void> {
  const config: ImageConfig = { User: "0:0", Env: [path], Cmd: [`/${name}`, ...args], Labels: {} };
  const directory = await placed(join(work, name), { [program]: name });
  await writeArchive(archive, reference, [{ directory }], config);
}

/** A short hash of all that the image is made from. */
async function hashOfNode(): Promise<string> {
  const hash = createHash("sha256");
  const folders = [
    moduleOf("kubernetes"),
    moduleOf("coredns"),
    join(import.meta.dirname, "node"),
    join(import.meta.dirname, "../offline/images"),
  ];
  const files = [import.meta.filename, join(import.meta.dirname, "../offline/go.ts")];
  for (const folder of folders) {
    files.push(...(await readdir(folder)).sort().map((name) => join(folder, name)));
  }
  for (const file of files) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 8);
}
