/**
 * Installs the language host beside a Pulumi CLI, which looks for it there first.
 */
import { writeLauncher } from "../launcher.ts";

/**
 * Makes `pulumi-language-nodejs`, and `pulumi-resource-pulumi-nodejs` for dynamic providers, beside the CLI.
 *
 * @param binDir Directory of the `pulumi` program.
 * @param projectDir Absolute path of this checkout; the language host runs from it.
 */
export async function installLanguageHost(binDir: string, projectDir: string): Promise<void> {
  await writeLauncher(
    binDir,
    "pulumi-language-nodejs",
    projectDir,
    "offline/plugins/language-host/main.ts",
  );
  await writeLauncher(
    binDir,
    "pulumi-resource-pulumi-nodejs",
    projectDir,
    "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js",
  );
}
