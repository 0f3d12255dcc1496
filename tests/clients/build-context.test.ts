import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { extract } from "tar-stream";
import { beforeEach, describe, expect, it } from "vitest";
import { contextArchive, contextDigest } from "../../clients/build-context.ts";

let directory: string;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "context-"));
  directory = made;
  write("Dockerfile", "FROM scratch");
  return () => {
    rmSync(made, { recursive: true });
  };
});

function write(path: string, content = path): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), content);
}

/** What is in the archive: names, and the contents of files. */
async function archived(): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const archive = contextArchive(directory).pipe(extract());
  for await (const entry of archive) {
    const content = await buffer(entry);
    const { name, type, linkname } = entry.header;
    found[name] =
      type === "symlink" ? `link to ${linkname}` : `${type} ${content.toString("utf8")}`;
  }
  return found;
}

describe("what an engine gets of a directory", () => {
  it("is its files, directories and links", async () => {
    write("src/a.ts", "a");
    mkdirSync(join(directory, "empty"));
    symlinkSync("src/a.ts", join(directory, "link"));
    expect(await archived()).toEqual({
      Dockerfile: "file FROM scratch",
      empty: "directory ",
      link: "link to src/a.ts",
      src: "directory ",
      "src/a.ts": "file a",
    });
  });

  it.each<[lines: string, wanted: string[]]>([
    ["node_modules", ["src", "src/a.ts", "src/b.test.ts", "notes.md"]],
    ["/src", ["node_modules", "node_modules/x.ts", "notes.md"]],
    ["**/*.ts", ["node_modules", "src", "notes.md"]],
    ["*.ts", ["node_modules", "node_modules/x.ts", "src", "src/a.ts", "src/b.test.ts", "notes.md"]],
    ["src/?.ts\n# *.md\nnode_modules/", ["src", "src/b.test.ts", "notes.md"]],
    ["*\n!src/a.ts", ["src/a.ts"]],
    ["src/*\n!src/a.ts\nnode_modules\n*.md", ["src", "src/a.ts"]],
  ])("is without what .dockerignore says: %j", async (lines, wanted) => {
    for (const path of ["src/a.ts", "src/b.test.ts", "node_modules/x.ts", "notes.md"]) write(path);
    write(".dockerignore", lines);
    const found = Object.keys(await archived());
    expect(found.sort()).toEqual([".dockerignore", "Dockerfile", ...wanted].sort());
  });
});

describe("the digest of a directory", () => {
  it("is the same for the same content, whenever it was written and whoever may read it", () => {
    const before = contextDigest(directory);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    utimesSync(join(directory, "Dockerfile"), 1, 1);
    chmodSync(join(directory, "Dockerfile"), 0o600);
    expect(contextDigest(directory)).toBe(before);
  });

  it.each<[what: string, change: () => void]>([
    [
      "another content",
      () => {
        write("Dockerfile", "FROM other");
      },
    ],
    [
      "another file",
      () => {
        write("a");
      },
    ],
    [
      "another name",
      () => {
        write("b", "a");
      },
    ],
    [
      "a file that may be run",
      () => {
        chmodSync(join(directory, "Dockerfile"), 0o755);
      },
    ],
  ])("is another one with %s", (_what, change) => {
    const before = contextDigest(directory);
    change();
    expect(contextDigest(directory)).not.toBe(before);
  });

  it("does not mind what is ignored", () => {
    write(".dockerignore", "ignored");
    const before = contextDigest(directory);
    write("ignored/a");
    expect(contextDigest(directory)).toBe(before);
  });
});
