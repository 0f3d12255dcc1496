/**
 * The catalogue of images: every program the platform runs, by the name and tag its own project publishes.
 *
 * Whether an image was pulled or built on the spot is not known here: an image that offline/ builds carries the same reference and
 * keeps its programs at the same paths, so that one description runs on both.
 */
import type { Cluster } from "./cluster.ts";

/** The programs that every cluster runs. */
export const imageNames = ["postgres", "server", "adminTools", "ui", "gateway"] as const;

/** The programs that a cluster runs only when its config asks for them. */
export const optionalImageNames = [
  "archive",
  "prometheus",
  "opensearch",
  "postgresExporter",
  "elasticsearchExporter",
  "alertmanager",
] as const;

/** One of {@link imageNames}. */
export type CommonImageName = (typeof imageNames)[number];

/** One of {@link optionalImageNames}. */
export type OptionalImageName = (typeof optionalImageNames)[number];

/** Any of them. */
export type ImageName = CommonImageName | OptionalImageName;

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
  /** SeaweedFS, the object store of archived workflows; the release that PyPI has as well. */
  seaweedfs: "4.48",
  /**
   * The last long-term series before 3, whose config and rules Debian 12's 2.42 reads as well, which is what can be had where no registry answers.
   * Its makers supported it until July 2025; `images.prometheus` names a newer one, which reads both, too.
   */
  prometheus: "2.53.5",
  /** Built of the same version's Go module where no registry answers (offline/go/postgres-exporter). */
  postgresExporter: "0.17.1",
  /** Built of the same version's Go module where no registry answers (offline/go/elasticsearch-exporter). */
  elasticsearchExporter: "1.11.0",
  /** The newest whose Go module has its web page, too, of which the image is built where no registry answers (offline/go/alertmanager). */
  alertmanager: "0.31.1",
  /**
   * Of series 2, whose security plugin Maven Central has, too, which is what can be built where no registry answers. Temporal speaks to it as to
   * Elasticsearch 7.
   */
  opensearch: "2.19.4",
} as const;

/**
 * The image of each program that every cluster runs.
 *
 * @param serverVersion Version of the Temporal server, such as `1.32.2`; the admin tools always have the same.
 */
export function imageCatalogue(
  serverVersion: string,
  sources: ImageSources = {},
): Readonly<Record<CommonImageName, Image>> {
  const image = imageFrom(sources);
  return {
    postgres: image("postgres", "library/postgres", versions.postgres, 999, "-bookworm"),
    server: image("server", "temporalio/server", serverVersion, 1000),
    adminTools: image("adminTools", "temporalio/admin-tools", serverVersion, 1000),
    ui: image("ui", "temporalio/ui", versions.ui, 5000),
    // Alpine's variant has `nc`, by which Docker's health checks ask (decision 0002).
    gateway: image("gateway", "library/haproxy", versions.haproxy, 99, "-alpine"),
  };
}

/** The image of each program that every cluster runs, of one of them. */
export function imagesOf(cluster: {
  readonly server: { readonly version: string };
  readonly images: ImageSources;
}): Readonly<Record<CommonImageName, Image>> {
  return imageCatalogue(cluster.server.version, cluster.images);
}

/** The image of the object store, which has curl as well. */
export function archiveImage(sources: ImageSources = {}): Image {
  return imageFrom(sources)("archive", "chrislusf/seaweedfs", versions.seaweedfs, 1000);
}

/** The image of Prometheus. */
export function prometheusImage(sources: ImageSources = {}): Image {
  const { prometheus: version } = versions;
  return { ...imageFrom(sources)("prometheus", "prom/prometheus", `v${version}`, 65_534), version };
}

/** The image of postgres_exporter. */
export function postgresExporterImage(sources: ImageSources = {}): Image {
  const { postgresExporter: version } = versions;
  const path = "prometheuscommunity/postgres-exporter";
  return { ...imageFrom(sources)("postgresExporter", path, `v${version}`, 65_534), version };
}

/** The image of elasticsearch_exporter. */
export function elasticsearchExporterImage(sources: ImageSources = {}): Image {
  const { elasticsearchExporter: version } = versions;
  const path = "prometheuscommunity/elasticsearch-exporter";
  return { ...imageFrom(sources)("elasticsearchExporter", path, `v${version}`, 65_534), version };
}

/** The image of Alertmanager. */
export function alertmanagerImage(sources: ImageSources = {}): Image {
  const { alertmanager: version } = versions;
  return {
    ...imageFrom(sources)("alertmanager", "prom/alertmanager", `v${version}`, 65_534),
    version,
  };
}

/** The image of OpenSearch, which has curl and bash as well. */
export function opensearchImage(sources: ImageSources = {}): Image {
  return imageFrom(sources)(
    "opensearch",
    "opensearchproject/opensearch",
    versions.opensearch,
    1000,
  );
}

/** The image of any program; see {@link imageCatalogue}. */
export function imageNamed(name: ImageName, serverVersion: string, sources: ImageSources): Image {
  const optional = {
    archive: archiveImage(sources),
    prometheus: prometheusImage(sources),
    opensearch: opensearchImage(sources),
    postgresExporter: postgresExporterImage(sources),
    elasticsearchExporter: elasticsearchExporterImage(sources),
    alertmanager: alertmanagerImage(sources),
  };
  return { ...imageCatalogue(serverVersion, sources), ...optional }[name];
}

function imageFrom(sources: ImageSources) {
  return (name: ImageName, path: string, version: string, id: number, variant = ""): Image => ({
    reference: sources[name] ?? `${onRegistry(path, sources.registry)}:${version}${variant}`,
    version,
    user: { uid: id, gid: id },
  });
}

/**
 * A path of Docker Hub on a registry. Engines fill in `library/` on Docker Hub only; a mirror knows official images by their full path (Amazon
 * ECR's manual, "Pulling an image with a pull through cache rule").
 */
function onRegistry(path: string, registry?: string): string {
  return registry === undefined ? path.replace(/^library\//, "") : `${registry}/${path}`;
}
