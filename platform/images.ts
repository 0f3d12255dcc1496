/**
 * The catalogue of images: every program the platform runs, by the name and tag its own project publishes.
 *
 * Whether an image was pulled or built on the spot is not known here: an image that the toolchain builds carries the same reference and
 * keeps its programs at the same paths, so that one description runs on both.
 */

/** The programs that the platform runs. */
export const imageNames = ["postgres", "server", "admin-tools", "ui", "gateway"] as const;

/** One of {@link imageNames}. */
export type ImageName = (typeof imageNames)[number];

/** An image as its publisher names it, before a registry prefix. */
export interface Image {
  /** Repository without a registry, as on Docker Hub, such as `temporalio/server`. */
  readonly repository: string;
  /** Exact tag; never a moving one such as `latest`. */
  readonly tag: string;
  /** User and group ids that the image's programs run as; all non-root. */
  readonly user: ContainerUser;
}

/** Numeric ids, because an image's /etc/passwd is not read by every target. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Versions of what is not the Temporal server; the server's own version is configuration. */
export const versions = {
  /** Debian 12's PostgreSQL, which is what can be built where no registry answers. Supported until November 2027. */
  postgres: "15.20",
  ui: "2.58.1",
  caddy: "2.11.7",
  /** The CLI inside `temporalio/admin-tools`, and the independent client of the end-to-end tests. */
  cli: "1.9.1",
} as const;

/**
 * The image of each program.
 *
 * @param serverVersion Version of the Temporal server, such as `1.32.2`; the admin tools always have the same.
 */
export function imageCatalogue(serverVersion: string): Readonly<Record<ImageName, Image>> {
  return {
    postgres: {
      repository: "postgres",
      tag: `${versions.postgres}-bookworm`,
      user: { uid: 999, gid: 999 },
    },
    server: { repository: "temporalio/server", tag: serverVersion, user: { uid: 1000, gid: 1000 } },
    "admin-tools": {
      repository: "temporalio/admin-tools",
      tag: serverVersion,
      user: { uid: 1000, gid: 1000 },
    },
    ui: { repository: "temporalio/ui", tag: versions.ui, user: { uid: 5000, gid: 5000 } },
    gateway: { repository: "caddy", tag: versions.caddy, user: { uid: 1000, gid: 1000 } },
  };
}

/**
 * The reference by which an engine finds an image, such as `registry.example.com/mirror/temporalio/server:1.32.2`.
 *
 * @param registryPrefix Prefix of a mirror without a trailing slash, or undefined for Docker Hub.
 */
export function imageReference(image: Image, registryPrefix?: string): string {
  const name = `${image.repository}:${image.tag}`;
  return registryPrefix === undefined ? name : `${registryPrefix}/${name}`;
}
