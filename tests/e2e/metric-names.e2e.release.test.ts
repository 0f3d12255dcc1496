/**
 * Metrics by which rules, dashboards and the page go, in the oldest minor version of the server that the platform runs; tests/e2e/monitoring.e2e.release.test.ts
 * asks the newest.
 */
import { Writable } from "node:stream";
import Docker from "dockerode";
import { beforeAll, expect, it } from "vitest";
import { imagesOf } from "../../platform/images.ts";
import { imagesOn } from "../../testkit/images.ts";
import { alwaysThere, inFailures, newerThanTheOldest } from "../platform/monitoring/names.ts";

const version = "1.31.2";
const docker = new Docker();

const metrics: readonly string[] = [...alwaysThere.server, ...inFailures.server];

/** As the program has them: the names of a histogram's parts are put together from its own. */
const names: readonly string[] = [
  ...new Set(
    metrics.map((metric) => {
      const histogram = metric.replace(/_(bucket|count)$/, "");
      return metrics.includes(`${histogram}_bucket`) ? histogram : metric;
    }),
  ),
];

beforeAll(async () => {
  await imagesOn(docker, ["server"], [version]);
});

/** Those of some names that are not in the program. */
async function missing(wanted: readonly string[]): Promise<readonly string[]> {
  const { reference } = imagesOf({ server: { version }, images: {} }).server;
  const script = `program=$(command -v temporal-server); for name; do grep -q -a -F "$name" "$program" || echo "$name"; done`;
  const said: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said.push(chunk);
      done();
    },
  });
  await docker.run(reference, [], output, {
    Entrypoint: ["/bin/sh", "-c", script, "sh", ...wanted],
    Tty: true,
    HostConfig: { AutoRemove: true, NetworkMode: "none" },
  });
  return Buffer.concat(said).toString("utf8").split(/\s+/).filter(Boolean);
}

it("the older server has the names, but for those that are known to be newer", async () => {
  expect(await missing(names)).toEqual(newerThanTheOldest);
});

it("a name that it does not have would be found missing", async () => {
  const none = "no_such_metric_in_any_server";
  expect(await missing([none])).toEqual([none]);
});
