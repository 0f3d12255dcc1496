/**
 * The script behind `. ./activate`: the same variables for a shell that the npm scripts set for themselves.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Circumstances, pulumiVariables } from "./environment.ts";

/** Ours whatever the shell has, because they belong to a CLI that is ours. */
const forced: ReadonlySet<string> = new Set([
  "PULUMI_HOME",
  "PULUMI_SKIP_UPDATE_CHECK",
  "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
]);

/** The script; POSIX shell. Variables that a shell has already keep their value there. */
export function activationScript(circumstances: Circumstances): string {
  const variables = Object.entries(pulumiVariables(circumstances, {}));
  return [
    "# Written by `npm run bootstrap`; read by ./activate in a checkout.",
    `export TEMPORAL_PLATFORM_PULUMI=${quoted(circumstances.cli.path)}`,
    ...variables.map(([name, value]) => assignment(name, value)),
    "",
  ].join("\n");
}

/** Writes the script where `activate` looks for it. */
export async function writeActivation(circumstances: Circumstances): Promise<void> {
  const { activation } = circumstances.paths;
  const fresh = `${activation}.${process.pid}`;
  await mkdir(dirname(activation), { recursive: true });
  await writeFile(fresh, activationScript(circumstances));
  await rename(fresh, activation);
}

function assignment(name: string, value: string): string {
  if (forced.has(name)) return `export ${name}=${quoted(value)}`;
  // An empty passphrase is one, too.
  const given = name === "PULUMI_CONFIG_PASSPHRASE_FILE" ? "${PULUMI_CONFIG_PASSPHRASE+x}" : "";
  return `[ -n "${given}\${${name}:-}" ] || export ${name}=${quoted(value)}`;
}

/** A word that a shell takes as it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
