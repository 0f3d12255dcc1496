/**
 * What an image has in it, asked where it runs: a digest, or a tag of one's own, does not tell.
 */
import { template } from "./template.ts";

const lines = template("scripts/version-guard.sh");

/**
 * Lines of a task's script that end it when a program of Temporal is of another minor version than the config says. Every guard goes by the
 * config's, and within a minor version the schema is the same. Each program prints its own (temporal/cmd/server/main.go, tools/sql/main.go:
 * `app.Version`).
 *
 * @param task Name of the task, which its lines begin with.
 * @param version The config's, such as `1.32.2`.
 * @param key Key of the config by which the image is chosen.
 */
export function versionGuard(task: string, program: string, version: string, key: string): string {
  return lines({
    PROGRAM: program,
    MINOR: version.replace(/\.\d+$/, ""),
    TASK: task,
    VERSION: version,
    KEY: key,
  });
}
