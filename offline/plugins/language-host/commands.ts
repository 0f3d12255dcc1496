/**
 * How Node is started for a program, a policy pack or a plugin: with the SDK's own loaders under @pulumi/pulumi/cmd.
 */
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type messages from "@pulumi/pulumi/proto/language_pb.js";
import { defined } from "../../../platform/defined.ts";

/** A process to start. */
export interface Command {
  readonly arguments: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Options under `runtime` in Pulumi.yaml and PulumiPlugin.yaml. */
interface RuntimeOptions {
  readonly typescript?: boolean;
  readonly tsconfig?: string;
  readonly nodeargs?: string;
}

/**
 * The command of a Pulumi program.
 *
 * @throws Error when the program's directory has no @pulumi/pulumi.
 */
export function programCommand(request: messages.RunRequest, engine: string): Command {
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() ?? request.getPwd();
  const options = optionsOf(info);
  const entryPoint = info?.getEntryPoint() === "" ? "." : (info?.getEntryPoint() ?? ".");
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: directory,
    parallel: String(request.getParallel()),
  };
  const config = Object.fromEntries(request.getConfigMap().toArray());
  return {
    arguments: [
      ...nodeArguments(options),
      loader("run", directory),
      ...Object.entries(flags).flatMap(([name, value]) =>
        value === "" ? [] : [`--${name}`, value],
      ),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      entryPoint,
      ...request.getArgsList(),
    ],
    directory,
    environment: {
      ...environmentOf(options),
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  };
}

/**
 * The command of a plugin: a provider, or a policy pack when the request's kind is `analyzer`.
 *
 * @throws Error when the plugin's directory has no @pulumi/pulumi.
 */
export function pluginCommand(request: messages.RunPluginRequest): Command {
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() ?? request.getProgram();
  const options = optionsOf(info);
  const analyzer = request.getKind() === "analyzer";
  const given = request.getArgsList();
  return {
    arguments: [
      ...nodeArguments(options),
      loader(analyzer ? "run-policy-pack" : "run-plugin", directory),
      ...(analyzer ? [...given, directory] : [directory, ...given]),
    ],
    directory: analyzer ? directory : request.getPwd(),
    environment: { ...environmentOf(options), ...assignments(request.getEnvList()) },
  };
}

function optionsOf(info: messages.ProgramInfo | undefined): RuntimeOptions {
  return info?.getOptions()?.toJavaScript() ?? {};
}

function nodeArguments({ nodeargs = "" }: RuntimeOptions): string[] {
  return nodeargs.split(/\s+/).filter((argument) => argument !== "");
}

/** What tells the SDK's loaders whether to compile TypeScript themselves. */
function environmentOf({ typescript = true, tsconfig }: RuntimeOptions): Record<string, string> {
  return {
    ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...defined({ PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

function assignments(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

function loader(name: string, directory: string): string {
  try {
    return createRequire(join(resolve(directory), "index.js")).resolve(
      `@pulumi/pulumi/cmd/${name}`,
    );
  } catch (error) {
    throw new Error(`${directory} has no @pulumi/pulumi: run \`npm run bootstrap\``, {
      cause: error,
    });
  }
}
