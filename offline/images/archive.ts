/**
 * Writes images as `docker load` takes them, without an engine to build them: layers, a config, a manifest (Docker Image Specification
 * v1.2). The same files make the same image, byte by byte.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { arch } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Header, pack, type Pack } from "tar-stream";
import type { ContainerUser } from "../../platform/images.ts";

/** A directory that becomes a layer. */
export interface Layer {
  readonly directory: string;
  /** Owners of paths, such as `var/lib/postgresql/data`; everything else is root's. */
  readonly owners?: Readonly<Record<string, ContainerUser>>;
}

/** The part of an image's config that we set. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly WorkingDir?: string;
  /** Signal by which engines end a container; SIGTERM when left out. */
  readonly StopSignal?: string;
  readonly Cmd?: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

/** This machine's architecture, as Go and images name it. */
export const architecture = arch() === "x64" ? "amd64" : arch();

const epoch = "1970-01-01T00:00:00Z";

/**
 * Writes an archive.
 *
 * @param platform The architecture that the image is for; this machine's by default.
 * @returns The image's id.
 */
export async function writeArchive(
  output: string,
  reference: string,
  layers: readonly Layer[],
  config: ImageConfig,
  platform = architecture,
): Promise<string> {
  const files: { path: string; digest: string }[] = [];
  for (const [index, layer] of layers.entries()) {
    const path = `${output}.layer${index}`;
    files.push({ path, digest: await writeLayer(layer, path) });
  }
  const description = Buffer.from(
    JSON.stringify({
      architecture: platform,
      os: "linux",
      created: epoch,
      config,
      rootfs: { type: "layers", diff_ids: files.map(({ digest }) => `sha256:${digest}`) },
      history: files.map(() => ({ created: epoch, created_by: "temporal-platform" })),
    }),
  );
  const id = createHash("sha256").update(description).digest("hex");
  const manifest = [
    {
      Config: `${id}.json`,
      RepoTags: [reference],
      Layers: files.map(({ digest }) => `${digest}/layer.tar`),
    },
  ];

  const tar = pack();
  const written = pipeline(tar, createWriteStream(output));
  await entry(tar, { name: `${id}.json` }, description);
  await entry(tar, { name: "manifest.json" }, Buffer.from(JSON.stringify(manifest)));
  for (const { path, digest } of files) {
    const { size } = await stat(path);
    await pipeline(
      createReadStream(path),
      tar.entry({ name: `${digest}/layer.tar`, size, mtime: new Date(0) }),
    );
  }
  tar.finalize();
  await written;
  await Promise.all(files.map(({ path }) => rm(path)));
  return id;
}

/** Writes a directory as a layer; returns its SHA-256. */
async function writeLayer({ directory, owners = {} }: Layer, output: string): Promise<string> {
  const tar = pack();
  const digest = createHash("sha256");
  tar.on("data", (chunk) => digest.update(chunk as Buffer));
  const written = pipeline(tar, createWriteStream(output));
  await addDirectory(tar, directory, "", owners);
  tar.finalize();
  await written;
  return digest.digest("hex");
}

async function addDirectory(
  tar: Pack,
  root: string,
  inside: string,
  owners: NonNullable<Layer["owners"]>,
): Promise<void> {
  const names = (await readdir(join(root, inside))).sort();
  for (const name of names) {
    const path = join(inside, name);
    const full = join(root, path);
    const status = await lstat(full);
    const owner = owners[path] ?? { uid: 0, gid: 0 };
    const header = { name: path, mode: status.mode & 0o7777, ...owner };
    if (status.isSymbolicLink()) {
      await entry(tar, { ...header, type: "symlink", linkname: await readlink(full) });
    } else if (status.isDirectory()) {
      await entry(tar, { ...header, type: "directory" });
      await addDirectory(tar, root, path, owners);
    } else if (status.isFile()) {
      await entry(tar, header, await readFile(full));
    }
  }
}

function entry(
  tar: Pack,
  header: Partial<Header> & Pick<Header, "name">,
  content = Buffer.alloc(0),
): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ ...header, mtime: new Date(0) }, content, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
