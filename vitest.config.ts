import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const minute = 60_000;

/**
 * Tests on a real engine or cluster. A file's suffix is its lane: `.e2e`, `.k8s` and `.resilience` run in CI; with `.release` behind it, only
 * `npm run test:all` and the lane's own command with `:all` run them (docs/development.md).
 */
function lane(
  name: string,
  suffix: string,
  globalSetup: string,
  more: { readonly files?: number } = {},
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`tests/**/*.${suffix}.test.ts`],
      globalSetup,
      // Stacks have names and ports of their own; what limits them is the machine.
      fileParallelism: (more.files ?? 1) > 1,
      maxWorkers: more.files ?? 1,
      pool: "forks",
      testTimeout: 15 * minute,
      hookTimeout: 30 * minute,
      sequence: { groupOrder: 1 },
    },
  };
}

/** Starts the longest files first, so that none of them is left alone in the end: the contract, then what brings up stacks. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const folders = ["/tests/contract/", "/tests/e2e/"];
    const place = ({ moduleId }: TestSpecification): number => {
      const index = folders.findIndex((folder) => moduleId.includes(folder));
      return index === -1 ? folders.length : index;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

const leftovers = "testkit/leftovers.ts";
const clusters = "testkit/test-cluster.ts";

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // The second is for .ci/run, which sums it up in one line.
    reporters: ["default", "json"],
    outputFile: { json: `test-results/${process.env["TEST_RESULTS"] ?? "vitest"}.json` },
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/**/*.{e2e,k8s,resilience,release}.test.ts"],
          // Pulumi's runtime lives in globalThis: a process for each file.
          pool: "forks",
          testTimeout: minute / 2,
          hookTimeout: minute,
          sequence: { groupOrder: 0 },
        },
      },
      lane("e2e", "e2e", leftovers, { files: 2 }),
      lane("e2e-release", "e2e.release", leftovers),
      lane("k8s", "k8s", clusters),
      lane("k8s-release", "k8s.release", clusters),
      lane("resilience", "resilience", leftovers),
      lane("resilience-release", "resilience.release", leftovers),
    ],
  },
});
