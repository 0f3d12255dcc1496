/**
 * The spans of the server's calls, at a real OpenTelemetry collector.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serviceRoles } from "../../platform/roles.ts";
import { type Collector, type Span, startCollector } from "../../testkit/collector.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";

const patience = { timeout: 60_000, interval: 500 };

describe("tracing", () => {
  const name = uniqueName("tracing");
  let stack: TestStack;
  let collector: Collector;
  let ui: string;

  beforeAll(async () => {
    stack = await TestStack.create({});
    collector = await startCollector(stack.docker);
    const publish = { ui: await freePort(), frontend: await freePort() };
    ui = `127.0.0.1:${publish.ui}`;
    const target = { kind: "docker", publish };
    const tracing = { kind: "otlp", endpoint: collector.endpoint };
    await stack.configure({ clusters: [{ name, target, tracing }] });
    await stack.up();
  });

  afterAll(async () => {
    await stack.dispose();
    await collector.stop();
  });

  const greet = (workflowId: string): Promise<string> =>
    withWorker(ui, async () => {
      const one = ["--workflow-id", workflowId];
      await temporal(
        ...[ui, "workflow", "start", ...one],
        ...["--type", "greet", "--task-queue", taskQueue],
      );
      await temporal(ui, "workflow", "signal", ...one, "--name", "name", "--input", '"Ada"');
      return temporal(ui, "workflow", "result", ...one);
    });

  const from = (spans: readonly Span[], role: string): readonly Span[] =>
    spans.filter(({ resource }) => resource["service.name"] === `io.temporal.${role}`);

  it("shows a start of a workflow from the frontend to history, in one trace", async () => {
    expect(await greet("traced")).toContain("Hello, Ada!");
    const traces = async (): Promise<number> => {
      const spans = await collector.spans();
      const started = from(spans, "history").filter(({ name }) =>
        name.endsWith("HistoryService/StartWorkflowExecution"),
      );
      const asked = from(spans, "frontend").filter(({ name }) =>
        name.endsWith("WorkflowService/StartWorkflowExecution"),
      );
      return started.filter(({ traceId }) => asked.some((span) => span.traceId === traceId)).length;
    };
    await expect.poll(traces, patience).toBeGreaterThan(0);
  });

  it("has spans of each role, which say whose cluster it is", async () => {
    for (const role of serviceRoles) {
      await expect
        .poll(async () => from(await collector.spans(), role).length, patience)
        .toBeGreaterThan(0);
    }
    const clusters = (await collector.spans()).map(({ resource }) => resource["temporal.cluster"]);
    expect([...new Set(clusters)]).toEqual([name]);
  });

  it("costs spans and nothing else when the collector is away", async () => {
    await collector.stop();
    expect(await greet("untraced")).toContain("Hello, Ada!");
    for (const role of serviceRoles) {
      const container = stack.docker.getContainer(`temporal-${name}-${role}-0`);
      expect((await container.inspect()).RestartCount, role).toBe(0);
    }
  });
});
