/**
 * An S3 server that somebody else runs: a container on the host's bridge, reached by the host's address as a server beside the cluster is.
 */
import type Docker from "dockerode";
import { archiveCommand, archivePort } from "../platform/archival.ts";
import { archiveImage } from "../platform/images.ts";
import { stackLabel } from "../platform/labels.ts";
import { execIn } from "./exec.ts";
import { hostAddress } from "./external-postgres.ts";
import { removeLeftOvers, testStackName } from "./leftovers.ts";
import { freePort } from "./stack.ts";
import { until } from "./test-namespace.ts";

/** See {@link startExternalArchive}. */
export interface ExternalArchive {
  /** Address as containers and the host see it. */
  readonly endpoint: string;
  /** Makes a bucket. */
  make(bucket: string): Promise<void>;
  /** Takes the keys back: the store is there as before, and lets nobody in by them. Its buckets are gone. */
  revoke(): Promise<void>;
  /** Removes it with its data. */
  dispose(): Promise<void>;
}

/** Keys by which an S3 server lets in. */
export interface Keys {
  readonly id: string;
  readonly secret: string;
}

/** Starts one, and waits until it answers. */
export async function startExternalArchive(docker: Docker, keys: Keys): Promise<ExternalArchive> {
  const label = testStackName();
  const host = await hostAddress(docker);
  const port = await freePort();
  const [program, ...args] = archiveCommand({ storageGiB: 20 });
  const endpoint = `http://${host}:${port}`;
  const start = async ({ id, secret }: Keys): Promise<Docker.Container> => {
    const made = await docker.createContainer({
      name: label,
      Image: archiveImage().reference,
      Labels: { [stackLabel]: label },
      Entrypoint: [program ?? ""],
      Cmd: args,
      Env: [`AWS_ACCESS_KEY_ID=${id}`, `AWS_SECRET_ACCESS_KEY=${secret}`],
      HostConfig: {
        PortBindings: { [`${archivePort}/tcp`]: [{ HostIp: host, HostPort: String(port) }] },
      },
      ExposedPorts: { [`${archivePort}/tcp`]: {} },
    });
    await made.start();
    await until("the external S3 server answers", async () => {
      const answer = await fetch(`${endpoint}/healthz`).catch(() => undefined);
      return answer?.ok === true;
    });
    return made;
  };
  const container = await start(keys);
  return {
    endpoint,
    async make(bucket) {
      const signed = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", `${keys.id}:${keys.secret}`];
      const put = ["--fail", "--request", "PUT", `http://127.0.0.1:${archivePort}/${bucket}`];
      const { exitCode, output } = await execIn(container, ["curl", "-sS", ...signed, ...put]);
      if (exitCode !== 0) throw new Error(output);
    },
    async revoke() {
      await container.remove({ force: true, v: true });
      await start({ id: "another", secret: "key" });
    },
    dispose: () => removeLeftOvers(docker, label),
  };
}
