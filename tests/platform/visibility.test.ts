import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { configCheckTask, roleWorkload } from "../../components/server.ts";
import { visibilityCopyTasks } from "../../components/visibility.ts";
import { databaseCallers } from "../../platform/database.ts";
import { renderServerConfig } from "../../platform/server-config.ts";
import { dynamicConfigOf } from "../../platform/server-settings.ts";
import { searchIndex } from "../../platform/visibility.ts";
import { visibilityFields, visibilityIndexEnvironment } from "../../platform/visibility-tasks.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const external = {
  ...{ kind: "external", url: "https://search.example.com" },
  credentials: { kind: "basic", username: "app" },
  tls: { ca: "tests/config/authority.pem", serverName: "search.internal" },
};
const managed = (stage: string): object => ({ visibility: { kind: "managed", stage } });

interface Rendered {
  readonly persistence: {
    readonly datastores: { readonly visibility: Readonly<Record<string, object>> };
  };
}

/** The store that the server's config has for visibility. */
function store(more: object): Readonly<Record<string, object>> {
  const text = renderServerConfig(clusterWith(more))
    .replace(/\{\{ env "(\w+)" \| toJson \}\}\n/g, "from $1\n")
    .replace(/\{\{[^}]*\}\}/g, "expanded");
  return (load(text) as Rendered).persistence.datastores.visibility;
}

describe("the server's static config", () => {
  it("has PostgreSQL's lists until an index serves", () => {
    expect(store({})).toHaveProperty("sql");
    expect(store(managed("fill"))).toEqual(store({}));
    expect(renderServerConfig(clusterWith(managed("fill")))).toBe(
      renderServerConfig(clusterWith()),
    );
  });

  it("has the platform's own node, whose password is in the environment", () => {
    for (const stage of ["serve", "only"]) {
      expect(store(managed(stage))).toEqual({
        elasticsearch: {
          ...{ version: "v7", url: { scheme: "http", host: "opensearch:9200" } },
          ...{ username: "temporal", password: "from OPENSEARCH_PASSWORD" },
          indices: { visibility: "temporal_visibility_v1_platform" },
          closeIdleConnectionsInterval: "15s",
        },
      });
    }
  });

  it("checks the certificate of a server of somebody else's", () => {
    expect(store({ visibility: external })).toMatchObject({
      elasticsearch: {
        url: { scheme: "https", host: "search.example.com:443" },
        indices: { visibility: "temporal_visibility_v1_dev" },
        tls: {
          ...{ enabled: true, enableHostVerification: true, serverName: "search.internal" },
          caFile: "/etc/temporal/visibility/ca.pem",
        },
      },
    });
  });

  it("has no user where the server asks for nothing", () => {
    const open = { ...external, url: "http://search", tls: {}, credentials: { kind: "none" } };
    expect(store({ visibility: open })["elasticsearch"]).not.toHaveProperty("username");
    expect(store({ visibility: open })["elasticsearch"]).not.toHaveProperty("tls");
  });
});

describe("a role", () => {
  it("has the password and the certificates of the index when it uses it, and not before", () => {
    const of = (more: object) => roleWorkload(clusterWith(more), "history");
    expect(of({ visibility: external }).environment).toHaveProperty("OPENSEARCH_PASSWORD");
    expect(of({ visibility: external }).files.map(({ path }) => path)).toContain(
      "/etc/temporal/visibility/ca.pem",
    );
    expect(of(managed("fill"))).toEqual(of({}));
  });

  it("may order lists, which the server refuses by default", () => {
    const key = "system.visibilityDisableOrderByClause";
    expect(dynamicConfigOf(clusterWith(managed("only")))[key]).toEqual([{ value: false }]);
    expect(dynamicConfigOf(clusterWith(managed("fill")))).not.toHaveProperty(key);
  });

  it("has its config checked without a secret", () => {
    expect(configCheckTask(clusterWith(managed("only"))).environment).not.toHaveProperty(
      "OPENSEARCH_PASSWORD",
    );
  });
});

describe("the index task", () => {
  it("asks as the servers do", () => {
    const index = searchIndex(clusterWith({ visibility: external }));
    expect(index === undefined ? {} : visibilityIndexEnvironment(index)).toEqual({
      ES_SERVER: "https://search.example.com",
      ES_VISIBILITY_INDEX: "temporal_visibility_v1_dev",
      ES_USER: "app",
      ES_PWD: { secret: "OPENSEARCH_PASSWORD" },
      ES_TLS: "true",
      ES_TLS_CA_FILE: "/etc/temporal/visibility/ca.pem",
      ES_TLS_SERVER_NAME: "search.internal",
    });
  });
});

describe("the copies", () => {
  const moments = (stage: string): readonly unknown[] => {
    const { before, after } = visibilityCopyTasks(clusterWith(managed(stage)));
    return [before?.environment["MOMENT"], after?.environment["MOMENT"]];
  };

  it("are made while lists are on the move, before the roles change and after all have", () => {
    expect(moments("fill")).toEqual(["fill", undefined]);
    expect(moments("serve")).toEqual(["before", "after"]);
    expect(moments("only")).toEqual([undefined, undefined]);
  });

  it("may call PostgreSQL while there are any", () => {
    const calling = (more: object): string => JSON.stringify(databaseCallers(clusterWith(more)));
    expect(calling(managed("serve"))).toContain("visibility-catch-up");
    expect(calling(managed("fill"))).toContain("visibility-copy");
    expect(calling(managed("only"))).toBe(calling({}));
  });

  it("ask PostgreSQL with the user's own parameters", () => {
    const postgres = {
      ...{ kind: "external", host: "db", tls: "require" },
      connectAttributes: { search_path: "a b" },
    };
    const visibility = { kind: "managed", stage: "fill" };
    const { before } = visibilityCopyTasks(clusterWith({ postgres, visibility }));
    expect(before?.environment).toMatchObject({
      ...{ PGHOST: "db", PGSSLMODE: "require", PGOPTIONS: "-c search_path=a\\ b" },
      ...{ SEARCH_SCHEME: "http", SEARCH_HOST: "opensearch", SEARCH_PORT: "9200" },
    });
  });

  it("have a field for every column of PostgreSQL's", () => {
    const { properties } = JSON.parse(visibilityFields) as {
      properties: Readonly<Record<string, { readonly type: string }>>;
    };
    expect(Object.keys(properties)).toHaveLength(29);
    expect(properties).toMatchObject({
      Keyword10: { type: "keyword" },
      Datetime03: { type: "date_nanos" },
      Double01: { type: "scaled_float" },
    });
  });
});
