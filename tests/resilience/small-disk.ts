/**
 * A disk that can be full: a file system of its own under a volume of a container, so that nothing else on the machine runs out of space.
 */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { execa } from "execa";

/** A volume on a disk of its own; whoever removes the volume unmounts it (testkit/leftovers.ts). */
export interface SmallDisk {
  /** Leaves no free block. */
  fill(): Promise<void>;
  /** Frees what was filled. */
  free(): Promise<void>;
}

/**
 * Moves a container's volume to a disk of its own; the container is stopped meanwhile, and healthy again afterwards.
 *
 * @param size Size of the disk, as `truncate` takes it.
 */
export async function moveToSmallDisk(
  container: Docker.Container,
  volume: Docker.Volume,
  size: string,
): Promise<SmallDisk> {
  const image = join(tmpdir(), `small-disk-${randomBytes(3).toString("hex")}`);
  const staging = `${image}.mount`;
  await container.stop();
  const { Mountpoint: data } = await volume.inspect();
  try {
    await execa("truncate", ["--size", size, image]);
    await execa("mkfs.ext4", ["-q", "-m", "0", image]);
    await execa("mkdir", [staging]);
    await execa("mount", ["-o", "loop", image, staging]);
    await execa("cp", ["-a", `${data}/.`, staging]);
    await execa("umount", [staging]);
    await execa("mount", ["-o", "loop", image, data]);
  } finally {
    // The mounted file lives on until it is unmounted.
    await rm(image, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
  await container.start();
  while ((await container.inspect()).State.Health?.Status !== "healthy") await sleep(500);
  const ballast = join(data, "ballast");
  return {
    async fill() {
      // Ends when there is no block left, which is no error here.
      await execa("dd", ["if=/dev/zero", `of=${ballast}`, "bs=64k"], { reject: false });
    },
    free: () => rm(ballast),
  };
}
