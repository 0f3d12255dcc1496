/**
 * The kubeconfigs of our clusters: a file for each, so that the user's own is never touched.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { dump, load } from "js-yaml";
import { z } from "zod";

/** How an API server is reached, and by whom. */
export interface Access {
  /** URL. */
  readonly server: string;
  /** Certificates and key, PEM. */
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

const kubeadmConfig = z.object({
  clusters: z.tuple([
    z.object({
      cluster: z.object({ "certificate-authority-data": z.string(), server: z.string() }),
    }),
  ]),
  users: z.tuple([
    z.object({
      user: z.object({ "client-certificate-data": z.string(), "client-key-data": z.string() }),
    }),
  ]),
});

/**
 * A kubeconfig as kubeadm writes it, with one name for its cluster, user and context.
 *
 * @throws ZodError when it is not one of kubeadm's.
 */
export function renamed(text: string, name: string): string {
  const { clusters, users } = kubeadmConfig.parse(load(text));
  return dump(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: clusters[0].cluster }],
      users: [{ name, user: users[0].user }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    },
    { lineWidth: -1 },
  );
}

/**
 * What a kubeconfig of {@link renamed} says.
 *
 * @throws ZodError when it is another.
 */
export function accessOf(text: string): Access {
  const { clusters, users } = kubeadmConfig.parse(load(text));
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  return {
    server: cluster.server,
    ca: Buffer.from(cluster["certificate-authority-data"], "base64"),
    cert: Buffer.from(user["client-certificate-data"], "base64"),
    key: Buffer.from(user["client-key-data"], "base64"),
  };
}

/** Writes a file that only its owner may read, in one step. */
export async function writeKubeconfig(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  try {
    await writeFile(fresh, text, { mode: 0o600 });
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}
