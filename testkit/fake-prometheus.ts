/**
 * A Prometheus for a page in a browser: the page's own files, and answers of the API that a test makes up.
 */
import type { Page } from "playwright-core";
import type { File } from "../platform/workload.ts";

/** A series as the API has it: labels, and one value for all of the time that is asked for. */
export interface FakeSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What is answered. */
export interface FakeAnswers {
  /** Series of an expression. */
  readonly series: (expr: string) => readonly FakeSeries[];
  readonly alerts: readonly object[];
  /** Why it refuses every question about series; it answers when left out. */
  readonly refusal?: string;
  /** What becomes of every question that is asked for the first time; it is answered when left out. */
  readonly first?: "answered" | "lost";
}

const types: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  json: "application/json",
};

/** Where the page is, which no server of this machine or elsewhere has. */
export const fakeOrigin = "http://prometheus.test:9090";

/**
 * Lets a browser's page find Prometheus at {@link fakeOrigin}.
 *
 * @param directory Where the files are in the container.
 * @returns Addresses that the page asks for, as it does.
 */
export async function servePrometheus(
  page: Page,
  files: readonly File[],
  directory: string,
  answers: FakeAnswers,
): Promise<readonly string[]> {
  const asked: string[] = [];
  await page.route("**", async (route) => {
    const url = new URL(route.request().url());
    asked.push(url.href);
    if (url.origin !== fakeOrigin) return route.abort();
    const isFirst = asked.filter((address) => address === url.href).length === 1;
    const api = /^\/api\/v1\/(\w+)$/.exec(url.pathname)?.[1];
    if (api !== undefined && isFirst && answers.first === "lost") return route.abort();
    if (api !== undefined) {
      const refused = answers.refusal !== undefined && api !== "alerts";
      return route.fulfill({
        status: refused ? 503 : 200,
        contentType: "application/json",
        body: JSON.stringify(
          refused
            ? { status: "error", error: answers.refusal }
            : { status: "success", data: answerOf(api, url.searchParams, answers) },
        ),
      });
    }
    const name = url.pathname.replace(/^\/user\/$/, "/user/index.html").replace("/user/", "");
    const file = files.find(({ path }) => path === `${directory}/${name}`);
    if (typeof file?.content !== "string") return route.fulfill({ status: 404 });
    const contentType = types[name.split(".").at(-1) ?? ""] ?? "text/plain";
    return route.fulfill({ contentType, body: file.content });
  });
  return asked;
}

function answerOf(api: string, query: URLSearchParams, { series, alerts }: FakeAnswers): object {
  if (api === "alerts") return { alerts };
  const found = series(query.get("query") ?? "");
  if (api === "query") {
    return {
      resultType: "vector",
      result: found.map(({ metric, value }) => ({ metric, value: [0, String(value)] })),
    };
  }
  const [start, end, step] = ["start", "end", "step"].map((key) => Number(query.get(key)));
  if (start === undefined || end === undefined || step === undefined) throw new Error("no time");
  const moments = Array.from(
    { length: Math.floor((end - start) / step) + 1 },
    (_, index) => start + index * step,
  );
  return {
    resultType: "matrix",
    result: found.map(({ metric, value }) => ({
      metric,
      values: moments.map((moment) => [moment, String(value)]),
    })),
  };
}
