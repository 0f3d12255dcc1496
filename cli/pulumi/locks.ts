/**
 * Locks of a stack in Pulumi's file backend: a deployment that is killed leaves its own behind, and every later one is refused.
 */
import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { z } from "zod";
import type { Report } from "../../offline/steps.ts";
import type { StackPlace } from "./stack.ts";

/** Whether a deployment may be running: nobody can tell for a state that is not in files of this machine. */
export type LockState = "free" | "held" | "unknown";

/** Who holds a lock, as Pulumi writes it. */
const holder = z.object({ pid: z.int(), hostname: z.string() });

/** Whether the process that wrote a lock is gone; false for what was written elsewhere, or cannot be read. */
export function isStale(lock: string, host: string, runs: (pid: number) => boolean): boolean {
  try {
    const { pid, hostname: where } = holder.parse(JSON.parse(lock));
    return where === host && !runs(pid);
  } catch {
    return false;
  }
}

/** Takes away the locks that killed deployments of this machine have left on the stack. */
export async function clearStaleLocks(
  { circumstances, environment, stack }: StackPlace,
  report: Report,
): Promise<LockState> {
  const { cli, paths, state } = circumstances;
  const directory = directoryOf(state.url);
  if (directory === undefined) return "unknown";
  const locks = await locksIn(join(directory, ".pulumi", "locks"), basename(stack));
  if (locks.length === 0) return "free";
  if (!locks.every((lock) => isStale(lock, hostname(), isRunning))) return "held";
  await execa(cli.path, ["cancel", "--yes", "--stack", stack], {
    cwd: paths.project,
    env: environment,
  });
  report("  removed the lock of a deployment that was killed");
  return "free";
}

function directoryOf(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

async function locksIn(directory: string, stack: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.includes(`/${stack}/`) && entry.endsWith(".json"));
  return Promise.all(files.map((file) => readFile(join(directory, file), "utf8").catch(() => "")));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user's runs all the same.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
