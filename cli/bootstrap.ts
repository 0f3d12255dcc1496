/**
 * From a machine with Node and npm to one on which `pulumi up` works; nothing is done twice.
 */
import { homedir } from "node:os";
import { mkdir } from "node:fs/promises";
import { execa } from "execa";
import { defaultHost, dockerClient } from "../clients/docker.ts";
import { ensureEngine } from "../offline/engine/index.ts";
import { ensureImages } from "../offline/images/index.ts";
import { ensureKubernetes, ensureDevClusterImages } from "./kubernetes/index.ts";
import { imageNames } from "../platform/images.ts";
import { askOnce, pulumiDownloadsAnswer } from "../offline/online.ts";
import { type Paths, pathsOf } from "../offline/paths.ts";
import { installPlugins } from "../offline/plugins/index.ts";
import { writeActivation } from "./pulumi/activation.ts";
import { ensureCli } from "./pulumi/cli.ts";
import { childEnvironment, type Circumstances } from "./pulumi/environment.ts";
import { exportStack, type StackState } from "./pulumi/export.ts";
import { ensureLauncher } from "./pulumi/launcher.ts";
import { dockerNeeds, type KubernetesNeeds, kubernetesNeeds } from "./pulumi/needs.ts";
import { ensureStack } from "./pulumi/stack.ts";
import { readStackFile } from "./pulumi/stack-file.ts";
import { ensurePassphrase, findState, passphraseIsGiven } from "./pulumi/state.ts";
import { present, type Report } from "../offline/steps.ts";

/** A machine that is ready for a stack. */
export interface PreparedStack {
  readonly circumstances: Circumstances;
  /** Environment for `pulumi`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stack: string;
  /** What the stack's clusters on Kubernetes need. */
  readonly kubernetes: readonly KubernetesNeeds[];
  /** The stack's state; undefined when it cannot be read. */
  readonly state: StackState | undefined;
}

/** How much the bootstrap is to do. */
export interface BootstrapOptions {
  /** Whether containers are going to be made; true by default. */
  readonly images?: boolean;
  /** Whether every Kubernetes cluster of the stack must answer; where that is optional, the default, a line says which do not. */
  readonly kubernetes?: "required" | "optional";
  readonly report?: Report;
}

/**
 * Sees to everything that a stack needs; says what it does.
 *
 * @throws UserError when only the user can get what is missing.
 */
export async function bootstrap(
  stack: string,
  { images = true, kubernetes: need = "optional", report = console.log }: BootstrapOptions = {},
): Promise<PreparedStack> {
  const paths = pathsOf(process.env);
  const file = await readStackFile(paths.project, stack);
  present(`Node ${process.versions.node}, npm packages`, report);
  const kubernetes = kubernetesNeeds(file);
  const reached = await ensureKubernetes(kubernetes, {
    must: need === "required",
    environment: process.env,
    report,
  });

  const online = askOnce(pulumiDownloadsAnswer);
  const cli = await ensureCli(paths, process.env["PATH"] ?? "", online);
  present(`Pulumi CLI ${cli.version}${cli.own ? "" : " (yours)"}: ${cli.path}`, report);
  await ensurePulumiOnPath(report);

  const engine = await ensureEngines(paths, file, report);
  const before: Circumstances = {
    paths,
    cli,
    state: await findState(paths, cli, process.env),
    ...(engine === undefined || engine === defaultHost ? {} : { dockerHost: engine }),
  };
  await ensureSecrets(paths, report);
  await ensureState(before);
  const circumstances = { ...before, state: await findState(paths, cli, process.env) };
  const environment = childEnvironment(circumstances, process.env);

  const place = { circumstances, environment, stack };
  const [state] = await Promise.all([
    // A stack that is made meanwhile has no state to read yet.
    Promise.all([exportStack(place), ensureStack(place, report)]).then(
      ([state]) => state ?? exportStack(place),
    ),
    (async () => {
      await installPlugins({
        pulumi: cli.path,
        env: environment,
        cacheDir: paths.cache,
        projectDir: paths.project,
        report,
        online,
      });
      if (!images) return;
      await ensureDevClusterImages(reached, paths, report);
      await ensureEngineImages(paths, file, engine, report);
    })(),
  ]);

  await writeActivation({
    ...circumstances,
    // For shells that do not have what this process has been told.
    state: await findState(paths, cli, { ...process.env, PULUMI_BACKEND_URL: undefined }),
  });
  return { ...place, kubernetes, state };
}

async function ensurePulumiOnPath(report: Report): Promise<void> {
  const path = await ensureLauncher(process.env["PATH"] ?? "", homedir(), process.getuid?.() === 0);
  if (path !== undefined) {
    report(`  there was no pulumi on PATH: ${path} runs it, with our settings in this checkout`);
  }
}

/** @returns The user's own engine, when a cluster uses it. */
async function ensureEngines(
  paths: Paths,
  file: string,
  report: Report,
): Promise<string | undefined> {
  const needs = dockerNeeds(file);
  if (needs.length === 0) {
    present("Docker engine: not needed, no cluster of this stack runs on Docker", report);
    return undefined;
  }
  let own: string | undefined;
  for (const host of new Set(needs.map((need) => need.host))) {
    const engine = await ensureEngine(paths, process.env, host);
    present(`Docker engine ${engine.version}: ${engine.host}`, report);
    if (host === undefined) own = engine.host;
  }
  return own;
}

async function ensureEngineImages(
  paths: Paths,
  file: string,
  ownHost: string | undefined,
  report: Report,
): Promise<void> {
  const groups = Map.groupBy(dockerNeeds(file), ({ host, sources }) =>
    JSON.stringify([host, sources]),
  );
  for (const [first, ...rest] of groups.values()) {
    if (first === undefined) continue;
    await ensureImages({
      engine: dockerClient(first.host ?? ownHost ?? defaultHost, process.env),
      serverVersions: [first, ...rest].map((need) => need.serverVersion),
      sources: first.sources,
      only: [...imageNames, ...[first, ...rest].flatMap(({ optional = [] }) => optional)],
      cacheDir: paths.cache,
      report,
    });
  }
}

async function ensureSecrets(paths: Paths, report: Report): Promise<void> {
  if (passphraseIsGiven(process.env)) return;
  if (await ensurePassphrase(paths)) {
    report(
      `  the passphrase that encrypts secrets in Pulumi's state was generated: ${paths.passphrase} (keep a copy; without it the state's secrets are lost)`,
    );
  }
}

/**
 * Makes the file backend when nobody has named another. In a PULUMI_HOME of ours it is a login like any other, so that `pulumi login`
 * elsewhere simply replaces it; a CLI of the user's own is told by PULUMI_BACKEND_URL, and its login left alone.
 */
async function ensureState({ paths, cli, state }: Circumstances): Promise<void> {
  if (state.kind !== "files") return;
  await mkdir(paths.state, { recursive: true, mode: 0o700 });
  if (!cli.own) return;
  await execa(cli.path, ["login", state.url], {
    env: { PULUMI_HOME: paths.pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
}
