/**
 * A short measurement of each shape of load on a real server: that the figures are there and fit together, not how good they are.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { shapes, whileOpen } from "../../bench/generator.ts";
import { measure, memoryOf, total } from "../../bench/measure.ts";
import { devServer } from "../../bench/subjects/peers.ts";
import type { Subject } from "../../bench/subjects/subject.ts";

let subject: Subject;
let address: string;

beforeAll(async () => {
  subject = await devServer();
  address = await subject.resume();
});

afterAll(async () => {
  await subject.dispose();
});

it.each(shapes)("measures the shape %s", async (shape) => {
  const load = { shape, pace: { inFlight: 5 }, warmUpSeconds: 3, measureSeconds: 4 };
  const { figures, parts } = await measure(subject, address, load);
  expect(figures.failed).toBe(0);
  for (const figure of [
    figures.workflowsPerSecond,
    figures.startP50,
    figures.queryP50,
    figures.generatorPerWorkflow,
    figures.memoryMiB,
  ])
    expect(figure).toBeGreaterThan(0);
  // A start, a workflow task and an end at the least.
  expect(figures.transitionsPerSecond).toBeGreaterThan(2 * figures.workflowsPerSecond);
  expect(figures.completionP99).toBeGreaterThanOrEqual(figures.startP50);
  expect(parts["server"]).toBeCloseTo(figures.processorPerWorkflow);
});

it("keeps workflows open", async () => {
  const memory = await whileOpen(address, 20, async () =>
    total(memoryOf(await subject.counters())),
  );
  expect(memory).toBeGreaterThan(0);
});
