/**
 * The page that Prometheus serves, in a browser, with answers that are made up.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { pageFiles } from "../../../platform/monitoring/page.ts";
import { startBrowser, troubleIn } from "../../../testkit/browser.ts";
import { clusterWith } from "../../../testkit/clusters.ts";
import {
  type FakeAnswers,
  fakeOrigin,
  type FakeSeries,
  servePrometheus,
} from "../../../testkit/fake-prometheus.ts";

const directory = "/etc/monitoring-page";
const cluster = clusterWith({
  server: { roles: { history: { replicas: 2 } } },
  monitoring: { kind: "managed" },
});
const files = pageFiles(cluster, directory);

/** A name that would run a script wherever it is read as markup. */
const hostile = `<img src=x onerror="document.title='broken in'">`;

const labels = {
  operation: "StartWorkflowExecution",
  namespace: "orders",
  taskqueue: hostile,
  task_type: "Activity",
  service_name: "history",
  db_kind: "main",
  state: "active",
  datname: "temporal",
  mode: "rowexclusivelock",
};

const jobs = ["history", "matching", "frontend", "worker", "gateway", "postgres-exporter"];

/** A cluster that is well. */
const well: FakeAnswers = {
  alerts: [],
  series: (expr) => {
    if (expr.includes("up{"))
      return jobs.map((job) => ({ metric: { job }, value: job === "history" ? 2 : 1 }));
    if (expr.includes("numshards_gauge{")) return [{ metric: {}, value: 512 }];
    return [{ metric: labels, value: 0.25 }];
  },
};

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
});

interface Look {
  readonly answers?: Partial<FakeAnswers>;
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

/** Opens the page, and looks at it when everything is answered. */
async function withPage<T>(
  { answers = {}, width = 1600, colorScheme = "light" }: Look,
  look: (
    page: Page,
    asked: readonly string[],
    trouble: readonly string[],
    complaints: readonly string[],
  ) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  try {
    const page = await context.newPage();
    const trouble = troubleIn(page);
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    const asked = await servePrometheus(page, files, directory, { ...well, ...answers });
    await page.goto(`${fakeOrigin}/user/`);
    await page.locator("#status", { hasNotText: "Asking" }).waitFor();
    return await look(page, asked, trouble, complaints);
  } finally {
    await context.close();
  }
}

describe("the page", () => {
  it("draws every figure, with a name for those who do not see it", async () => {
    await withPage({}, async (page, _asked, trouble, complaints) => {
      const figures = await page.getByRole("figure").count();
      expect(figures).toBeGreaterThan(8);
      expect(await page.locator("svg path.series").count()).toBeGreaterThanOrEqual(figures);
      const named = page.getByRole("img", { name: /^Backlog: orders .*Activity 0\.25$/ });
      expect(await named.count()).toBe(1);
      expect(await page.locator("#status").textContent()).toMatch(/^As of /);
      expect([...trouble, ...complaints]).toEqual([]);
    });
  });

  it("asks Prometheus and nobody else", async () => {
    await withPage({}, async (_page, asked) => {
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((address) => new URL(address).origin !== fakeOrigin)).toEqual([]);
      return Promise.resolve();
    });
  });

  it("takes rates over a minute in the last hour, and over more where its points are further apart", async () => {
    await withPage({}, async (page, asked) => {
      const windows = (): ReadonlySet<string | undefined> =>
        new Set(
          asked.flatMap((address) => {
            const query = new URL(address).searchParams.get("query") ?? "";
            return [...query.matchAll(/\[([^\]]+)\]/g)].map(([, window]) => window);
          }),
        );
      expect(windows()).toEqual(new Set(["60s"]));
      await page.getByRole("combobox", { name: "Time" }).selectOption("last day");
      await expect.poll(windows).toEqual(new Set(["60s", "375s"]));
      expect(page.url()).toMatch(/\?range=86400$/);
    });
  });

  it("shows each part with how many of it are up, and what is missing", async () => {
    const down: FakeAnswers["series"] = (expr) =>
      expr.includes("up{")
        ? [
            { metric: { job: "history" }, value: 1 },
            { metric: { job: "frontend" }, value: 1 },
          ]
        : well.series(expr);
    const partsOf = (answers: Partial<FakeAnswers>): Promise<readonly string[]> =>
      withPage({ answers }, (page) => page.locator("#parts li").allInnerTexts());
    const text = (parts: readonly string[]): readonly string[] =>
      parts.map((part) => part.replace(/\s+/g, " "));
    expect(text(await partsOf({}))).toEqual(
      expect.arrayContaining(["history 2 of 2 up", "gateway 1 of 1 up", "shards 512 of 512 held"]),
    );
    expect(text(await partsOf({ series: down }))).toEqual(
      expect.arrayContaining(["history 1 of 2 up", "matching 0 of 1 up"]),
    );
  });

  it("shows no more than the eight largest series of a figure, and says so", async () => {
    const many: FakeAnswers["series"] = (expr) =>
      expr.includes("approximate_backlog_count")
        ? Array.from({ length: 11 }, (_, index): FakeSeries => ({
            metric: { ...labels, taskqueue: `queue-${index}` },
            value: index,
          }))
        : well.series(expr);
    await withPage({ answers: { series: many } }, async (page) => {
      const figure = page.getByRole("figure").filter({ hasText: "Backlog" });
      expect(await figure.locator("tbody tr").count()).toBe(8);
      expect(await figure.locator(".more").textContent()).toBe("The 8 largest of 11.");
      expect(await figure.locator("tbody th").first().textContent()).toContain("queue-10");
    });
  });
});

