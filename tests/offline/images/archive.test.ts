import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract, type Header } from "tar-stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ImageConfig, type Layer, writeArchive } from "../../../offline/images/archive.ts";

const config: ImageConfig = {
  User: "1000:1000",
  Env: ["PATH=/bin"],
  Labels: { "org.opencontainers.image.version": "1.2.3" },
};

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "images-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** A root file system with one of each kind; made in another order each time it is asked for another name. */
async function root(name: string): Promise<string> {
  const path = join(directory, name);
  await mkdir(join(path, "bin"), { recursive: true });
  await mkdir(join(path, "data"));
  const files = ["bin/program", "etc", "a"];
  for (const file of name === "first" ? files : files.toReversed()) {
    await writeFile(join(path, file), `content of ${file}`);
    await chmod(join(path, file), 0o644);
  }
  await chmod(join(path, "bin/program"), 0o755);
  await symlink("program", join(path, "bin/alias"));
  await chmod(join(path, "data"), 0o1777);
  return path;
}

interface Entry {
  readonly header: Header;
  readonly content: Buffer;
}

async function entriesOf(archive: Readable): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of archive.pipe(extract())) {
    entries.set(entry.header.name, { header: entry.header, content: await buffer(entry) });
  }
  return entries;
}

async function write(
  name: string,
  layers: readonly Layer[],
): Promise<{ id: string; path: string }> {
  const path = join(directory, name);
  return { path, id: await writeArchive(path, "some/image:1.2.3", layers, config, "amd64") };
}

function parsed(entries: ReadonlyMap<string, Entry>, name: string): unknown {
  return JSON.parse(entries.get(name)?.content.toString() ?? "null");
}

describe("an archive", () => {
  test("is the same, byte by byte, of the same files", async () => {
    const one = await write("one.tar", [{ directory: await root("first") }]);
    const two = await write("two.tar", [{ directory: await root("second") }]);
    expect(two.id).toBe(one.id);
    expect(await readFile(two.path)).toEqual(await readFile(one.path));
  });

  test("names its image, config and layers as docker load wants them", async () => {
    const { id, path } = await write("image.tar", [{ directory: await root("first") }]);
    const entries = await entriesOf(createReadStream(path));
    const layer = [...entries.keys()].find((name) => name.endsWith("/layer.tar")) ?? "";
    const digest = layer.replace("/layer.tar", "");

    expect(parsed(entries, "manifest.json")).toEqual([
      { Config: `${id}.json`, RepoTags: ["some/image:1.2.3"], Layers: [layer] },
    ]);
    expect(parsed(entries, `${id}.json`)).toMatchObject({
      architecture: "amd64",
      os: "linux",
      config,
      rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
    });
    expect(await readdir(directory)).toEqual(["first", "image.tar"]);
  });

  test("keeps modes and links, and gives owners to the paths that are named", async () => {
    const owners = { data: { uid: 999, gid: 998 } };
    const { path } = await write("image.tar", [{ directory: await root("first"), owners }]);
    const archive = await entriesOf(createReadStream(path));
    const layer = [...archive].find(([name]) => name.endsWith("/layer.tar"))?.[1].content;
    const entries = await entriesOf(Readable.from([layer ?? Buffer.alloc(0)]));

    const described = [...entries].map(([name, { header, content }]) => [
      name.replace(/\/$/, ""),
      header.type,
      header.mode.toString(8),
      `${header.uid}:${header.gid}`,
      header.type === "symlink" ? header.linkname : content.toString(),
    ]);
    expect(described).toEqual([
      ["a", "file", "644", "0:0", "content of a"],
      ["bin", "directory", "755", "0:0", ""],
      ["bin/alias", "symlink", "777", "0:0", "program"],
      ["bin/program", "file", "755", "0:0", "content of bin/program"],
      ["data", "directory", "1777", "999:998", ""],
      ["etc", "file", "644", "0:0", "content of etc"],
    ]);
    const times = [...entries.values()].map(({ header }) => header.mtime.getTime());
    expect(new Set(times)).toEqual(new Set([0]));
  });
});
