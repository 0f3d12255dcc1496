import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { pathsOf } from "../../offline/paths.ts";
import { writeActivation } from "../../cli/pulumi/activation.ts";
import { childEnvironment, type Circumstances } from "../../cli/pulumi/environment.ts";
import { ensureLauncher, isLauncher, launcherDirectories } from "../../cli/pulumi/launcher.ts";

const repository = resolve(import.meta.dirname, "../..");
const root = realpathSync(mkdtempSync(join(tmpdir(), "it's a place-")));
const home = join(root, "home");
const checkout = join(root, "checkout");
const paths = pathsOf({ TEMPORAL_PLATFORM_HOME: home });
const pulumi = join(paths.pulumiBin, "pulumi");
const launcher = join(checkout, "cli", "bin", "pulumi");
const stackFile = join(checkout, "Pulumi.dev.yaml");
const committed = "# why\nconfig: {}\n";
const circumstances: Circumstances = {
  paths,
  cli: { path: pulumi, version: "3.259.0", own: true },
  state: { kind: "files", url: "file:///state" },
  dockerHost: "unix:///there/docker.sock",
};
const bare = { PATH: process.env["PATH"], HOME: root, TEMPORAL_PLATFORM_HOME: home };

/** Runs a shell script and gives the lines that it prints. */
function sh(script: string, cwd: string, environment = {}, shell = "sh"): string[] {
  const options = { cwd, env: { ...bare, ...environment }, encoding: "utf8" } as const;
  return execFileSync(shell, ["-c", script], options).trimEnd().split("\n");
}

beforeAll(async () => {
  mkdirSync(join(checkout, "components"), { recursive: true });
  for (const part of ["activate", "cli", "offline", "clients", "platform"]) {
    cpSync(join(repository, part), join(checkout, part), { recursive: true });
  }
  symlinkSync(join(repository, "node_modules"), join(checkout, "node_modules"));
  writeFileSync(stackFile, committed);
  mkdirSync(paths.pulumiBin, { recursive: true });
  // Tells what it has been given, salts every stack file as Pulumi does, and fails when it is told to.
  const program = `#!/bin/sh
printf '%s\\n' "backend \${PULUMI_BACKEND_URL:-}" "arguments $*"
for name in dev new; do echo "encryptionsalt: v1:abc" >> "\${TEMPORAL_PLATFORM_CHECKOUT:-.}/Pulumi.$name.yaml"; done
[ "$1" != fail ] || exit 3
`;
  writeFileSync(pulumi, program, { mode: 0o755 });
  await writeActivation(circumstances);
});

describe("the environment of what the commands run", () => {
  it("has the CLI and the checkout's Node first on PATH", () => {
    const { PATH } = childEnvironment(circumstances, { PATH: "/bin" });
    expect(PATH).toBe(`${paths.pulumiBin}:${repository}/node_modules/.bin:/bin`);
  });

  it("touches neither home nor passphrase nor backend of the user", () => {
    const environment = childEnvironment(
      {
        paths,
        cli: { path: "/usr/bin/pulumi", version: "3.300.0", own: false },
        state: { kind: "login", url: "s3://bucket" },
      },
      { PATH: "/usr/bin", PULUMI_CONFIG_PASSPHRASE: "" },
    );
    expect(environment).toEqual({
      NODE_COMPILE_CACHE: join(home, "cache", "node"),
      PATH: `${repository}/node_modules/.bin:/usr/bin`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
      TEMPORAL_PLATFORM_CHECKOUT: repository,
    });
  });

  it("keeps what Node has compiled where the user wants it", () => {
    const { NODE_COMPILE_CACHE } = childEnvironment(circumstances, { NODE_COMPILE_CACHE: "/mine" });
    expect(NODE_COMPILE_CACHE).toBe("/mine");
  });
});