describe("what somebody else has named", () => {
  const alert = {
    state: "firing",
    activeAt: "2026-11-27T00:00:00Z",
    labels: { alertname: hostile, severity: "critical" },
    annotations: { summary: hostile, runbook_url: "javascript:document.title='broken in'" },
  };

  it("is shown as text, in figures and in alerts, and is no link that runs a script", async () => {
    await withPage({ answers: { alerts: [alert] } }, async (page) => {
      const figure = page.getByRole("figure").filter({ hasText: "Backlog" });
      expect(await figure.locator("tbody th").textContent()).toContain(hostile);
      expect(await page.locator("#alerts").textContent()).toContain(hostile);
      expect(await page.locator("img, a[href^=javascript]").count()).toBe(0);
      expect(await page.title()).toBe("Temporal dev");
    });
  });
});

describe("alerts", () => {
  const alert = (name: string, state: string, severity: string): object => ({
    ...{ state, activeAt: "2026-11-27T00:00:00Z" },
    labels: { alertname: name, severity },
    annotations: { summary: `${name} it is`, runbook_url: `https://wiki.example.com/#${name}` },
  });

  it("are told with the most urgent first, and lead to their runbooks", async () => {
    const alerts = [
      alert("Later", "pending", "critical"),
      alert("Soon", "firing", "warning"),
      alert("Now", "firing", "critical"),
    ];
    await withPage({ answers: { alerts } }, async (page) => {
      const told = await page.locator("#alerts li strong").allTextContents();
      expect(told).toEqual(["critical", "warning", "not yet"]);
      const links = await page.locator("#alerts a").allTextContents();
      expect(links).toEqual(["Now", "Soon", "Later"]);
    });
  });

  it("are said to be none when there are none", async () => {
    const text = await withPage({}, (page) => page.locator("#alerts").textContent());
    expect(text).toContain("No alert fires.");
  });
});

it("when Prometheus refuses, the page says so, and still has what was answered", async () => {
  await withPage({ answers: { refusal: "query timed out" } }, async (page) => {
    expect(await page.getByRole("status").textContent()).toBe(
      "Prometheus refuses: query timed out",
    );
    expect(await page.locator("#alerts").textContent()).toContain("No alert fires.");
    expect(await page.locator(".plot .trouble").count()).toBeGreaterThan(0);
  });
});

it("a question that is lost on its way is asked again", async () => {
  await withPage({ answers: { first: "lost" } }, async (page) => {
    expect(await page.getByRole("status").textContent()).toMatch(/^As of /);
    expect(await page.locator(".trouble").count()).toBe(0);
  });
});

it("a figure is read with the arrow keys: its legend has the values of that moment", async () => {
  await withPage({}, async (page) => {
    const figure = page.getByRole("figure").filter({ hasText: "Backlog" });
    const heading = figure.locator("thead th").nth(1);
    expect(await heading.textContent()).toBe("now");
    await figure.getByRole("img").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await heading.textContent()).toMatch(/\d\d:\d\d:\d\d$/);
    expect(await figure.locator("tbody td").first().textContent()).toBe("0.25");
    await page.keyboard.press("Escape");
    expect(await heading.textContent()).toBe("now");
  });
});

describe.each([400, 1600])("at a width of %d", (width) => {
  it("nothing is wider than the page", async () => {
    await withPage({ width }, async (page) => {
      const widest = z.number().parse(await page.evaluate("document.documentElement.scrollWidth"));
      expect(widest).toBeLessThanOrEqual(width);
    });
  });
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  // WCAG 2.2, "Contrast (Minimum)": 4.5 for text; "Non-text Contrast": 3 for lines.
  it("words have enough contrast", async () => {
    const words = [".parts .state", "figcaption .description", ".calm", "header a"];
    await withPage({ colorScheme }, async (page) => {
      for (const selector of words)
        expect(await contrast(page, selector, "color"), selector).toBeGreaterThanOrEqual(4.5);
    });
  });

  it("lines have enough contrast", async () => {
    const ratios = await withPage({ colorScheme }, async (page) => {
      const all: number[] = [];
      for (let index = 0; index < 8; index += 1) {
        await page.evaluate(
          `document.querySelector("svg path.series").setAttribute("class", "series c${index}")`,
        );
        all.push(await contrast(page, "svg path.series", "stroke"));
      }
      return all;
    });
    for (const ratio of ratios) expect(ratio).toBeGreaterThanOrEqual(3);
  });
});

/** Ratio of the contrast between what an element is drawn with and what is behind it (WCAG 2.2, "contrast ratio"). */
async function contrast(page: Page, selector: string, property: string): Promise<number> {
  const script = `(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    let behind = element.parentElement;
    while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
    return [getComputedStyle(element)[${JSON.stringify(property)}], getComputedStyle(behind).backgroundColor];
  })()`;
  const [front = "", back = ""] = z.array(z.string()).parse(await page.evaluate(script));
  const [lighter = 0, darker = 0] = [luminance(front), luminance(back)].toSorted((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [...color.matchAll(/\d+/g)]
    .map(([value]) => Number(value) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
