/**
 * The variables with which `pulumi` finds its home, its state, its passphrase and the Docker engine.
 */
import { delimiter, dirname, join } from "node:path";
import { defined } from "../../platform/defined.ts";
import type { Paths } from "../../offline/paths.ts";
import type { PulumiCli } from "./cli.ts";
import { type Environment, passphraseIsGiven, type StateChoice } from "./state.ts";

/** What the variables follow from. */
export interface Circumstances {
  readonly paths: Paths;
  readonly cli: PulumiCli;
  readonly state: StateChoice;
  /** Address of the Docker engine when it is not where every client looks by itself. */
  readonly dockerHost?: string;
}

/** The variables that are to be set, besides those that the user has set; PATH is not among them. */
export function pulumiVariables(
  { paths, cli, state, dockerHost }: Circumstances,
  environment: Environment,
): Readonly<Record<string, string>> {
  return {
    ...(cli.own
      ? {
          PULUMI_HOME: paths.pulumiHome,
          PULUMI_SKIP_UPDATE_CHECK: "true",
          // What is missing is the bootstrap's to get; Pulumi itself would hang where its vendor cannot be reached.
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        }
      : {}),
    ...(state.kind === "files" ? { PULUMI_BACKEND_URL: state.url } : {}),
    ...(passphraseIsGiven(environment) ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase }),
    // The stack files are committed without a salt (see stack-file.ts): the state has it.
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
    ...defined({ DOCKER_HOST: dockerHost }),
  };
}

/** Directories that come first on PATH: the CLI when it is ours, and this checkout's Node. */
export function pathPrefix({ paths, cli }: Pick<Circumstances, "paths" | "cli">): string[] {
  return [...(cli.own ? [dirname(cli.path)] : []), join(paths.project, "node_modules", ".bin")];
}

/** The whole environment of a child process. */
export function childEnvironment(
  circumstances: Circumstances,
  environment: Environment,
): Record<string, string | undefined> {
  return {
    ...environment,
    ...pulumiVariables(circumstances, environment),
    // Four programs in Node start with every deployment, and load in half the time what was compiled before.
    NODE_COMPILE_CACHE: environment["NODE_COMPILE_CACHE"] ?? circumstances.paths.compileCache,
    // Our plugins run from a checkout, and this is the one.
    TEMPORAL_PLATFORM_CHECKOUT: circumstances.paths.project,
    PATH: [...pathPrefix(circumstances), environment["PATH"] ?? ""].join(delimiter),
  };
}
