/**
 * Alerts that fire because the real thing is broken, and reach whoever is to be told. The time from the fault to the alert, and to the message, is
 * written down in test-results/alerts.json. Scrapes and evaluations are those of every cluster, every 15 s, and so are the rules' own times (`for`);
 * only Alertmanager waits for one second, and not for thirty, before it tells of the first alert of a kind.
 */
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { isAlert } from "../../platform/monitoring/rule.ts";
import { rulesOf } from "../../platform/monitoring/rules.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { execIn } from "../../testkit/exec.ts";
import { type ExternalArchive, startExternalArchive } from "../../testkit/external-archive.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { writeResults } from "../../testkit/results.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { startWebhook, type Webhook } from "../../testkit/webhook.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";

const name = uniqueName("alerts");
const keys = { id: "app", secret: "given-by-an-administrator" };
const bucket = "closed-workflows";
let stack: TestStack;
let archive: ExternalArchive;
let webhook: Webhook;
let address: string;
let prometheus: string;
let environment: Readonly<Record<string, string>>;

const container = (part: string): Docker.Container =>
  stack.docker.getContainer(`temporal-${name}-${part}-0`);

beforeAll(async () => {
  const docker = new Docker();
  await imagesOn(docker, ["prometheus", "postgresExporter", "alertmanager", "archive"]);
  webhook = await startWebhook(docker);
  archive = await startExternalArchive(docker, keys);
  await archive.make(bucket);
  const publish = { ui: await freePort(), frontend: await freePort() };
  const loopbackPort = await freePort();
  address = `127.0.0.1:${publish.frontend}`;
  prometheus = `http://127.0.0.1:${loopbackPort}`;
  environment = {
    TEMPORAL_ARCHIVE_ACCESS_KEY_ID: keys.id,
    TEMPORAL_ARCHIVE_SECRET_ACCESS_KEY: keys.secret,
    ALERTS_OF_A_TEST: webhook.url,
  };
  stack = await TestStack.create({
    clusters: [
      {
        ...{ name, target: { kind: "docker", publish } },
        // What makes seconds of minutes; a real cluster leaves it out.
        server: { dynamicConfig: { "history.archivalProcessorArchiveDelay": "1s" } },
        // For two hundred connections more than the servers have.
        postgres: { kind: "managed", resources: { memory: "2GiB" } },
        archival: {
          ...{ kind: "external", bucket, region: "us-east-1", endpoint: archive.endpoint },
          ...{ pathStyle: true, credentials: { kind: "keys" } },
        },
        namespaces: { default: { archival: { history: "enabled", visibility: "enabled" } } },
        monitoring: {
          ...{ kind: "managed", retention: "1d", storage: "1GiB", loopbackPort },
          alertmanager: {
            ...{ kind: "managed", groupWait: "1s", groupInterval: "5s" },
            receivers: { test: { kind: "webhook", url: { env: "ALERTS_OF_A_TEST" } } },
          },
        },
      },
    ],
  });
  await stack.up(environment);
  // Rates and increases need something before the fault to compare with.
  await until("all is scraped", () => is("count(up == 1) == 8"));
  await until("PostgreSQL is watched", () => is("count_over_time(pg_up[1m]) >= 3"));
});

afterAll(async () => {
  await writeResults("alerts", { measured: measured.toSorted((a, b) => a.seconds - b.seconds) });
  await stack.dispose();
  await archive.dispose();
  await webhook.close();
});

const answer = z.object({
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }),
});

/** The labels of the series that an expression has now. */
async function now(query: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const words = new URLSearchParams({ query }).toString();
  const got = await fetch(`${prometheus}/api/v1/query?${words}`);
  return answer.parse(await got.json()).data.result.map(({ metric }) => metric);
}

