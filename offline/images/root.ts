/**
 * Root file systems from Debian's packages.
 */
import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { installPackages } from "../apt.ts";
import { makeOnce } from "../once.ts";
import { type Report, step } from "../steps.ts";

/** The release whose packages are taken; its PostgreSQL is the catalogue's. */
const suite = "bookworm";

/** What every image has: a C library, a shell with the common tools, certificates, time zones. */
const common = ["base-files", "busybox-static", "ca-certificates", "libc6", "tzdata"];

/** Documentation and translations that no container reads. */
const needless = [
  "usr/share/doc",
  "usr/share/man",
  "usr/share/locale",
  "usr/share/info",
  "usr/share/lintian",
];

/** Accounts of the images' programs; the ids are those of the official images. */
const accounts = [
  ["root", 0, "/root"],
  ["postgres", 999, "/var/lib/postgresql"],
  ["temporal", 1000, "/tmp"],
  ["ui", 5000, "/tmp"],
  ["haproxy", 99, "/tmp"],
] as const;

/**
 * A root file system with some packages, made once.
 *
 * @param directory Where; its name must tell what it is made from.
 * @param packages Packages besides the common ones.
 * @param remove Paths of what the packages bring along in vain.
 * @throws UserError when mmdebstrap is missing and cannot be installed here; mmdebstrap's own when Debian's packages cannot be fetched.
 */
export async function debianRoot(
  directory: string,
  packages: readonly string[],
  remove: readonly string[],
  report: Report,
): Promise<string> {
  if (existsSync(directory)) return directory;
  const wanted = [...common, ...packages];
  const make = async (): Promise<string> => {
    await ensureMmdebstrap();
    return makeOnce(directory, (fresh) => makeRoot(fresh, wanted, remove));
  };
  return step(`unpack Debian packages ${wanted.join(", ")}`, make, report);
}

async function ensureMmdebstrap(): Promise<void> {
  const { failed } = await execa("mmdebstrap", ["--version"], { reject: false });
  if (!failed) return;
  // Ubuntu has Debian's keys in a package of their own.
  const packages = ["mmdebstrap", "debian-archive-keyring"];
  await installPackages(packages, "building images from Debian's packages");
}

async function makeRoot(
  root: string,
  packages: readonly string[],
  remove: readonly string[],
): Promise<void> {
  const include = `--include=${packages.join(",")}`;
  await execa("mmdebstrap", ["--quiet", "--variant=extract", include, suite, root]);
  for (const path of [...needless, ...remove]) {
    await rm(join(root, path), { recursive: true, force: true });
  }
  // An engine mounts its own over it.
  await rm(join(root, "dev"), { recursive: true, force: true });
  await mkdir(join(root, "dev"));
  await linkTools(root);
  await bundleCertificates(root);
  await writeAccounts(root);
}

/** The packages are unpacked, not configured: what their scripts would have made is made here. */
async function bundleCertificates(root: string): Promise<void> {
  const source = join(root, "usr/share/ca-certificates/mozilla");
  const bundle = join(root, "etc/ssl/certs/ca-certificates.crt");
  await mkdir(join(root, "etc/ssl/certs"), { recursive: true });
  await writeFile(bundle, "");
  for (const name of (await readdir(source)).sort()) {
    await appendFile(bundle, await readFile(join(source, name)));
  }
}

async function linkTools(root: string): Promise<void> {
  const { stdout } = await execa(join(root, "bin/busybox"), ["--list"]);
  for (const tool of stdout.split("\n")) {
    const taken = ["bin", "usr/bin", "sbin", "usr/sbin"].some((directory) =>
      existsSync(join(root, directory, tool)),
    );
    if (!taken) await symlink("busybox", join(root, "bin", tool));
  }
}

async function writeAccounts(root: string): Promise<void> {
  const users = accounts.map(([name, id, home]) => `${name}:x:${id}:${id}::${home}:/bin/sh\n`);
  const groups = accounts.map(([name, id]) => `${name}:x:${id}:\n`);
  await writeFile(join(root, "etc/passwd"), users.join(""));
  await writeFile(join(root, "etc/group"), groups.join(""));
}
