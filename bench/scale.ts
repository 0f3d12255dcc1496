/**
 * `npm run bench -- scale`: history with one, two and three replicas, each with the same small share of a processor, so that history is what
 * limits.
 */
import { measure, type Measurement } from "./measure.ts";
import { type Effort, inFlight } from "./compare.ts";
import { keep } from "./results.ts";
import { shown } from "./statistics.ts";
import { platform } from "./subjects/platform.ts";

/** Processors that one replica of history may use. */
const cpus = 0.2;

/** Runs the comparison and writes its table. */
export async function scaleOut(effort: Effort): Promise<void> {
  const seen: { readonly replicas: number; readonly measurement: Measurement }[] = [];
  for (const replicas of [1, 2, 3]) {
    const server = { numHistoryShards: 64, roles: { history: { replicas, resources: { cpus } } } };
    const subject = await platform("scale", { server }, replicas);
    try {
      const address = await subject.resume();
      const load = { shape: "activity", pace: { inFlight }, ...effort } as const;
      seen.push({ replicas, measurement: await measure(subject, address, load) });
    } finally {
      await subject.dispose();
    }
  }
  const first = seen[0]?.measurement.figures.workflowsPerSecond ?? NaN;
  const table = seen.map(({ replicas, measurement: { figures, parts } }) => {
    const history = Object.entries(parts).filter(([part]) => part.startsWith("history"));
    const perWorkflow = history.reduce((sum, [, value]) => sum + value, 0);
    return {
      "history replicas": replicas,
      "workflows/s": shown(figures.workflowsPerSecond),
      ratio: shown(figures.workflowsPerSecond / first),
      "history ms/workflow": shown(perWorkflow),
      "history's processors in use": shown((perWorkflow * figures.workflowsPerSecond) / 1000),
      "all ms/workflow": shown(figures.processorPerWorkflow),
      "start p99": shown(figures.startP99),
      "query p99": shown(figures.queryP99),
    };
  });
  await keep("scale", {
    title: "History, scaled out",
    method: `One activity per workflow, ${inFlight} open, 64 shards, each replica of history limited to ${cpus} of a processor, ${effort.measureSeconds} s each after ${effort.warmUpSeconds} s of warming up.`,
    tables: { "Replicas of history": table },
  });
}
