/**
 * An index on an Elasticsearch 7.17 that somebody else runs, and what watches it. Its users are not tested: the image has none (testkit/elasticsearch.ts).
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Elasticsearch, startElasticsearch } from "../../testkit/elasticsearch.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { underLoad } from "../../testkit/load.ts";
import { PrometheusApi } from "../../testkit/prometheus-api.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { until } from "../../testkit/test-namespace.ts";
import {
  ids,
  patience,
  searchAttributes,
  searchedCluster,
  startOrders,
  withClient,
} from "../../testkit/visibility.ts";
import { describeQueries } from "./visibility-queries.ts";

const name = uniqueName("elastic");
const index = `temporal_visibility_v1_${name}`;
const [closed, open] = [40, 6];
const old = 'WorkflowId STARTS_WITH "old-"';

let elasticsearch: Elasticsearch;
let stack: TestStack;
let address: string;
let prometheus: PrometheusApi;

const found = (): Promise<readonly string[]> => withClient(address, (client) => ids(client, old));

/** What Elasticsearch answers. */
async function asked<S extends z.ZodType>(path: string, answer: S): Promise<z.output<S>> {
  const response = await fetch(`${elasticsearch.url}${path}`);
  return answer.parse(await response.json());
}

beforeAll(async () => {
  stack = await TestStack.create({});
  await imagesOn(stack.docker, ["prometheus", "elasticsearchExporter"]);
  elasticsearch = await startElasticsearch(stack.docker);
  const searched = await searchedCluster(name);
  ({ address } = searched);
  const loopbackPort = await freePort();
  prometheus = new PrometheusApi(`http://127.0.0.1:${loopbackPort}`);
  const visibility = {
    ...{ kind: "external", url: elasticsearch.url },
    credentials: { kind: "none" },
  };
  const monitoring = {
    ...{ kind: "managed", retention: "1d", storage: "1GiB", loopbackPort },
    postgresExporter: { kind: "none" },
    elasticsearchExporter: { kind: "managed" },
  };
  await stack.configure({ clusters: [{ ...searched.cluster, visibility, monitoring }] });
  await stack.up();
});

afterAll(async () => {
  await stack.dispose();
  await elasticsearch.dispose();
});

describe("lists in an Elasticsearch 7.17", () => {
  it("are in an index that the deployment has made there, by Temporal's template and with the namespace's attributes", async () => {
    const info = z.object({ version: z.looseObject({ number: z.string() }) });
    expect((await asked("/", info)).version.number).toMatch(/^7\.17\./);
    const template = "temporal_visibility_v1_template";
    expect(await asked("/_template", z.record(z.string(), z.unknown()))).toHaveProperty(template);
    const mapping = z.record(
      z.string(),
      z.object({
        mappings: z.looseObject({ properties: z.record(z.string(), z.unknown()) }),
      }),
    );
    const { properties } = (await asked(`/${index}/_mapping`, mapping))[index]?.mappings ?? {};
    expect(Object.keys(properties ?? {})).toEqual(
      expect.arrayContaining(["WorkflowId", ...Object.keys(searchAttributes)]),
    );
  });

  it("show what is started", async () => {
    await startOrders(address, "old", { closed, open });
    await until("all workflows are listed", async () => (await found()).length === closed + open);
    const running = `${old} AND ExecutionStatus = "Running"`;
    const still = (): Promise<readonly string[]> =>
      withClient(address, (client) => ids(client, running));
    await expect.poll(async () => (await still()).length, patience).toBe(open);
  });

  describeQueries({ address: () => address, statuses: { Completed: closed, Running: open } });

  it("miss nothing after it was restarted under load, and workflows go on", async () => {
    const [, verdict] = await underLoad(address, 1, async (load) => {
      await load.completes(10);
      await elasticsearch.restart();
      await load.completes(20);
    });
    expect(verdict.faults).toEqual([]);
    expect(await found()).toHaveLength(closed + open);
  });

  it("are watched: Prometheus knows its health, and the heap and the disk of its node", async () => {
    for (const query of [
      'elasticsearch_cluster_health_status{color="red"} == 0',
      'elasticsearch_jvm_memory_used_bytes{area="heap"}',
      "elasticsearch_filesystem_data_available_bytes",
    ]) {
      await expect.poll(() => prometheus.now(query), patience).not.toEqual([]);
    }
  });

  it("are made ready again by another deployment, which changes nothing", async () => {
    const { created, replaced, updated } = await stack.up();
    expect({ created, replaced, updated }).toEqual({ created: [], replaced: [], updated: [] });
  });
});