/** An alert of one thing. */
interface Watched {
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The expression that has series while an alert fires. */
const firing = ({ alert, labels = {} }: Watched): string => {
  const matchers = Object.entries({ alertname: alert, alertstate: "firing", ...labels });
  return `ALERTS{${matchers.map(([key, value]) => `${key}="${value}"`).join(",")}}`;
};

/** How long it took until an alert fired, and until whoever is to be told was. */
interface Measured {
  readonly alert: string;
  readonly fault: string;
  /** The rule's own time for which its condition has to hold; 0 for none. */
  readonly for: string;
  /** From the fault to the alert, in seconds. */
  readonly seconds: number;
  /** From the fault to the message, in seconds. */
  readonly toldSeconds: number;
}
const measured: Measured[] = [];

/** The time that a rule's condition has to hold. */
function holdsFor(alert: string): string {
  const rules = rulesOf(clusterWith({ monitoring: { kind: "managed" } })).flatMap(
    (group) => group.rules,
  );
  return rules.filter(isAlert).find((rule) => rule.alert === alert)?.for ?? "0";
}

/** Whether an expression has any series now. */
const is = async (query: string): Promise<boolean> => (await now(query)).length > 0;

/** Waits until something is so; longer than any rule's own time, and what comes before it. */
async function until<T>(what: string, attempt: () => Promise<T | false | undefined>): Promise<T> {
  const deadline = Date.now() + 13 * 60_000;
  while (Date.now() < deadline) {
    const value = await attempt();
    if (value !== undefined && value !== false) return value;
    await sleep(1_000);
  }
  throw new Error(`it did not happen that ${what}`);
}

/** Waits until an alert fires and its message has come, after a fault that began at a time, in milliseconds. */
async function expectAlert(watched: Watched, fault: string, since: number): Promise<void> {
  const { alert, labels = {} } = watched;
  await until(`${alert} fires`, () => is(firing(watched)));
  const seconds = Math.round((Date.now() - since) / 1000);
  const message = await until(`${alert} is told`, () =>
    Promise.resolve(
      webhook.told.find(
        (one) =>
          one.at >= since &&
          one.status === "firing" &&
          one.labels["alertname"] === alert &&
          Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      ),
    ),
  );
  expect(message).toMatchObject({
    labels: { temporal_cluster: name },
    annotations: { summary: expect.any(String) as unknown },
  });
  const toldSeconds = Math.round((message.at - since) / 1000);
  measured.push({ alert, fault, for: holdsFor(alert), seconds, toldSeconds });
  console.log(`${alert}: ${seconds} s after the fault, told after ${toldSeconds} s`);
}

const sh = (script: string): ReturnType<typeof execIn> =>
  execIn(container("postgres"), ["/bin/sh", "-c", script]);

/** So many connections, each of which does nothing for a while. */
const pgbench = "pgbench -h /tmp -U postgres -n -t 1 -f /tmp/sleep.sql postgres";

const psql = (statements: string): ReturnType<typeof execIn> =>
  execIn(container("postgres"), [
    ...["psql", "-P", "pager=off", "-h", "/tmp", "-U", "postgres", "-d", "postgres"],
    ...["-qAtc", statements],
  ]);

describe("while the cluster serves", () => {
  const pollersGone = async (): Promise<void> => {
    const since = Date.now();
    const end = new AbortController();
    const queue = "nobody-polls";
    const start = ["workflow", "start", "--type", "greet", "--task-queue", queue];
    const arriving = (async () => {
      while (!end.signal.aborted) {
        await temporal(address, ...start);
        await sleep(10_000);
      }
    })();
    try {
      const labels = { taskqueue: "nobody_polls" };
      const fault = "workflows start on a task queue that no worker polls";
      await expectAlert({ alert: "TemporalPollersGone", labels }, fault, since);
    } finally {
      end.abort();
      await arriving;
    }
  };

  const connectionsFull = async (): Promise<void> => {
    const wanted = 242;
    const count = "SELECT count(*) FROM pg_stat_activity WHERE datname <> ''";
    const since = Date.now();
    const sleeping: Promise<unknown>[] = [];
    const end = new AbortController();
    // The servers open more, or give some back, meanwhile.
    const taking = (async () => {
      await sh("echo 'SELECT pg_sleep(1200);' > /tmp/sleep.sql");
      while (!end.signal.aborted) {
        const missing = wanted - Number((await psql(count)).output.trim());
        if (missing > 0) sleeping.push(sh(`${pgbench} -c ${Math.min(missing, 40)}`));
        await sleep(3_000);
      }
    })();
    try {
      const fault = `somebody takes PostgreSQL's connections: ${wanted} of 256`;
      await expectAlert({ alert: "TemporalPostgresConnectionsFull" }, fault, since);
    } finally {
      end.abort();
      await taking;
      await psql(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'pgbench'",
      );
      await Promise.all(sleeping);
    }
  };

  const deadlocks = async (): Promise<void> => {
    const since = Date.now();
    const takes = (first: number, second: number): ReturnType<typeof psql> =>
      psql(
        `BEGIN; SELECT pg_advisory_xact_lock(${first}); SELECT pg_sleep(1); SELECT pg_advisory_xact_lock(${second})`,
      );
    const labels = { datname: "postgres" };
    const fault = "two transactions wait for each other's locks";
    const told = expectAlert({ alert: "TemporalPostgresDeadlocks", labels }, fault, since);
    const ended = await Promise.all([takes(1, 2), takes(2, 1)]);
    expect(ended.map(({ output }) => output).join()).toContain("deadlock detected");
    await told;
  };

  const archivalFailing = async (): Promise<void> => {
    await archive.revoke();
    const workflow = ["--workflow-id", "not-archived"];
    const start = ["workflow", "start", ...workflow, "--type", "greet", "--task-queue", taskQueue];
    await withWorker(address, async () => {
      await temporal(address, ...start);
      await temporal(
        address,
        ...["workflow", "signal", ...workflow, "--name", "name", "--input", '"Ada"'],
      );
      await temporal(address, "workflow", "result", ...workflow);
    });
    const since = Date.now();
    const fault = "a workflow closes after the object store's key was revoked";
    await expectAlert({ alert: "TemporalArchivalFailing" }, fault, since);
  };

  let broken: Readonly<Record<string, Promise<void>>>;

  beforeAll(() => {
    broken = {
      archival: archivalFailing(),
      deadlocks: deadlocks(),
      connections: connectionsFull(),
      pollers: pollersGone(),
    };
    // Each is looked at by a test of its own.
    for (const one of Object.values(broken)) one.catch(() => undefined);
  });

  it("workflows that nobody takes on are told of", () => broken["pollers"]);
  it("connections that are taken are told of", () => broken["connections"]);
  it("transactions that wait for each other are told of", () => broken["deadlocks"]);
  it("an object store that does not let history in is told of", () => broken["archival"]);

  it("and `status` says what is wrong with it, and where to look", async () => {
    const { exitCode, output } = await stack.command(["status"]);
    expect(output).toContain("archival fails: the object store refuses the keys or the role; ");
    expect(output).toContain("see docs/runbooks/archival.md");
    expect(exitCode).toBe(0);
  });
});

describe("a process that", () => {
  it("is killed again and again is told of", async () => {
    const history = container("history");
    const since = Date.now();
    const labels = { service_name: "history" };
    const fault = "history is killed three times, 35 s apart";
    const told = expectAlert({ alert: "TemporalRoleRestarting", labels }, fault, since);
    for (let kills = 0; kills < 3; kills++) {
      const { State } = await history.inspect();
      process.kill(State.Pid, "SIGKILL");
      await until("it is started again", async () => {
        const { State: next } = await history.inspect();
        return next.Running && next.Pid !== State.Pid;
      });
      // Prometheus sees that it began anew when it has scraped it in between.
      await sleep(35_000);
    }
    await told;
  });

  it("is gone is told of, and by the gateway that needs it", async () => {
    const since = Date.now();
    await container("frontend").stop();
    const fault = "the frontend is stopped";
    const labels = { job: "frontend" };
    await Promise.all([
      expectAlert({ alert: "TemporalRoleDown", labels }, fault, since),
      expectAlert({ alert: "TemporalGatewayWithoutFrontend" }, fault, since),
    ]);
    await container("frontend").start();
    await until("the end of the alert is told", () =>
      Promise.resolve(
        webhook.told.some(
          ({ status, labels: { alertname } }) =>
            status === "resolved" && alertname === "TemporalRoleDown",
        ),
      ),
    );
  });
});

describe("a database that hangs", () => {
  it("is told of by the servers, and by what asks it", async () => {
    const postgres = container("postgres");
    const since = Date.now();
    await postgres.pause();
    const fault = "PostgreSQL is paused";
    try {
      await Promise.all([
        expectAlert({ alert: "TemporalDatabaseFailing" }, fault, since),
        expectAlert({ alert: "TemporalPostgresUnwatched" }, fault, since),
      ]);
    } finally {
      await postgres.unpause();
    }
  });
});
