/**
 * How each image of the catalogue is made where no registry answers. Programs stand at the official images' paths.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { type Image, imageCatalogue, type ImageName, versions } from "../../platform/images.ts";
import type { ImageConfig, Layer } from "./archive.ts";
import { caddyProgram, cliProgram, placed, serverProgram, uiProgram } from "./programs.ts";
import { debianRoot } from "./root.ts";

/** Layers and config of an image. */
export interface Recipe {
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/** Where a recipe works. */
export interface Kitchen {
  readonly cacheDir: string;
  /** Temporary directory of this image; removed afterwards. */
  readonly workDir: string;
  readonly serverVersion: string;
  /** Hash of the recipes, by which what they make is known. */
  readonly recipeHash: string;
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What PostgreSQL's packages bring along and a server in a container does not need: the JIT compiler, Perl, odd character sets. */
const postgresNeedless = [
  "usr/lib/llvm-14",
  "usr/lib/x86_64-linux-gnu/libLLVM-14.so.1",
  "usr/lib/aarch64-linux-gnu/libLLVM-14.so.1",
  "usr/lib/postgresql/15/lib/bitcode",
  "usr/lib/postgresql/15/lib/llvmjit.so",
  "usr/lib/x86_64-linux-gnu/perl",
  "usr/lib/x86_64-linux-gnu/perl-base",
  "usr/lib/x86_64-linux-gnu/gconv",
  "usr/share/perl",
  "usr/share/perl5",
  "usr/share/i18n",
  "usr/lib/x86_64-linux-gnu/libicudata.so.72.debug",
];

/** The recipes, by image. */
export const recipes: Readonly<Record<ImageName, (kitchen: Kitchen) => Promise<Recipe>>> = {
  postgres: async (kitchen) => {
    const directory = await debianRoot(
      join(kitchen.cacheDir, "roots", `postgres-${kitchen.recipeHash}`),
      ["postgresql-15", "postgresql-client-15"],
      postgresNeedless,
    );
    const { stdout } = await execa(join(directory, "usr/lib/postgresql/15/bin/postgres"), ["-V"], {
      reject: false,
      env: { LD_LIBRARY_PATH: join(directory, "usr/lib/x86_64-linux-gnu") },
    });
    const [version = versions.postgres] = /\d+\.\d+/.exec(stdout) ?? [];
    const data = "var/lib/postgresql/data";
    const empty = await placed(kitchen.workDir, {}, [data, "var/run/postgresql"]);
    const { user } = imageCatalogue(kitchen.serverVersion).postgres;
    return {
      layers: [
        { directory },
        {
          directory: empty,
          owners: { "var/lib/postgresql": user, [data]: user, "var/run/postgresql": user },
        },
      ],
      config: {
        ...config("postgres", version, imageCatalogue(kitchen.serverVersion).postgres),
        Env: [`PATH=/usr/lib/postgresql/15/bin:${path}`, "LANG=C.UTF-8"],
        Cmd: ["postgres"],
      },
    };
  },

  server: async (kitchen) => {
    const { serverVersion, cacheDir } = kitchen;
    const server = await serverProgram("temporal-server", serverVersion, cacheDir);
    return {
      layers: await onCommonRoot(kitchen, { [server]: "usr/local/bin/temporal-server" }, [
        "etc/temporal",
      ]),
      config: {
        ...config("server", serverVersion, imageCatalogue(serverVersion).server),
        WorkingDir: "/etc/temporal",
      },
    };
  },

  "admin-tools": async (kitchen) => {
    const { serverVersion, cacheDir } = kitchen;
    const places: Record<string, string> = {
      [await cliProgram(cacheDir)]: "usr/local/bin/temporal",
    };
    for (const tool of ["temporal-sql-tool", "temporal-elasticsearch-tool", "tdbg"] as const) {
      places[await serverProgram(tool, serverVersion, cacheDir)] = `usr/local/bin/${tool}`;
    }
    return {
      layers: await onCommonRoot(kitchen, places),
      config: config("admin-tools", serverVersion, imageCatalogue(serverVersion)["admin-tools"]),
    };
  },

  ui: async (kitchen) => ({
    layers: await onCommonRoot(kitchen, {
      [await uiProgram(kitchen.cacheDir)]: "home/ui-server/ui-server",
    }),
    config: {
      ...config("ui", versions.ui, imageCatalogue(kitchen.serverVersion).ui),
      WorkingDir: "/home/ui-server",
    },
  }),

  gateway: async (kitchen) => ({
    layers: await onCommonRoot(
      kitchen,
      { [await caddyProgram(kitchen.cacheDir)]: "usr/bin/caddy" },
      ["etc/caddy", "data", "config"],
    ),
    config: config("gateway", versions.caddy, imageCatalogue(kitchen.serverVersion).gateway),
  }),
};

/** A hash of everything in this folder, so that a changed recipe never meets an old image. */
export async function hashOfRecipes(): Promise<string> {
  const hash = createHash("sha256");
  const folder = import.meta.dirname;
  for (const name of (await readdir(folder)).sort())
    hash.update(await readFile(join(folder, name)));
  return hash.digest("hex").slice(0, 12);
}

async function onCommonRoot(
  kitchen: Kitchen,
  places: Readonly<Record<string, string>>,
  emptyDirectories: readonly string[] = [],
): Promise<Layer[]> {
  const root = join(kitchen.cacheDir, "roots", `common-${kitchen.recipeHash}`);
  return [
    { directory: await debianRoot(root, [], []) },
    { directory: await placed(kitchen.workDir, places, emptyDirectories) },
  ];
}

function config(name: ImageName, version: string, { user }: Image): ImageConfig {
  return {
    User: `${String(user.uid)}:${String(user.gid)}`,
    Env: [`PATH=${path}`, "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
    Labels: {
      "org.opencontainers.image.title": name,
      "org.opencontainers.image.version": version,
      "temporal-platform/built-from": "package registries",
    },
  };
}
