/**
 * Sees to the images of the catalogue: `node offline/images/main.ts [--server-version X]`.
 */
import { Command } from "commander";
import { dockerClient } from "../../clients/docker.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { ensureEngine } from "../engine/index.ts";
import { pathsOf } from "../paths.ts";
import { describeError } from "../user-error.ts";
import { ensureImages } from "./index.ts";

const options = new Command("images")
  .description("pull the platform's images, or build them from package registries")
  .option("--server-version <version...>", "versions of the Temporal server", [
    defaultServerVersion,
  ])
  .option("--registry <prefix>", "prefix of a registry mirror")
  .parse()
  .opts<{ serverVersion: string[]; registry?: string }>();

try {
  const paths = pathsOf(process.env);
  const { host } = await ensureEngine(paths, process.env);
  const outcomes = await ensureImages({
    engine: dockerClient(host, process.env),
    serverVersions: options.serverVersion,
    ...(options.registry === undefined ? {} : { sources: { registry: options.registry } }),
    cacheDir: paths.cache,
    report: console.log,
  });
  console.table(
    outcomes.map(({ reference, origin, sizeBytes, seconds }) => ({
      image: reference,
      origin,
      "size (MB)": Math.round(sizeBytes / 1e6),
      seconds: Number(seconds.toFixed(1)),
    })),
  );
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
