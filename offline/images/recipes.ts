/**
 * How each image of the catalogue is made where no registry answers. Programs stand at the official images' paths.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  alertmanagerImage,
  archiveImage,
  elasticsearchExporterImage,
  type Image,
  imageCatalogue,
  type ImageName,
  opensearchImage,
  postgresExporterImage,
  prometheusImage,
  versions,
} from "../../platform/images.ts";
import type { Report } from "../steps.ts";
import type { ImageConfig, Layer } from "./archive.ts";
import { opensearchLayers } from "./opensearch.ts";
import {
  cliProgram,
  objectStoreProgram,
  placed,
  prometheusPrograms,
  serverProgram,
  uiProgram,
} from "./programs.ts";
import { debianRoot } from "./root.ts";

/** Layers and config of an image. */
export interface Recipe {
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/** Where a recipe works. */
export interface BuildContext {
  readonly cacheDir: string;
  /** Temporary directory of this image; removed afterwards. */
  readonly workDir: string;
  readonly serverVersion: string;
  /** Hash of the recipes, by which what they make is known. */
  readonly recipeHash: string;
  readonly report: Report;
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Debian's directories for libraries. */
const libraries = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"];

/** What packages bring along and a program in a container does not need: Perl, odd character sets. */
const needless = [
  ...libraries.flatMap((directory) =>
    ["libperl.so.5.36.0", "perl", "perl-base", "gconv"].map((name) => `${directory}/${name}`),
  ),
  "usr/bin/perl",
  "usr/share/perl",
  "usr/share/perl5",
  "usr/share/i18n",
];

/** Of PostgreSQL's packages the JIT compiler as well. */
const postgresNeedless = [
  "usr/lib/llvm-14",
  "usr/lib/postgresql/15/lib/bitcode",
  "usr/lib/postgresql/15/lib/llvmjit.so",
  "usr/lib/postgresql/15/lib/llvmjit_types.bc",
  ...libraries.flatMap((directory) =>
    ["libLLVM-14.so.1", "libz3.so.4"].map((name) => `${directory}/${name}`),
  ),
  ...needless,
];

/** Of Prometheus's packages what its older web page does not read: time zones one by one, and other pages' libraries. */
const prometheusNeedless = [
  ...["moment-timezone/data", "yui3", "dojox"].map((name) => `usr/share/javascript/${name}`),
  "usr/share/nodejs",
  ...needless,
];

/** Where offline/go/temporal-ui/go.mod cannot have upstream's versions. */
const uiDifferences =
  "github.com/labstack/echo/v4 v4.16.0 for v4.16.1, go.temporal.io/api v1.64.1 for v1.64.0";

/** The recipes, by image. */
export const recipes: Readonly<Record<ImageName, (context: BuildContext) => Promise<Recipe>>> = {
  postgres: async (context) => {
    const directory = await debianRoot(
      join(context.cacheDir, "roots", `postgres-${context.recipeHash}`),
      // The last gives a user id without an account a name (platform/postgres.ts); the official image has it, too.
      ["postgresql-15", "postgresql-client-15", "libnss-wrapper"],
      postgresNeedless,
      context.report,
    );
    const { user } = imageCatalogue(context.serverVersion).postgres;
    const version = await postgresVersion(directory);
    if (version !== versions.postgres) {
      context.report(
        `note: Debian's PostgreSQL is ${version} now; the image keeps the tag of ${versions.postgres}`,
      );
    }
    const data = "var/lib/postgresql/data";
    const empty = await placed(context.workDir, {}, [data, "var/run/postgresql"]);
    return {
      layers: [
        { directory },
        {
          directory: empty,
          owners: { "var/lib/postgresql": user, [data]: user, "var/run/postgresql": user },
        },
      ],
      config: {
        ...config("postgres", version, imageCatalogue(context.serverVersion).postgres),
        Env: [`PATH=/usr/lib/postgresql/15/bin:${path}`, "LANG=C.UTF-8"],
        Cmd: ["postgres"],
      },
    };
  },

  server: async (context) => {
    const { serverVersion, cacheDir, report } = context;
    const server = await serverProgram("temporal-server", serverVersion, cacheDir, report);
    return {
      layers: await onCommonRoot(context, { [server]: "usr/local/bin/temporal-server" }, [
        "etc/temporal",
      ]),
      config: {
        ...config("server", serverVersion, imageCatalogue(serverVersion).server),
        WorkingDir: "/etc/temporal",
      },
    };
  },

  adminTools: async (context) => {
    const { serverVersion, cacheDir, report } = context;
    const places: Record<string, string> = {
      [await cliProgram(cacheDir, report)]: "usr/local/bin/temporal",
    };
    for (const tool of ["temporal-sql-tool", "temporal-elasticsearch-tool", "tdbg"] as const) {
      const program = await serverProgram(tool, serverVersion, cacheDir, report);
      places[program] = `usr/local/bin/${tool}`;
    }
    return {
      layers: await onCommonRoot(context, places),
      config: config("admin-tools", serverVersion, imageCatalogue(serverVersion).adminTools),
    };
  },

  ui: async (context) => {
    const { program, config: defaults } = await uiProgram(context.cacheDir, context.report);
    const common = config("ui", versions.ui, imageCatalogue(context.serverVersion).ui);
    return {
      layers: await onCommonRoot(context, {
        [program]: "home/ui-server/ui-server",
        [defaults]: "home/ui-server/config/docker.yaml",
      }),
      config: {
        ...common,
        WorkingDir: "/home/ui-server",
        Labels: { ...common.Labels, "temporal-platform/differs-from-upstream": uiDifferences },
      },
    };
  },

  gateway: async (context) => {
    const directory = await debianRoot(
      join(context.cacheDir, "roots", `haproxy-${context.recipeHash}`),
      ["haproxy"],
      [],
      context.report,
    );
    return {
      layers: [{ directory }],
      config: {
        ...config("gateway", versions.haproxy, imageCatalogue(context.serverVersion).gateway),
        // The signal by which HAProxy ends in an orderly way; the official image says the same.
        StopSignal: "SIGUSR1",
      },
    };
  },

  archive: async (context) => {
    const { cacheDir, recipeHash, report } = context;
    const program = await objectStoreProgram(cacheDir, report);
    const root = join(cacheDir, "roots", `curl-${recipeHash}`);
    const { user } = archiveImage();
    return {
      layers: [
        { directory: await debianRoot(root, ["curl"], [], report) },
        {
          directory: await placed(context.workDir, { [program]: "usr/bin/weed" }, ["data"]),
          owners: { data: user },
        },
      ],
      config: config("archive", versions.seaweedfs, archiveImage()),
    };
  },

  prometheus: async (context) => {
    const root = join(context.cacheDir, "roots", `prometheus-${context.recipeHash}`);
    const { user } = prometheusImage();
    const empty = await placed(context.workDir, {}, ["prometheus"]);
    return {
      layers: [
        {
          directory: await debianRoot(root, ["prometheus"], prometheusNeedless, context.report),
        },
        { directory: empty, owners: { prometheus: user } },
      ],
      config: {
        ...config("prometheus", "2.42", prometheusImage()),
        WorkingDir: "/prometheus",
      },
    };
  },

  opensearch: async ({ cacheDir, workDir, recipeHash, report }) => ({
    layers: await opensearchLayers(cacheDir, workDir, recipeHash, report),
    config: {
      ...config("opensearch", versions.opensearch, opensearchImage()),
      WorkingDir: "/usr/share/opensearch",
    },
  }),

  postgresExporter: async (context) => {
    const programs = await prometheusPrograms("postgresExporter", context.cacheDir, context.report);
    return {
      layers: await onCommonRoot(context, inLocalBin(programs)),
      config: config("postgres-exporter", versions.postgresExporter, postgresExporterImage()),
    };
  },

  elasticsearchExporter: async (context) => {
    const { cacheDir, report } = context;
    const programs = await prometheusPrograms("elasticsearchExporter", cacheDir, report);
    const { elasticsearchExporter: version } = versions;
    return {
      layers: await onCommonRoot(context, inLocalBin(programs)),
      config: config("elasticsearch-exporter", version, elasticsearchExporterImage()),
    };
  },

  alertmanager: async (context) => {
    const programs = await prometheusPrograms("alertmanager", context.cacheDir, context.report);
    const { user } = alertmanagerImage();
    const [root, own] = await onCommonRoot(context, inLocalBin(programs), ["alertmanager"]);
    return {
      layers: [root, { ...own, owners: { alertmanager: user } }],
      config: {
        ...config("alertmanager", versions.alertmanager, alertmanagerImage()),
        WorkingDir: "/alertmanager",
      },
    };
  },
};

/** Places of programs in an image: the platform calls them by name, wherever the official image has them. */
function inLocalBin(programs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(programs).map(([name, program]) => [program, `usr/local/bin/${name}`]),
  );
}

/** The version that a PostgreSQL program says of itself; read from the file, since it may not run on this machine. */
async function postgresVersion(root: string): Promise<string> {
  const program = await readFile(join(root, "usr/lib/postgresql/15/bin/postgres"), "latin1");
  const version = /PostgreSQL (\d+\.\d+) \(/.exec(program)?.[1];
  if (version === undefined) throw new Error("Debian's PostgreSQL does not tell its version");
  return version;
}

/** Files outside this folder that say which versions go into images; a tag names only one of them. */
const pinned = [
  "../../platform/images.ts",
  "../go.ts",
  "../go/temporal/go.mod",
  "../go/temporal/go.sum",
  "../go/temporal-ui/go.mod",
  "../go/temporal-ui/go.sum",
  "../go/postgres-exporter/go.mod",
  "../go/postgres-exporter/go.sum",
  "../go/elasticsearch-exporter/go.mod",
  "../go/elasticsearch-exporter/go.sum",
  "../go/alertmanager/go.mod",
  "../go/alertmanager/go.sum",
  "../maven/opensearch/pom.xml",
  "../maven/opensearch/artifacts.sha256",
];

/** A hash of everything in this folder and of what is pinned elsewhere, so that a changed recipe never meets an old image. */
export async function hashOfRecipes(): Promise<string> {
  const hash = createHash("sha256");
  const folder = import.meta.dirname;
  for (const name of [...(await readdir(folder)).sort(), ...pinned])
    hash.update(await readFile(join(folder, name)));
  return hash.digest("hex").slice(0, 12);
}

async function onCommonRoot(
  context: BuildContext,
  places: Readonly<Record<string, string>>,
  emptyDirectories: readonly string[] = [],
): Promise<readonly [root: Layer, own: Layer]> {
  const root = join(context.cacheDir, "roots", `common-${context.recipeHash}`);
  return [
    { directory: await debianRoot(root, [], [], context.report) },
    { directory: await placed(context.workDir, places, emptyDirectories) },
  ];
}

function config(title: string, version: string, { user }: Image): ImageConfig {
  return {
    User: `${user.uid}:${user.gid}`,
    Env: [`PATH=${path}`, "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
    Labels: {
      "org.opencontainers.image.title": title,
      "org.opencontainers.image.version": version,
      "temporal-platform/built-from": "package registries",
    },
  };
}
