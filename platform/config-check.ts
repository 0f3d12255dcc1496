/**
 * The script that lets the real server judge its config before any role is given it.
 */
import { versionGuard } from "./image-version.ts";
import { configDirectory, configEnvironment, dynamicConfigPath } from "./server-config.ts";
import { template } from "./template.ts";

const script = template("scripts/config-check.sh");

/** Path of the script inside the container. */
export const configCheckScriptPath = "/etc/temporal/config-check/config-check.sh";

/**
 * The script for a version of the server.
 *
 * The server prints what it finds wrong in a dynamic config as warnings and exits with 0 (temporal/common/dynamicconfig/yaml_loader.go):
 * a key it does not know, a value of the wrong type. At run time it would log them and go on with its defaults; here they are errors.
 */
export function renderConfigCheckScript(version: string): string {
  return script({
    VERSION_GUARD: versionGuard(
      "config-check",
      "temporal-server",
      version,
      "clusters[].images.server",
    ),
    CONFIG_DIRECTORY: configDirectory,
    CONFIG_ENVIRONMENT: configEnvironment,
    DYNAMIC_CONFIG_PATH: dynamicConfigPath,
  });
}
