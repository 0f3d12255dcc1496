/**
 * What an image has in it, asked where it runs: a digest, or a tag of one's own, does not tell.
 */

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
  const minor = version.replace(/\.\d+$/, "");
  return `found=$(${program} --version 2>&1 | sed -n 's/.* version v\\{0,1\\}\\([0-9][0-9.]*\\).*/\\1/p')
case $found in
  ${minor}.*) ;;
  *)
    echo "${task}: the image has Temporal \${found:-of no known version}, and clusters[].server.version is ${version}: let it and ${key} agree" >&2
    exit 1
    ;;
esac
`;
}
