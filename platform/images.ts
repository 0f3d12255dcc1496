/**
 * The catalogue of images: every program the platform runs, by the name and tag its own project publishes.
 *
 * Whether an image was pulled or built on the spot is not known here: an image that offline/ builds carries the same reference and
 * keeps its programs at the same paths, so that one description runs on both.
 */
import type { Cluster } from "./cluster.ts";

/** The programs that the platform runs. */
export const imageNames = ["postgres", "server", "adminTools", "ui", "gateway"] as const;

/** One of {@link imageNames}. */
export type ImageName = (typeof imageNames)[number];

/** An image and what is known of it beforehand. */
export interface Image {
  /** By which an engine finds it, such as `registry.example.com/mirror/temporalio/server:1.32.2`. */
  readonly reference: string;
  /** Version of what is in it. */
  readonly version: string;
  /** User and group ids that the image's programs run as; all non-root. */
  readonly user: ContainerUser;
}

/** Numeric ids, because an image's /etc/passwd is not read by every target. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where images come from when it is not Docker Hub: a reference for each that is somebody's own, and a mirror for the others. */
export type ImageSources = Cluster["images"];

/** Versions of what is not the Temporal server; the server's own version is configuration. */
export const versions = {
  /** Debian 12's PostgreSQL, which is what can be built where no registry answers. Supported until November 2027. */
  postgres: "15.20",
  ui: "2.58.1",
  /** The series of Debian 12's HAProxy, which is what can be built where no registry answers. Supported until the second quarter of 2027. */
  haproxy: "2.6.31",
  /** The CLI inside `temporalio/admin-tools`, and the independent client of the end-to-end tests. */
  cli: "1.9.1",
} as const;

/**
 * The image of each program.
 *
 * @param serverVersion Version of the Temporal server, such as `1.32.2`; the admin tools always have the same.
 */
export function imageCatalogue(
  serverVersion: string,
  sources: ImageSources = {},
): Readonly<Record<ImageName, Image>> {
  const image = (
    name: ImageName,
    path: string,
    version: string,
    id: number,
    variant = "",
  ): Image => ({
    reference: sources[name] ?? `${onRegistry(path, sources.registry)}:${version}${variant}`,
    version,
    user: { uid: id, gid: id },
  });
  return {
    postgres: image("postgres", "library/postgres", versions.postgres, 999, "-bookworm"),
    server: image("server", "temporalio/server", serverVersion, 1000),
    adminTools: image("adminTools", "temporalio/admin-tools", serverVersion, 1000),
    ui: image("ui", "temporalio/ui", versions.ui, 5000),
    // Alpine's variant has `nc`, by which Docker's health checks ask (decision 0002).
    gateway: image("gateway", "library/haproxy", versions.haproxy, 99, "-alpine"),
  };
}

/** The image of each program of a cluster. */
export function imagesOf(cluster: {
  readonly server: { readonly version: string };
  readonly images: ImageSources;
}): Readonly<Record<ImageName, Image>> {
  return imageCatalogue(cluster.server.version, cluster.images);
}

/**
 * A path of Docker Hub on a registry. Engines fill in `library/` on Docker Hub only; a mirror knows official images by their full path (Amazon
 * ECR's manual, "Pulling an image with a pull through cache rule").
 */
function onRegistry(path: string, registry?: string): string {
  return registry === undefined ? path.replace(/^library\//, "") : `${registry}/${path}`;
}
