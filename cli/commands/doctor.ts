/**
 * `npm run doctor`.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { imageNamed, imageNames } from "../../platform/images.ts";
import { dockerClient } from "../../clients/docker.ts";
import { decide } from "../../offline/engine/decide.ts";
import { look } from "../../offline/engine/index.ts";
import { imageSize } from "../../offline/images/engine.ts";
import { findKubernetes, placeOf } from "../kubernetes/index.ts";
import { type Paths, pathsOf } from "../../offline/paths.ts";
import { findPlugins } from "../../offline/plugins/index.ts";
import { findCli, minCliVersion, type PulumiCli } from "../pulumi/cli.ts";
import { childEnvironment } from "../pulumi/environment.ts";
import {
  type DockerNeeds,
  dockerNeeds,
  type KubernetesNeeds,
  kubernetesNeeds,
} from "../pulumi/needs.ts";
import { stackFile } from "../pulumi/stack-file.ts";
import { findState, passphraseIsGiven } from "../pulumi/state.ts";
import { type Finding, table } from "./findings.ts";

const bootstrapGetsIt = "npm run bootstrap gets it";

/** Says what a stack needs and what of it is there; changes nothing. Gives 1 when something is missing. */
export async function doctor(stack: string): Promise<number> {
  const paths = pathsOf(process.env);
  const file = stackFile(paths.project, stack);
  const text = existsSync(file) ? await readFile(file, "utf8") : undefined;
  const cli = await findCli(paths, process.env["PATH"] ?? "");
  const findings: Finding[] = [
    { what: "Node", found: process.versions.node },
    { what: "npm packages", found: "as in package-lock.json" },
    cli === undefined
      ? {
          what: "Pulumi CLI",
          remedy: `${bootstrapGetsIt}; or install ${minCliVersion} or newer yourself`,
        }
      : { what: "Pulumi CLI", found: `${cli.version}  ${cli.path}${cli.own ? "" : " (yours)"}` },
    ...(cli === undefined ? [] : await aboutPulumi(paths, cli)),
    text === undefined
      ? { what: "stack file", remedy: `write ${file}, or name another stack by --stack` }
      : { what: "stack file", found: file },
    ...(await aboutEngines(dockerNeeds(text ?? ""))),
    ...(await aboutKubernetes(kubernetesNeeds(text ?? ""), process.env)),
  ];
  console.log(table(findings));
  const missing = findings.filter(({ found }) => found === undefined);
  console.log(
    missing.length === 0
      ? "\nAll that `npm run up` needs is there."
      : `\nMissing: ${missing.length}. Nothing was changed.`,
  );
  return missing.length === 0 ? 0 : 1;
}

async function aboutPulumi(paths: Paths, cli: PulumiCli): Promise<Finding[]> {
  const state = await findState(paths, cli, process.env);
  const env = childEnvironment({ paths, cli, state }, process.env);
  const plugins = await findPlugins({ pulumi: cli.path, env, projectDir: paths.project });
  const passphrase = passphraseIsGiven(process.env)
    ? "from the environment"
    : existsSync(paths.passphrase)
      ? paths.passphrase
      : undefined;
  return [
    ...plugins.map(({ name, version, installed }) =>
      installed
        ? { what: `Pulumi plugin ${name}`, found: version }
        : { what: `Pulumi plugin ${name}`, remedy: `${bootstrapGetsIt} (${version})` },
    ),
    { what: "state", found: state.url },
    passphrase === undefined
      ? {
          what: "passphrase",
          remedy: "npm run bootstrap makes one; or set PULUMI_CONFIG_PASSPHRASE",
        }
      : { what: "passphrase", found: passphrase },
  ];
}

async function aboutEngines(needs: readonly DockerNeeds[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const host of new Set(needs.map((need) => need.host))) {
    const { engine, facts } = await look(process.env, host);
    if (engine === undefined) {
      const action = decide(facts);
      const remedy =
        action.kind === "refuse"
          ? action.reason
          : `npm run bootstrap ${action.kind === "start" ? "starts" : "installs and starts"} it`;
      findings.push({ what: "Docker engine", remedy });
      continue;
    }
    findings.push({ what: "Docker engine", found: `${engine.version}  ${engine.host}` });
    findings.push(
      ...(await aboutImages(
        engine.host,
        needs.filter((need) => need.host === host),
      )),
    );
  }
  return findings;
}

/** What there is to say about the Kubernetes clusters that clusters of the stack are to run in; changes nothing. */
export async function aboutKubernetes(
  needs: readonly KubernetesNeeds[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  return Promise.all(
    needs.map(async (need) => {
      const what = `Kubernetes of ${need.name}`;
      const found = await findKubernetes(need, environment);
      if (found.kind !== "reached") return { what, remedy: found.fault.message };
      const { access, version = "version unknown" } = found;
      return { what, found: `${version}  ${placeOf(access)}` };
    }),
  );
}

async function aboutImages(host: string, needs: readonly DockerNeeds[]): Promise<Finding[]> {
  const references = needs.flatMap(({ serverVersion, sources, optional = [] }) =>
    [...imageNames, ...optional].map((name) => imageNamed(name, serverVersion, sources).reference),
  );
  return Promise.all(
    [...new Set(references)].map(async (reference) => {
      const size = await imageSize(dockerClient(host, process.env), reference);
      return size === undefined
        ? { what: `image ${reference}`, remedy: bootstrapGetsIt }
        : { what: `image ${reference}`, found: `${Math.round(size / 1e6)} MB` };
    }),
  );
}
