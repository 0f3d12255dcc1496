/**
 * `npm run bench -- paths`: what the way to the frontend costs: straight to its container, through the port that Docker publishes, and
 * through the gateway.
 */
import { readdir, readFile } from "node:fs/promises";
import { measure } from "./measure.ts";
import { type Effort, inFlight } from "./compare.ts";
import { keep } from "./results.ts";
import { shown, summary } from "./statistics.ts";
import { platform, type Platform } from "./subjects/platform.ts";
import { serving } from "./subjects/subject.ts";

/** The kernel counts processor time in hundredths of a second (sysconf(_SC_CLK_TCK) on every Linux that Docker runs on). */
const ticksPerSecond = 100;

/** Takes the audit log away. */
const withoutAuditLog = (config: string): string =>
  config.replace("set-log-level alert", "set-log-level silent");

/** Runs the comparison and writes its table. */
export async function comparePaths(effort: Effort): Promise<void> {
  const subjects: Platform[] = [];
  const rounds = new Map<string, Record<string, number>[]>();
  const take = async (path: string, subject: Platform, address: string): Promise<void> => {
    const before = await proxySeconds();
    const load = { shape: "activity", pace: { inFlight }, ...effort } as const;
    const { figures, parts } = await measure(subject, address, load);
    // The warm-up is as fast as the rest, so that its share can be taken off.
    const share = effort.measureSeconds / (effort.measureSeconds + effort.warmUpSeconds);
    const completed = figures.workflowsPerSecond * effort.measureSeconds;
    const proxy = (1000 * share * ((await proxySeconds()) - before)) / completed;
    const row = { ...figures, proxy, gateway: parts["gateway"] ?? 0 };
    rounds.set(path, [...(rounds.get(path) ?? []), row]);
  };
  try {
    for (const change of [{}, { gateway: withoutAuditLog }]) {
      const subject = await platform("platform", change);
      subjects.push(subject);
      await subject.halt();
    }
    const [whole, unaudited] = subjects as [Platform, Platform];
    for (let round = 1; round <= effort.rounds; round++) {
      const direct = await whole.resume();
      const ways = [
        ["the frontend's container", direct],
        ["the frontend's published port", whole.published.frontend],
        ["the gateway's published port", whole.published.gateway],
      ] as const;
      // A load leaves work behind for the next one, so that each way has every place in turn.
      for (const offset of ways.keys()) {
        const [path, address] = ways[(round + offset) % ways.length] ?? ways[0];
        await take(path, whole, address);
      }
      await whole.halt();
      await unaudited.resume();
      await serving(unaudited.published.gateway);
      await take("the same without an audit log", unaudited, unaudited.published.gateway);
      await unaudited.halt();
    }
  } finally {
    for (const subject of subjects) await subject.dispose();
  }
  const table = [...rounds].sort().map(([path, all]) => {
    const middle = summary(all);
    const of = (key: string): string => shown(middle[key]?.median ?? NaN);
    return {
      path,
      "workflows/s": of("workflowsPerSecond"),
      "processor ms/workflow": of("processorPerWorkflow"),
      "of which gateway": of("gateway"),
      "docker-proxy besides": of("proxy"),
      "start p50/p99": `${of("startP50")} / ${of("startP99")}`,
      "query p50/p99": `${of("queryP50")} / ${of("queryP99")}`,
    };
  });
  await keep("paths", {
    title: "Ways to the frontend",
    method: `One activity per workflow, ${inFlight} open, on the dev stack; medians of ${effort.rounds} rounds in turn. Latencies in milliseconds.`,
    tables: { Ways: table },
  });
}

/** Processor time of Docker's userland proxies, which carry connections to published ports. */
async function proxySeconds(): Promise<number> {
  let ticks = 0;
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // The name stands in parentheses; user and system time are the 14th and 15th field (proc_pid_stat(5)).
    const [, name, rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    if (name !== "docker-proxy") continue;
    const fields = rest.split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / ticksPerSecond;
}
