/**
 * Alerts of the platform's OpenSearch that fire because the real thing is broken, and reach whoever is to be told. Times are written down in
 * test-results/search-alerts.json, as those of tests/e2e/alerts.e2e.release.test.ts are, with which it shares the cadence of scrapes and rules.
 */
import { rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { opensearchName } from "../../platform/opensearch.ts";
import { watermarks } from "../../platform/opensearch-config.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { underLoad } from "../../testkit/load.ts";
import { PrometheusApi } from "../../testkit/prometheus-api.ts";
import { writeResults } from "../../testkit/results.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { searchedCluster } from "../../testkit/visibility.ts";
import { startWebhook, type Webhook } from "../../testkit/webhook.ts";
import { moveToSmallDisk } from "../resilience/small-disk.ts";

const name = uniqueName("search");
const variable = "ALERTS_OF_A_TEST";
const storageGiB = 1;
const mebibyte = 2 ** 20;

let stack: TestStack;
let webhook: Webhook;
let address: string;
let prometheus: PrometheusApi;
const measured: object[] = [];

const node = (): Docker.Container =>
  stack.docker.getContainer(`temporal-${name}-${opensearchName}-0`);

/** Whether an expression has any series now. */
const is = async (query: string): Promise<boolean> => (await prometheus.now(query)).length > 0;

/** Waits until something is so; longer than any rule's own time, and what comes before it. */
async function until(what: string, attempt: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10 * 60_000;
  while (Date.now() < deadline) {
    if (await attempt()) return;
    await sleep(1_000);
  }
  throw new Error(`it did not happen that ${what}`);
}

/** Waits until an alert fires and its message has come, after a fault that began at a time, in milliseconds. */
async function expectAlert(alert: string, fault: string, since: number): Promise<void> {
  const seconds = (): number => Math.round((Date.now() - since) / 1000);
  await until(`${alert} fires`, () => is(`ALERTS{alertname="${alert}",alertstate="firing"}`));
  const firedSeconds = seconds();
  await until(`${alert} is told`, () =>
    webhook.told.some(
      ({ at, status, labels }) =>
        at >= since &&
        status === "firing" &&
        labels["alertname"] === alert &&
        labels["temporal_cluster"] === name,
    ),
  );
  measured.push({ alert, fault, seconds: firedSeconds, toldSeconds: seconds() });
  console.log(`${alert}: ${firedSeconds} s after the fault, told after ${seconds()} s`);
}

beforeAll(async () => {
  stack = await TestStack.create({});
  await imagesOn(stack.docker, [
    ...(["opensearch", "prometheus", "alertmanager", "elasticsearchExporter"] as const),
  ]);
  webhook = await startWebhook(stack.docker);
  const searched = await searchedCluster(name);
  ({ address } = searched);
  const loopbackPort = await freePort();
  prometheus = new PrometheusApi(`http://127.0.0.1:${loopbackPort}`);
  const visibility = {
    ...{ kind: "managed", storage: `${storageGiB}GiB`, resources: { memory: "1536MiB" } },
  };
  const monitoring = {
    ...{ kind: "managed", retention: "1d", storage: "1GiB", loopbackPort },
    postgresExporter: { kind: "none" },
    alertmanager: {
      ...{ kind: "managed", groupWait: "1s", groupInterval: "5s" },
      receivers: { test: { kind: "webhook", url: { env: variable } } },
    },
  };
  await stack.configure({ clusters: [{ ...searched.cluster, visibility, monitoring }] });
  await stack.up({ [variable]: webhook.url });
  await until("the node is watched", () =>
    is('count_over_time(elasticsearch_cluster_health_status{color="green"}[1m]) >= 3'),
  );
});

afterAll(async () => {
  await writeResults("search-alerts", { measured });
  await stack.dispose();
  await webhook.close();
});

describe("the platform's OpenSearch", () => {
  it("is well: green, and no alert of it fires or is about to", async () => {
    expect(await is('elasticsearch_cluster_health_status{color="green"} == 1')).toBe(true);
    // On Docker its disk is the machine's, and anybody may be filling that.
    const others = 'alertname=~"TemporalSearch.*",alertname!="TemporalSearchDiskFilling"';
    // One is about to until the node is watched.
    await until("no alert is about to fire", async () => !(await is(`ALERTS{${others}}`)));
    expect(await is('ALERTS{alertname=~"TemporalSearch.*",alertstate="firing"}')).toBe(false);
  });

  it("is told of before its disk is so full that lists stop, and no more when there is space", async () => {
    const volume = stack.docker.getVolume(`temporal-${name}-opensearch-data`);
    await moveToSmallDisk(node(), volume, "1200M");
    const { Mountpoint: mount } = await volume.inspect();
    const ballast = join(mount, "ballast");
    const { highMiB, floodStageMiB } = watermarks({ storageGiB });
    const leftMiB = (highMiB + floodStageMiB) / 2;
    const [, verdict] = await underLoad(address, 1, async (load) => {
      const { bavail, bsize } = await statfs(mount);
      const since = Date.now();
      await execa("fallocate", ["--length", String(bavail * bsize - leftMiB * mebibyte), ballast]);
      const fault = `${leftMiB} MiB of its disk are left`;
      await expectAlert("TemporalSearchDiskFull", fault, since);
      await load.completes(5);
      await rm(ballast);
    });
    // What was started is listed, too: it still writes.
    expect(verdict.faults).toEqual([]);
    const firing = 'ALERTS{alertname="TemporalSearchDiskFull"}';
    await until("the alert has ended", async () => !(await is(firing)));
  });

  it("is told of when it does not answer", async () => {
    const since = Date.now();
    await node().pause();
    try {
      await expectAlert("TemporalSearchUnwatched", "OpenSearch is paused", since);
    } finally {
      await node().unpause();
    }
  });
});
