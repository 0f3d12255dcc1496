/**
 * The page that Prometheus serves, of a cluster that works.
 */
import Docker from "dockerode";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBrowser, troubleIn } from "../../testkit/browser.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { underLoad } from "../../testkit/load.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";

const name = uniqueName("page");
/** Longer than some scrapes, an evaluation, the time for which an alert has to hold, and the page's own half minute. */
const soon = { timeout: 240_000, interval: 2_000 } as const;
const startsPerSecond = 2;

let stack: TestStack;
let browser: Browser;
let address: string;
let page: Page;
let trouble: readonly string[];
const complaints: string[] = [];

beforeAll(async () => {
  await imagesOn(new Docker(), ["prometheus", "postgresExporter"]);
  const publish = { ui: await freePort(), frontend: await freePort() };
  const loopbackPort = await freePort();
  address = `127.0.0.1:${publish.ui}`;
  stack = await TestStack.create({
    clusters: [
      {
        ...{ name, target: { kind: "docker", publish } },
        monitoring: { kind: "managed", retention: "1d", storage: "1GiB", loopbackPort },
      },
    ],
  });
  await stack.up();
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  trouble = troubleIn(page);
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${loopbackPort}/user/`);
});

afterAll(async () => {
  await browser.close();
  await stack.dispose();
});

/** The words of a part's tile, such as `1 of 1 up`. */
const stateOf = async (part: string): Promise<string> =>
  page.locator("#parts li").filter({ hasText: part }).locator(".state").innerText();

/** How many graphs have a line by now. */
const drawn = async (): Promise<number> =>
  page
    .getByRole("figure")
    .filter({ has: page.locator("path.series") })
    .count();

it("shows that every part of the cluster is up, and all of its shards are held", async () => {
  for (const part of ["history", "matching", "frontend", "worker", "gateway", "postgres-exporter"])
    await expect.poll(() => stateOf(part), soon).toBe("1 of 1 up");
  await expect.poll(() => stateOf("shards"), soon).toBe("512 of 512 held");
  expect(await page.locator("#alerts").innerText()).toContain("No alert fires.");
});

it("has a line in every graph of a cluster with work, without an error in the browser", async () => {
  const [, verdict] = await underLoad(address, startsPerSecond, async () => {
    const all = await page.getByRole("figure").count();
    expect(all).toBeGreaterThan(10);
    await expect.poll(drawn, soon).toBe(all);
    const queues = page.getByRole("figure").filter({ hasText: "Open polls" });
    await expect.poll(() => queues.locator("tbody").innerText(), soon).toContain("end_to_end");
    expect(await queues.locator("tbody").innerText()).not.toContain("temporal_sys");
  });
  expect(verdict.faults).toEqual([]);
  // Other containers come and go on this machine, and each is a change of its network.
  const own = [...trouble, ...complaints].filter((line) => !line.includes("ERR_NETWORK_CHANGED"));
  expect(own).toEqual([]);
});

it("counts what was started and completed", async () => {
  const workflows = page.getByRole("figure").filter({ hasText: "start calls" });
  await expect
    .poll(() => workflows.locator("tbody tr").allInnerTexts(), soon)
    .toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^start calls\s.*[1-9]/),
        expect.stringMatching(/^completed\s.*[1-9]/),
      ]),
    );
});

describe("when a role is gone", () => {
  it("shows the part without a process, and the alert that fires; and neither when it is back", async () => {
    const matching = stack.docker.getContainer(`temporal-${name}-matching-0`);
    await matching.stop();
    await expect.poll(() => stateOf("matching"), soon).toBe("0 of 1 up");
    const alert = page.locator("#alerts li.critical");
    await expect
      .poll(() => alert.allInnerTexts(), soon)
      .toContainEqual(expect.stringContaining("No process of matching answers"));
    await matching.start();
    await expect.poll(() => stateOf("matching"), soon).toBe("1 of 1 up");
    await expect.poll(() => alert.filter({ hasText: "matching" }).count(), soon).toBe(0);
  });
});
