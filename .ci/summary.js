// Says what ran, and last what failed: a log that is cut short keeps its end.
import { readFileSync } from "node:fs";

const suites = process.argv.slice(2).map((suite) => ({ suite, ...read(suite) }));
const failures = suites.flatMap(({ suite, testResults }) =>
  testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === "failed");
    // A file that could not be loaded, or whose hook failed, has no failed test.
    const broken = failed.length === 0 && message ? [`${suite}: ${name}\n${message}`] : [];
    return [
      ...broken,
      ...failed.map(({ fullName, failureMessages }) =>
        [`${suite}: ${fullName}`, ...failureMessages].join("\n"),
      ),
    ];
  }),
);

for (const failure of failures) console.log(`\nFAILED ${failure.slice(0, 2_000)}`);
for (const { suite, numPassedTests, numFailedTests, numPendingTests } of suites)
  console.log(
    `${suite}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`,
  );

function read(suite) {
  try {
    return JSON.parse(readFileSync(`test-results/${suite}.json`, "utf8"));
  } catch {
    const message = "it ended without results";
    return {
      numPassedTests: 0,
      numFailedTests: 1,
      numPendingTests: 0,
      testResults: [{ name: "the suite", message, assertionResults: [] }],
    };
  }
}
