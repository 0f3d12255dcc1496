/**
 * The directory of which a Docker engine builds an image: which of its files the engine gets, and a digest of them.
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";

/** Files that the engine itself reads, whatever is ignored. */
const always: readonly string[] = ["Dockerfile", ".dockerignore"];

/** Something in a directory; the content of a link is what it leads to. */
interface Entry {
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink";
  /** Whether it may be run; everything else of its rights depends on the machine. */
  readonly executable: boolean;
}

/** Characters of a digest; as many as distinguish the contents of one directory. */
const digestLength = 16;

/** A digest of what the engine would get, as hexadecimal digits: the same for the same content, wherever and whenever. */
export function contextDigest(directory: string): string {
  const hash = createHash("sha256");
  for (const entry of entriesOf(directory)) {
    const content = contentOf(directory, entry);
    hash.update(JSON.stringify([entry, content.length])).update(content);
  }
  return hash.digest("hex").slice(0, digestLength);
}

/** What the engine gets, as a tar archive. */
export function contextArchive(directory: string): Readable {
  const archive = pack();
  for (const entry of entriesOf(directory)) {
    const { path: name, kind: type, executable } = entry;
    const content = contentOf(directory, entry);
    const header = { name, mode: executable ? 0o755 : 0o644, mtime: new Date(0) };
    if (type === "file") archive.entry({ ...header, type }, content);
    else if (type === "symlink") {
      archive.entry({ ...header, type, linkname: content.toString("utf8") });
    } else archive.entry({ ...header, type });
  }
  archive.finalize();
  return Readable.from(archive);
}

function contentOf(directory: string, { path, kind }: Entry): Buffer {
  const file = join(directory, path);
  switch (kind) {
    case "file":
      return readFileSync(file);
    case "symlink":
      return Buffer.from(readlinkSync(file));
    case "directory":
      return Buffer.alloc(0);
  }
}

function entriesOf(directory: string): readonly Entry[] {
  const ignored = ignoredIn(directory);
  const below = (parent: string): Entry[] =>
    readdirSync(join(directory, parent))
      .sort()
      .flatMap((name): Entry[] => {
        const path = parent === "" ? name : `${parent}/${name}`;
        const status = lstatSync(join(directory, path));
        const kind = status.isSymbolicLink()
          ? "symlink"
          : status.isDirectory()
            ? "directory"
            : "file";
        const executable = kind === "directory" || (status.mode & 0o100) !== 0;
        const wanted = always.includes(path) || !ignored.has(path);
        const own: readonly Entry[] = wanted ? [{ path, kind, executable }] : [];
        // What is below an ignored directory may be wanted all the same.
        const open = kind === "directory" && (wanted || ignored.hasExceptions);
        return open ? [...own, ...below(path)] : [...own];
      });
  return below("");
}

/** What a `.dockerignore` leaves out (docs.docker.com, "Build context", ".dockerignore files"). */
interface Ignored {
  has(path: string): boolean;
  /** Whether something is taken back that an earlier line leaves out. */
  readonly hasExceptions: boolean;
}

function ignoredIn(directory: string): Ignored {
  const file = join(directory, ".dockerignore");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const rules = lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const wanted = line.startsWith("!");
      return { wanted, pattern: patternOf(wanted ? line.slice(1) : line) };
    });
  return {
    // The last line that fits decides.
    has: (path) => rules.findLast(({ pattern }) => pattern.test(path))?.wanted === false,
    hasExceptions: rules.some(({ wanted }) => wanted),
  };
}

/** A pattern with `*`, `?` and `**` as an expression, which what lies below fits as well. */
function patternOf(glob: string): RegExp {
  const clean = glob
    .trim()
    .replace(/^(\.?\/)+/, "")
    .replace(/\/+$/, "");
  const source = clean.replaceAll(/\*\*\/|\*\*|\*|\?|[.+^${}()|\\]/g, (found) => {
    switch (found) {
      case "**/":
        return "(?:.*/)?";
      case "**":
        return ".*";
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      default:
        return `\\${found}`;
    }
  });
  return new RegExp(`^${source}(?:/.*)?$`);
}
