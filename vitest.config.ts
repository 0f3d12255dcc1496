import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The second is for .ci/run, which sums it up in one line.
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/**/*.{e2e,k8s,failures}.test.ts"],
          // Pulumi's runtime lives in globalThis: a process for each file.
          pool: "forks",
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/**/*.e2e.test.ts"],
          globalSetup: "tests/support/leftovers.ts",
          // They share one Docker engine, and its ports.
          fileParallelism: false,
          maxWorkers: 1,
          pool: "forks",
          testTimeout: 15 * 60_000,
          hookTimeout: 30 * 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "failures",
          include: ["tests/**/*.failures.test.ts"],
          globalSetup: "tests/support/leftovers.ts",
          // They share one machine, and say how long things take on it.
          fileParallelism: false,
          maxWorkers: 1,
          pool: "forks",
          testTimeout: 10 * 60_000,
          hookTimeout: 30 * 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "k8s",
          include: ["tests/**/*.k8s.test.ts"],
          globalSetup: "tests/support/test-cluster.ts",
          // They share one machine, and say how long things take on it.
          fileParallelism: false,
          maxWorkers: 1,
          pool: "forks",
          testTimeout: 15 * 60_000,
          hookTimeout: 30 * 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
