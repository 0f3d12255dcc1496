/**
 * The schema of visibility: where lists, counts and searches of workflows are answered from, and how they move out of PostgreSQL.
 */
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import { visibilityIndexPrefix, visibilityPasswordVariable } from "../platform/visibility.ts";
import { compareServerVersions, parseServerVersion } from "../platform/versions.ts";
import { certificates } from "./certificates.ts";
import type { Key } from "./keys.ts";
import { secretSource } from "./secret-source.ts";
import { resources, storageGiB } from "./units.ts";

/** The first server that knows PostgreSQL's names of search attributes in an index, too (temporal/temporal/fx.go, `indexSearchAttributes`). */
const firstVersion = "1.32.0";

const stage = z
  .enum(["fill", "serve", "only"])
  .default("only")
  .describe(
    "A step of the move from PostgreSQL, see [visibility](runbooks/visibility.md). `fill`: PostgreSQL answers, and the index is made and filled; `serve`: the index answers, and gets what PostgreSQL was told meanwhile; `only`: PostgreSQL is not asked any more, which is what a new cluster begins with",
  );

const credentials = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("It asks for nothing") }),
    z.strictObject({
      kind: z.literal("basic").describe("A user and a password"),
      username: z.string().min(1).describe("Name of the user"),
      password: secretSource
        .prefault({ env: visibilityPasswordVariable })
        .describe(
          `Where the password is; {env: ${visibilityPasswordVariable}} when left out; {name, key} of a Kubernetes Secret on kubernetes`,
        ),
    }),
  ])
  .describe("By what the servers are let in");

/** Where lists, counts and searches of workflows are answered from. */
export const visibility = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("postgres").describe("From PostgreSQL"),
    }),
    z
      .strictObject({
        kind: z.literal("managed").describe("From an OpenSearch of the platform's own, one node"),
        stage,
        resources: resources("2GiB", 1024),
        storage: storageGiB
          .prefault("20GiB")
          .describe("Size of the volume where the target can bound it"),
      })
      .transform(({ storage, ...rest }) => ({ ...rest, storageGiB: storage })),
    z.strictObject({
      kind: z
        .literal("external")
        .describe("From an OpenSearch 2, or an Elasticsearch 7 or 8, that is there already"),
      stage,
      url: z
        .url({
          protocol: /^https?$/,
          error: "must be an address such as https://search.example.com:9200",
        })
        .refine((text) => !URL.canParse(text) || new URL(text).username === "", {
          message: "must not hold a user or a password: credentials has them",
        })
        .refine((text) => !URL.canParse(text) || new URL(text).pathname === "/", {
          message: "must have no path",
        })
        .transform((text) => new URL(text).origin)
        .describe("Address as the containers see it, of a node or of what stands before several"),
      index: z
        .string()
        .regex(
          new RegExp(`^${visibilityIndexPrefix}[a-z0-9_-]*$`),
          `must begin with ${visibilityIndexPrefix}, for which Temporal's template is, and go on with lowercase letters, digits, hyphens and underscores`,
        )
        .exactOptional()
        .describe(
          `Name of the index, which no other cluster may have; \`${visibilityIndexPrefix}_<cluster>\` when left out`,
        ),
      credentials,
      tls: z
        .strictObject({
          ca: certificates
            .exactOptional()
            .describe(
              "Certificates of the authority that signed the server's: PEM, or the path of a file; the images' own authorities when left out",
            ),
          serverName: z
            .string()
            .min(1)
            .exactOptional()
            .describe("Name that the certificate has, where it is not the host of url"),
        })
        .prefault({})
        .describe("How the server's certificate is checked, where url is https"),
    }),
  ])
  .prefault({ kind: "postgres" })
  .describe("Where lists, counts and searches of workflows are answered from");

/** Names of the columns that PostgreSQL has for attributes; the copy brings them along. */
const column = /^(Bool|Datetime|Double|Int|Keyword|KeywordList|Text)\d\d$/;

/** Refuses visibility that does not fit the rest of the cluster. */
export function checkVisibility(cluster: Cluster, clusterKey: Key): void {
  const { visibility: given, server } = cluster;
  if (given.kind === "postgres") return;
  const key = clusterKey.at("visibility");
  const [version, first] = [server.version, firstVersion].map(parseServerVersion);
  if (version !== undefined && first !== undefined && compareServerVersions(version, first) < 0) {
    key
      .at("kind")
      .refuse(`needs server.version ${firstVersion} or newer: older ones are not proven with it`);
  }
  checkNames(cluster, clusterKey);
  if (given.kind === "external") checkExternal(cluster, given, key);
}

/** An index has one field for all that have an attribute of a name. */
function checkNames({ namespaces }: Cluster, clusterKey: Key): void {
  const first = new Map<string, { readonly namespace: string; readonly type: string }>();
  for (const [namespace, { searchAttributes }] of Object.entries(namespaces)) {
    for (const [name, type] of Object.entries(searchAttributes)) {
      const key = clusterKey.at("namespaces", namespace, "searchAttributes", name);
      if (column.test(name)) {
        key.refuse("is the name of a column of PostgreSQL's; choose another one");
      }
      const other = first.get(name);
      if (other === undefined) first.set(name, { namespace, type });
      else if (other.type !== type) {
        key.refuse(
          `must be ${other.type}, as in namespace ${other.namespace}: an index has one field for both; choose another name, or visibility.kind postgres`,
        );
      }
    }
  }
}

function checkExternal(
  { postgres }: Cluster,
  { url, stage: step, tls }: Extract<Cluster["visibility"], { kind: "external" }>,
  key: Key,
): void {
  const secured = url.startsWith("https:");
  for (const what of ["ca", "serverName"] as const) {
    if (secured || tls[what] === undefined) continue;
    key.at("tls", what).refuse("needs an address with https: without TLS there is no certificate");
  }
  if (step === "only") return;
  // The image of PostgreSQL, in which the copy runs, has no authorities.
  const why = `is missing; with visibility.stage ${step} it must be given, because the image that copies has no authorities of its own`;
  if (secured && tls.ca === undefined) key.at("tls", "ca").refuse(why);
  if (postgres.kind === "external" && postgres.tls === "verify-full" && postgres.ca === undefined) {
    key.at("stage").refuse(`postgres.ca ${why}`);
  }
}
