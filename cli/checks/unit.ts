/**
 * `resource-temporal test unit`: every part by itself, against its configuration.
 */
import type { StartupStep } from "../../components/startup.ts";
import type { Part } from "../observe/part.ts";
import type { Check } from "./check.ts";

/** Every workload has its replicas, healthy, of the configured image, and none was started again by itself. */
export function unitChecks(
  startup: readonly StartupStep[],
  parts: readonly Part[],
): readonly Check[] {
  return startup
    .filter(({ kind }) => kind === "workload")
    .map((step) => ({
      name: `${step.name} runs as it is configured`,
      run: () =>
        Promise.resolve().then(() => {
          matches(
            step,
            parts.filter(({ component }) => component === step.name),
          );
        }),
    }));
}

function matches({ name, replicas, image }: StartupStep, parts: readonly Part[]): void {
  const there = parts.filter(({ state }) => state !== "missing");
  // An autoscaler may have added some.
  if (there.length < replicas) {
    throw new Error(`${there.length} of ${replicas} run: npm run up brings back what is missing`);
  }
  for (const part of there) {
    if (part.state !== "healthy") {
      throw new Error(`${part.name} is ${part.state}: resource-temporal logs --role ${name}`);
    }
    if (!sameImage(part.image, image)) {
      throw new Error(`${part.name} runs ${part.image} and not ${image}: npm run up changes it`);
    }
    if (part.restarts > 0) {
      throw new Error(
        `${part.name} was started again ${part.restarts} times: resource-temporal logs --role ${name}`,
      );
    }
  }
}

/** Kubernetes may tell an image by its full name. */
function sameImage(actual: string, expected: string): boolean {
  return actual === expected || actual.endsWith(`/${expected}`);
}
