/**
 * The page that Prometheus serves below /user/: the figures that are needed most, without a Grafana. It is plain files, which ask Prometheus's API at
 * their own address, and nothing else is asked: the page says so to the browser.
 */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Cluster } from "../cluster.ts";
import { template } from "../template.ts";
import type { File } from "../workload.ts";
import { sourcesOf } from "./dashboards/all.ts";
import { callLatency, callRates, failedShare } from "./figures/calls.ts";
import { type Figure, rateInterval, type Scope, sumBy } from "./figures/figure.ts";
import { persistenceErrors, persistenceLatency, poolFigure } from "./figures/persistence.ts";
import { postgresFigures } from "./figures/postgres.ts";
import { searchFigures } from "./figures/search.ts";
import { backlog, pollers, scheduleToStart } from "./figures/task-queues.ts";
import { workflowRates } from "./figures/workflows.ts";
import { scrapedJobs } from "./places.ts";
import { selectorOf } from "./rule.ts";

/** Figures below one heading of the page. */
export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** What the page's scripts are told. */
export interface PageContent {
  /** The parts that are to run, and how many replicas of each at least. */
  readonly jobs: readonly { readonly job: string; readonly replicas: number }[];
  /** How many of each run. */
  readonly up: string;
  /** How many shards history processes hold, and how many there are. */
  readonly shards: { readonly expr: string; readonly count: number };
  readonly sections: readonly Section[];
}

/** The calls whose latency is shown. */
const shownCalls = ["StartWorkflowExecution", "SignalWorkflowExecution", "QueryWorkflow"] as const;

/** Without the server's own task queues: its system namespace, and its workers in everybody's (temporal/common/primitives/task_queues.go). */
const usersQueues = [`namespace!="temporal_system"`, `taskqueue!~"temporal_sys_.*"`] as const;

const parts = {
  "index.html": template("monitoring/page/index.html"),
  "page.css": template("monitoring/page/page.css"),
  "page.js": template("monitoring/page/page.js"),
  "chart.js": template("monitoring/page/chart.js"),
  "format.js": template("monitoring/page/format.js"),
} as const;

/** What the page of a cluster shows. */
export function pageContent(cluster: Cluster): PageContent {
  const scope: Scope = { select: selectorOf(cluster.name), window: rateInterval };
  const sources = sourcesOf(cluster);
  return {
    jobs: scrapedJobs(cluster).map(({ job, replicas }) => ({ job, replicas })),
    up: sumBy(scope, ["job"], "up"),
    shards: {
      expr: sumBy(scope, [], "numshards_gauge"),
      count: cluster.identity.numHistoryShards,
    },
    sections: [
      {
        title: "Calls and workflows",
        figures: [
          workflowRates(scope),
          failedShare(scope),
          callLatency(scope, shownCalls, "Latency of starts, signals and queries"),
          callRates(scope),
        ],
      },
      {
        title: "Task queues",
        figures: [
          backlog(scope, ...usersQueues),
          pollers(scope, ...usersQueues),
          scheduleToStart(scope, ...usersQueues),
        ],
      },
      {
        title: "Database",
        figures: [
          persistenceLatency(scope),
          persistenceErrors(scope),
          poolFigure(scope),
          ...(sources.has("postgres") ? postgresFigures(scope) : []),
        ],
      },
      ...(sources.has("search") ? [{ title: "Search server", figures: searchFigures(scope) }] : []),
    ],
  };
}

/**
 * The files of the page. Addresses of scripts and styles have a version in them: a browser asks for those of an older page no more.
 *
 * @param directory What Prometheus serves.
 */
export function pageFiles(cluster: Cluster, directory: string): readonly File[] {
  const version = createHash("sha256")
    .update(JSON.stringify([pageContent(cluster), render(cluster.name, "")]))
    .digest("hex")
    .slice(0, 12);
  const files = {
    ...render(cluster.name, version),
    "figures.json": `${JSON.stringify(pageContent(cluster), undefined, 1)}\n`,
  };
  return Object.entries(files).map(([name, content]) => ({
    path: posix.join(directory, name),
    content,
  }));
}

/** The name of a cluster is a label of DNS, so that it is no markup. */
function render(name: string, version: string): Readonly<Record<keyof typeof parts, string>> {
  const [CLUSTER, VERSION] = [name, version];
  return {
    "index.html": parts["index.html"]({ CLUSTER, VERSION }),
    "page.css": parts["page.css"](),
    "page.js": parts["page.js"]({ VERSION }),
    "chart.js": parts["chart.js"]({ VERSION }),
    "format.js": parts["format.js"](),
  };
}
