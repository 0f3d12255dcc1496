/**
 * Secrets of programs that read them from files, so that none stands in a config that people look at (`password_file` and its like).
 *
 * On Docker a secret travels as a variable of the environment, and a file is part of a container's arguments, so that a script writes the one into the
 * other. It does so on Kubernetes, too: one way for both.
 */
import { template } from "../template.ts";
import type { ContainerSpec, EnvironmentValue } from "../workload.ts";
import type { MonitoringSecretName } from "../secrets.ts";
import type { MonitoringSecret } from "./secrets.ts";

const script = {
  path: "/etc/secret-files/start.sh",
  content: template("scripts/secret-files.sh")(),
};

/** Directory of the secrets' files: in memory, and empty at every start. */
const directory = "/run/monitoring";

/** Path of a secret's file. */
export function secretPath(name: MonitoringSecretName): string {
  return `${directory}/${name}`;
}

/** What of a container lets its program find secrets in files; just the program when there are none. */
export function withSecretFiles(
  program: readonly string[],
  secrets: readonly MonitoringSecret[],
): Pick<ContainerSpec, "environment" | "files" | "scratch"> & {
  readonly command: readonly string[];
} {
  if (secrets.length === 0) return { command: program, environment: {}, files: [], scratch: [] };
  const variables = secrets.map(({ name }, index): [string, EnvironmentValue] => [
    `SECRET_${index}`,
    { secret: name },
  ]);
  return {
    command: [
      ...["/bin/sh", script.path, ...secrets.map(({ name }) => secretPath(name))],
      ...["--", ...program],
    ],
    environment: Object.fromEntries(variables),
    files: [script],
    scratch: [directory],
  };
}
