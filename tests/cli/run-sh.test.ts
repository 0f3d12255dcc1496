import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { pathsOf } from "../../offline/paths.ts";

const repository = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What a run of run.sh gave. */
interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A checkout on a machine whose npm is ours to say what it does. */
class Machine {
  readonly #root = mkdtempSync(join(tmpdir(), "machine "));
  readonly checkout = join(this.#root, "checkout");
  readonly home = join(this.#root, "home");
  readonly #bin = join(this.#root, "bin");
  readonly lock = join(this.home, "npm-packages.lock");

  constructor() {
    mkdirSync(join(this.checkout, "cli"), { recursive: true });
    mkdirSync(this.#bin);
    mkdirSync(this.home);
    cpSync(join(repository, "cli", "run.sh"), join(this.checkout, "cli", "run.sh"));
    writeFileSync(join(this.checkout, "package-lock.json"), "{}");
    writeFileSync(
      join(this.checkout, "cli", "main.ts"),
      `const [, , ...args] = process.argv;
console.log(args[0] === "env" ? process.env[args[1] ?? ""] : args.join(" ") satisfies string);`,
    );
    symlinkSync(process.execPath, join(this.#bin, "node"));
    this.npm(`mkdir -p node_modules/.bin; ln -sf '${process.execPath}' node_modules/.bin/node
sleep 0.3; echo '{}' > node_modules/.package-lock.json`);
  }

  /** What `npm` does; each call of it is counted before. */
  npm(script: string): void {
    const text = `#!/bin/sh\necho "$@" >> '${join(this.#root, "calls")}'\n${script}\n`;
    writeFileSync(join(this.#bin, "npm"), text, { mode: 0o755 });
  }

  /** A `node` that says it is of another version. */
  oldNode(version: string): void {
    const major = version.split(".")[0] ?? "";
    const text = `#!/bin/sh\n[ "$1" = --version ] && echo v${version} || echo ${major}\n`;
    execFileSync("rm", [join(this.#bin, "node")]);
    writeFileSync(join(this.#bin, "node"), text, { mode: 0o755 });
  }

  /** How often npm was called. */
  get calls(): number {
    const file = join(this.#root, "calls");
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").length : 0;
  }

  async run(...args: string[]): Promise<Outcome> {
    const env = {
      PATH: `${this.#bin}:/usr/bin:/bin`,
      HOME: this.#root,
      TEMPORAL_PLATFORM_HOME: this.home,
    };
    const script = join(this.checkout, "cli", "run.sh");
    try {
      return { code: 0, ...(await run("/bin/sh", [script, ...args], { env, cwd: "/" })) };
    } catch (error) {
      return error as Outcome;
    }
  }
}

describe("the way in", () => {
  it("installs the packages once, and hands its arguments on", async () => {
    const machine = new Machine();
    const first = await machine.run("up", "--stack", "x");
    expect(first).toMatchObject({ code: 0, stdout: "up --stack x\n" });
    expect(first.stderr).toMatch(/npm packages: npm ci\nnpm packages: \d+ s\n/);
    expect(await machine.run("up")).toMatchObject({ code: 0, stdout: "up\n", stderr: "" });
    expect(machine.calls).toBe(1);
  });

  it("installs them again when the lock has changed", async () => {
    const machine = new Machine();
    await machine.run("up");
    const later = new Date(Date.now() + 10_000);
    utimesSync(join(machine.checkout, "package-lock.json"), later, later);
    await machine.run("up");
    expect(machine.calls).toBe(2);
  });

  it("installs nothing for the doctor, who says so", async () => {
    const machine = new Machine();
    const { code, stdout } = await machine.run("doctor");
    expect(code).toBe(1);
    expect(stdout).toContain("✗ npm packages  missing: npm run bootstrap installs them");
    expect(machine.calls).toBe(0);
  });

  it("lets one process install while others wait", async () => {
    const machine = new Machine();
    const outcomes = await Promise.all([machine.run("a"), machine.run("b"), machine.run("c")]);
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(["a\n", "b\n", "c\n"]);
    expect(machine.calls).toBe(1);
    expect(existsSync(machine.lock)).toBe(false);
  });

  it("takes over from a process that is gone", async () => {
    const machine = new Machine();
    const gone = execFileSync("/bin/sh", ["-c", "echo $$"], { encoding: "utf8" }).trim();
    symlinkSync(gone, machine.lock);
    expect(await machine.run("up")).toMatchObject({ code: 0, stdout: "up\n" });
  });

  it("says in one line that npm failed, and works again once its cause is gone", async () => {
    const machine = new Machine();
    machine.npm("mkdir -p node_modules; echo 'npm error network' >&2; exit 1");
    const { code, stderr } = await machine.run("up");
    expect(code).toBe(1);
    expect(stderr).toContain("npm error network\nerror: npm ci failed (see above)");
    machine.npm(`mkdir -p node_modules/.bin; ln -sf '${process.execPath}' node_modules/.bin/node
echo '{}' > node_modules/.package-lock.json`);
    expect(await machine.run("up")).toMatchObject({ code: 0, stdout: "up\n" });
  });

  it("uses the packages that a link leads to, and refuses to install others there", async () => {
    const machine = new Machine();
    await machine.run("up");
    const elsewhere = join(machine.checkout, "elsewhere");
    const link = join(machine.checkout, "node_modules");
    renameSync(link, elsewhere);
    symlinkSync(elsewhere, link);
    expect(await machine.run("up")).toMatchObject({ code: 0, stdout: "up\n" });

    const later = new Date(Date.now() + 10_000);
    utimesSync(join(machine.checkout, "package-lock.json"), later, later);
    const { code, stderr } = await machine.run("up");
    expect(code).toBe(1);
    expect(stderr).toBe(
      `error: node_modules is a symbolic link to ${elsewhere}, whose packages are not those of package-lock.json: remove the link\n`,
    );
    expect(machine.calls).toBe(1);
    expect(existsSync(machine.lock)).toBe(false);
  });

  it("keeps what Node has compiled where the commands keep it", async () => {
    const machine = new Machine();
    const { stdout } = await machine.run("env", "NODE_COMPILE_CACHE");
    const { compileCache } = pathsOf({ TEMPORAL_PLATFORM_HOME: machine.home });
    expect(stdout).toBe(`${compileCache}\n`);
  });

  it("refuses a Node that is too old", async () => {
    const machine = new Machine();
    machine.oldNode("16.20.2");
    const { code, stderr } = await machine.run("up");
    expect(code).toBe(1);
    expect(stderr).toBe("error: Node >= 18 is needed, and this is v16.20.2: https://nodejs.org\n");
    expect(machine.calls).toBe(0);
  });

  it("places the Node of the packages where npm runs no install scripts", async () => {
    const machine = new Machine();
    const install = `require('fs').symlinkSync('${process.execPath}', 'bin/node')`;
    machine.npm(`mkdir -p node_modules/node/bin; echo '{}' > node_modules/.package-lock.json
echo "${install}" > node_modules/node/installArchSpecificPackage.js`);
    expect(await machine.run("up")).toMatchObject({ code: 0, stdout: "up\n" });
    const node = join(machine.checkout, "node_modules", ".bin", "node");
    expect(readlinkSync(node)).toBe("../node/bin/node");
  });

  it("uses the machine's own Node where npm brings none, if that is new enough", async () => {
    const machine = new Machine();
    machine.npm("mkdir -p node_modules/node; echo '{}' > node_modules/.package-lock.json");
    expect(await machine.run("up")).toMatchObject({ code: 0, stdout: "up\n" });
    expect(await machine.run("up")).toMatchObject({ code: 0, stderr: "" });
    expect(machine.calls).toBe(1);
  });
});
