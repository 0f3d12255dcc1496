import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { failuresText } from "../../../cli/commands/status.ts";
import { archivalFailures, archivingClusters } from "../../../cli/observe/archival.ts";
import type { LogOptions, LogSource } from "../../../cli/observe/logs.ts";

const refused =
  "operation error S3: HeadObject, https response error StatusCode: 403, RequestID: 1, HostID: , api error Forbidden: Forbidden";

const line = (ts: string, error: string, msg = "failed to archive target"): string =>
  JSON.stringify({ level: "error", ts, msg, target: "history", error });

const source = (component: string, ...lines: readonly string[]): LogSource => ({
  ...{ component, name: `temporal-dev-${component}-0` },
  open: () => Promise.resolve(Readable.from([`${lines.join("\n")}\n`])),
});

describe("failures of archival", () => {
  it("are counted over all processes of history, with the last one's words and what they mean", async () => {
    const failures = await archivalFailures([
      source("history", line("2026-11-27T10:00:01.000Z", "dial tcp: i/o timeout"), "no JSON"),
      source("history", line("2026-11-27T10:03:00.000Z", refused)),
    ]);
    expect(failures).toEqual({
      ...{ attempts: 2, last: "2026-11-27T10:03:00.000Z" },
      ...{ reason: "the object store refuses the keys or the role", error: refused },
    });
    expect(failures && failuresText(failures)).toBe(
      "archival fails: the object store refuses the keys or the role; 2 attempts in the last 10 minutes, the last at 2026-11-27T10:03:00.000Z; see docs/runbooks/archival.md, and resource-temporal logs --role history for the store's words",
    );
  });

  it("are none where the log has other errors, or another part has these words", async () => {
    const sources = [
      source("history", line("2026-11-27T10:00:01.000Z", refused, "shard closed")),
      source("worker", line("2026-11-27T10:00:01.000Z", refused)),
    ];
    expect(await archivalFailures(sources)).toBeUndefined();
  });

  it.each([
    ["StatusCode: 404, api error NoSuchBucket", "the bucket is not there"],
    ["StatusCode: 301, api error PermanentRedirect", "the bucket is in another region"],
    ["StatusCode: 503, api error SlowDown", "the object store does not answer"],
    ["dial tcp 10.0.0.1:8333: connect: connection refused", "the object store does not answer"],
    ["history was mutated", "the object store does not take them"],
  ])("say of %j that %s", async (error, reason) => {
    const failures = await archivalFailures([source("history", line("2026-11-27", error))]);
    expect(failures?.reason).toBe(reason);
  });

  it("are looked for in the last ten minutes and not before", async () => {
    const asked: LogOptions[] = [];
    const history: LogSource = {
      ...{ component: "history", name: "a" },
      open: (options) => {
        asked.push(options);
        return Promise.resolve(Readable.from([]));
      },
    };
    await archivalFailures([history]);
    expect(asked).toMatchObject([{ follow: false, sinceSeconds: 600 }]);
  });
});

it("only clusters with an object store are asked", () => {
  const text = JSON.stringify({
    config: {
      "temporal-platform:common": { archival: { kind: "managed" } },
      "temporal-platform:clusters": [{ name: "a" }, { name: "b", archival: { kind: "none" } }],
    },
  });
  expect(archivingClusters(text)).toEqual(["a"]);
});
