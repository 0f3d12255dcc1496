/**
 * The script that lets the real server judge its config before any role is given it.
 */
import { versionGuard } from "./image-version.ts";
import { configDirectory, configEnvironment, dynamicConfigPath } from "./server-config.ts";

/** Path of the script inside the container. */
export const configCheckScriptPath = "/etc/temporal/config-check/config-check.sh";

/**
 * The script for a version of the server.
 *
 * The server prints what it finds wrong in a dynamic config as warnings and exits with 0 (temporal/common/dynamicconfig/yaml_loader.go):
 * a key it does not know, a value of the wrong type. At run time it would log them and go on with its defaults; here they are errors.
 */
export function renderConfigCheckScript(version: string): string {
  return `#!/bin/sh
set -u
${versionGuard("config-check", "temporal-server", version, "clusters[].images.server")}
if ! temporal-server --root / --config ${configDirectory} --env ${configEnvironment} render-config > /tmp/output 2>&1; then
  tail -n 3 /tmp/output >&2
  echo "config-check: the server refuses its static config" >&2
  exit 1
fi
temporal-server validate-dynamic-config ${dynamicConfigPath} > /tmp/output 2>&1
status=$?
if [ "$status" -ne 0 ] || grep -qE '^ *(warning|error):' /tmp/output; then
  grep -E '^ *(warning|error):' /tmp/output >&2 || tail -n 3 /tmp/output >&2
  echo "config-check: the server refuses a key or value of clusters[].server.dynamicConfig" >&2
  exit 1
fi
echo "config-check: ok"
`;
}
