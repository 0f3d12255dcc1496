import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toStruct } from "../../providers/protocol/values.ts";
import { pluginCommand, programCommand } from "../../offline/plugins/language-host/commands.ts";
import { installLanguageHost } from "../../offline/plugins/language-host/index.ts";
import { requiredPlugins } from "../../offline/plugins/language-host/packages.ts";
import { launcher } from "../../offline/plugins/launcher.ts";

const project = resolve(import.meta.dirname, "../..");
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "language-host-"));
});

afterAll(async () => {
  await rm(scratch, { recursive: true });
});

describe("a program", () => {
  const info = new messages.ProgramInfo()
    .setRootDirectory(project)
    .setProgramDirectory(project)
    .setEntryPoint(".")
    .setOptions(toStruct({ typescript: false, nodeargs: "--trace-warnings  --no-deprecation" }));

  it("is started with the SDK's own loader", () => {
    const request = new messages.RunRequest()
      .setInfo(info)
      .setProject("temporal-platform")
      .setStack("dev")
      .setMonitorAddress("127.0.0.1:1")
      .setDryrun(true)
      .setConfigsecretkeysList(["temporal-platform:password"]);
    request.getConfigMap().set("temporal-platform:clusters", "[]");
    const command = programCommand(request, "127.0.0.1:2");
    expect(command.arguments.join(" ")).toBe(
      [
        "--trace-warnings --no-deprecation",
        join(project, "node_modules/@pulumi/pulumi/cmd/run/index.js"),
        "--monitor 127.0.0.1:1 --engine 127.0.0.1:2 --project temporal-platform",
        `--root-directory ${project} --stack dev --pwd ${project} --parallel 0 --dry-run .`,
      ].join(" "),
    );
    expect(command.environment).toEqual({
      PULUMI_CONFIG: '{"temporal-platform:clusters":"[]"}',
      PULUMI_CONFIG_SECRET_KEYS: '["temporal-platform:password"]',
    });
  });

  it("needs the SDK", () => {
    const elsewhere = new messages.ProgramInfo().setProgramDirectory("/");
    expect(() => programCommand(new messages.RunRequest().setInfo(elsewhere), "")).toThrow(
      "/ has no @pulumi/pulumi: run `npm run bootstrap`",
    );
  });

  it("needs the plugins that its packages name", () => {
    const found = requiredPlugins(join(project, "platform")).map(
      ({ name, version }) => `${name} ${version}`,
    );
    expect(found).toEqual(expect.arrayContaining(["docker v5.2.0", "random v4.21.2"]));
  });
});

describe("a plugin", () => {
  const request = (kind: string): messages.RunPluginRequest =>
    new messages.RunPluginRequest()
      .setInfo(new messages.ProgramInfo().setProgramDirectory(project))
      .setPwd("/tmp")
      .setKind(kind)
      .setArgsList(["127.0.0.1:1"])
      .setEnvList(["A=b=c"]);

  it("gets its directory first when it is a provider", () => {
    const command = pluginCommand(request("resource"));
    expect(command.arguments.slice(1)).toEqual([project, "127.0.0.1:1"]);
    expect(command.directory).toBe("/tmp");
    expect(command.environment).toEqual({ A: "b=c", PULUMI_NODEJS_TYPESCRIPT: "true" });
  });

  it("gets its directory last when it is a policy pack", () => {
    const command = pluginCommand(request("analyzer"));
    expect(command.arguments[0]).toMatch(/run-policy-pack/);
    expect(command.arguments.slice(1)).toEqual(["127.0.0.1:1", project]);
    expect(command.directory).toBe(project);
  });
});

describe("a launcher", () => {
  it("starts the language host, which tells its port and ends with its parent", async () => {
    await installLanguageHost(scratch, project);
    const child = execa(join(scratch, "pulumi-language-nodejs"), ["127.0.0.1:1"], {
      reject: false,
    });
    const port = await new Promise<string>((told) => {
      child.stdout.once("data", (chunk: Buffer) => {
        told(chunk.toString().trim());
      });
    });
    child.kill();
    await child;
    expect(Number(port)).toBeGreaterThan(1024);
  });

  it("runs from the checkout that is worked in, whichever was bootstrapped last", async () => {
    await installLanguageHost(scratch, "/another");
    const { stderr } = await execa(join(scratch, "pulumi-language-nodejs"), {
      env: { TEMPORAL_PLATFORM_CHECKOUT: "/this one" },
      reject: false,
    });
    expect(stderr).toMatch(/^the checkout at \/this one is gone/);
  });

  it("says so when its checkout is gone", async () => {
    await installLanguageHost(scratch, "/it's gone");
    const { exitCode, stderr } = await execa(join(scratch, "pulumi-language-nodejs"), {
      env: { TEMPORAL_PLATFORM_CHECKOUT: "" },
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "the checkout at /it's gone is gone: run `npm run bootstrap` in the one that you use",
    );
    const program = "offline/plugins/language-host/main.ts";
    await expect(readFile(join(scratch, "pulumi-language-nodejs"), "utf8")).resolves.toBe(
      launcher("/it's gone", program),
    );
  });
});