describe.each(["sh", "bash"])("`. ./activate` in %s", (shell) => {
  const show = 'echo "$PULUMI_HOME|$PULUMI_BACKEND_URL|$DOCKER_HOST"; command -v pulumi';

  it("gives a shell what the commands have", () => {
    expect(sh(`. ./activate; ${show}`, checkout, {}, shell)).toEqual([
      `${paths.pulumiHome}|file:///state|unix:///there/docker.sock`,
      launcher,
    ]);
  });

  it("works from a folder below", () => {
    const below = join(checkout, "components");
    const script = `. ../activate; ${show}; echo "$TEMPORAL_PLATFORM_CHECKOUT"`;
    expect(sh(script, below, {}, shell).slice(1)).toEqual([launcher, checkout]);
  });

  it("leaves what the shell has", () => {
    const given = {
      PULUMI_BACKEND_URL: "s3://bucket",
      DOCKER_HOST: "ssh://there",
      PULUMI_CONFIG_PASSPHRASE: "",
    };
    const script = `. ./activate; ${show}; echo "\${PULUMI_CONFIG_PASSPHRASE_FILE-none}"`;
    expect(sh(script, checkout, given, shell)).toEqual([
      `${paths.pulumiHome}|s3://bucket|ssh://there`,
      launcher,
      "none",
    ]);
  });

  it("names the passphrase's file when the shell has no passphrase", () => {
    const script = '. ./activate; echo "$PULUMI_CONFIG_PASSPHRASE_FILE"';
    expect(sh(script, checkout, {}, shell)).toEqual([paths.passphrase]);
  });

  it("says what to do before the bootstrap, and does not end the shell", () => {
    const script = ". ./activate 2>&1; echo still here";
    expect(sh(script, checkout, { TEMPORAL_PLATFORM_HOME: root }, shell)).toEqual([
      "activate: run `npm run bootstrap` first",
      "still here",
    ]);
  });
});

describe("the launcher", () => {
  const bin = join(root, ".local", "bin");
  const search = `${bin}:${process.env["PATH"] ?? ""}`;
  const placed = join(bin, "pulumi");

  it("goes where the user may write, if that is on PATH", () => {
    expect(launcherDirectories("/bin:/u/.local/bin/:/usr/local/bin", "/u", true)).toEqual([
      "/u/.local/bin",
      "/usr/local/bin",
    ]);
    expect(launcherDirectories("/bin:/usr/local/bin", "/u", false)).toEqual([]);
  });

  it("is placed once", async () => {
    expect(await ensureLauncher(bin, root, false)).toBe(placed);
    expect(await isLauncher(placed)).toBe(true);
    expect(await ensureLauncher(bin, root, false)).toBeUndefined();
  });

  it("never replaces another's pulumi, nor hides it", async () => {
    const theirs = join(root, "theirs");
    mkdirSync(theirs);
    writeFileSync(join(theirs, "pulumi"), "#!/bin/sh\n", { mode: 0o755 });
    expect(await ensureLauncher(`${theirs}:${bin}`, root, false)).toBeUndefined();
    const both = join(root, "both");
    mkdirSync(join(both, ".local", "bin"), { recursive: true });
    const search = `${join(both, ".local", "bin")}:${theirs}`;
    expect(await ensureLauncher(search, both, false)).toBeUndefined();
  });

  it("leaves that of another checkout alone", async () => {
    const other = join(root, "other");
    mkdirSync(other);
    writeFileSync(join(other, "pulumi"), "#!/bin/sh\n# temporal-platform launcher, old\n", {
      mode: 0o755,
    });
    expect(await ensureLauncher(`${other}:${bin}`, root, false)).toBeUndefined();
    expect(readFileSync(join(other, "pulumi"), "utf8")).toContain("old");
  });

  it("runs pulumi with our settings inside a checkout", () => {
    expect(sh("pulumi preview 'a b'", join(checkout, "components"), { PATH: search })).toEqual([
      "backend file:///state",
      "arguments preview a b",
    ]);
  });

  it("leaves the stack files as they were, and gives pulumi's exit code", () => {
    expect(sh("pulumi fail; echo $?", checkout, { PATH: search }).at(-1)).toBe("3");
    expect(readFileSync(stackFile, "utf8")).toBe(committed);
    expect(existsSync(join(checkout, "Pulumi.new.yaml"))).toBe(false);
  });

  it("runs pulumi with nothing of ours elsewhere", () => {
    expect(sh("pulumi about", root, { PATH: search })).toEqual(["backend ", "arguments about"]);
  });
});
